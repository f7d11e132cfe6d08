import { MAX_DATA_LENGTH } from "./constants.ts";
import { WireError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** A Data packet: a piece of a body of at most 2,048 bytes, or its end when it is empty (FLT-PKT-060 to FLT-PKT-063). */
export interface Data {
  /** Stream number, a u32. */
  readonly stream: number;
  /** 0 to 2,048 bytes; none ends the half. */
  readonly data: Uint8Array;
}

/** Throws OVERLONG on more than 2,048 bytes (FLT-PKT-060). */
export function encodeData(packet: Data): Uint8Array {
  if (packet.data.length > MAX_DATA_LENGTH) {
    throw new WireError("OVERLONG", "data", `at most ${MAX_DATA_LENGTH} bytes`, `${packet.data.length}`);
  }
  return new Writer()
    .u32(packet.stream, "stream number")
    .u16(packet.data.length, "length of data")
    .bytes(packet.data)
    .finish();
}

/** `data` is a view of `bytes`. Throws RANGE on a length above 2,048 (FLT-PKT-061), SHORT on a cut packet (FLT-PKT-063). */
export function decodeData(bytes: Uint8Array): { packet: Data; trailing: Uint8Array } {
  const reader = new Reader(bytes);
  const stream = reader.u32("stream number");
  const at = reader.offset;
  const length = reader.u16("length of data");
  if (length > MAX_DATA_LENGTH) {
    throw new WireError("RANGE", "length of data", `at most ${MAX_DATA_LENGTH}`, `${length}`, at);
  }
  const data = reader.take(length, "data");
  return { packet: { stream, data }, trailing: reader.trailing() };
}
