// conformance/schema/kit.proto as compilers write it, by hand: a FileDescriptorSet of protobuf.
import { fileURLToPath } from "node:url";
import { concat, u8 } from "../probe/bytes.ts";
import { utf8 } from "../steps/packets.ts";

/** The file that a gateway under test reads. */
export const KIT_SCHEMA = fileURLToPath(new URL("../../schema/kit.binpb", import.meta.url));

/** A part with its length, or a number; each below 128 or of at most 16,383 bytes. */
function part(number: number, value: string | number | Uint8Array): Uint8Array {
  if (typeof value === "number") return concat(u8(number << 3), u8(value));
  const bytes = typeof value === "string" ? utf8(value) : value;
  const { length } = bytes;
  const prefix = length < 128 ? u8(length) : concat(u8((length & 0x7f) | 0x80), u8(length >> 7));
  return concat(u8((number << 3) | 2), prefix, bytes);
}

const [INT64, STRING, MESSAGE, BYTES] = [3, 9, 11, 12] as const;
const THING = ".kit.Thing";

const field = (name: string, number: number, type: number, typeName?: string): Uint8Array =>
  part(
    2,
    concat(
      part(1, name),
      part(3, number),
      part(4, 1),
      part(5, type),
      ...(typeName === undefined ? [] : [part(6, typeName)]),
      part(10, name),
    ),
  );
const method = (name: string, isStream: boolean): Uint8Array =>
  part(2, concat(part(1, name), part(2, THING), part(3, THING), ...(isStream ? [part(6, 1)] : [])));

/** The bytes of the file. */
export function kitSchema(): Uint8Array {
  const thing = concat(
    part(1, "Thing"),
    field("text", 1, STRING),
    field("count", 2, INT64),
    field("data", 3, BYTES),
    field("inner", 4, MESSAGE, THING),
  );
  const service = concat(part(1, "Schema"), method("Call", false), method("Watch", true));
  return part(1, concat(part(1, "kit.proto"), part(2, "kit"), part(4, thing), part(6, service), part(12, "proto3")));
}
