/** What the suites of packets share: a test that encodes, one that decodes, and bytes that are refused. */
import { fromHex, hex } from "../bytes.ts";
import { body, bytesOf, type Field, type Headers, type Id, type Name } from "../packets.ts";
import type { Group } from "../suite.ts";
import type { Fields } from "../types.ts";

export const IPV4 = Buffer.from([127, 0, 0, 1]);
export const IPV6 = fromHex("20010db8000000000000000000000001");
export const MAPPED = fromHex("00000000000000000000ffff7f000001");

export const idOf = (publicKey: Uint8Array, address: Uint8Array = IPV4, port = 9000): Id => ({
  publicKey,
  address,
  port,
});
export const idJson = ({ publicKey, address, port }: Id): Fields => ({
  publicKey: hex(publicKey),
  address: hex(address),
  port,
});
export const namesJson = (names: readonly Name[]): string[] => names.map((name) => hex(bytesOf(name)));
export const headersJson = (headers: Headers): string[][] =>
  headers.map(([key, value]) => [hex(bytesOf(key)), hex(bytesOf(value))]);

export interface Packet {
  readonly packet: string;
  readonly group: Group;
  readonly requirements: readonly string[];
}

/** A packet that is written in one way and read in one way. Returns the id of the decoding. */
export function both(
  { packet, group, requirements }: Packet,
  slug: string,
  comment: string,
  fields: readonly Field[],
  json: Fields,
  more: readonly string[] = [],
  flags: readonly string[] = [],
): string {
  group.valid("encode", slug, {
    comment,
    requirements: [...requirements, ...more],
    flags,
    input: { packet, fields: json },
    expect: { body: hex(body(fields)) },
  });
  return reads({ packet, group, requirements }, slug, comment, body(fields), json, more, flags);
}

/** Bytes that are read, though not written in this way. */
export function reads(
  { packet, group, requirements }: Packet,
  slug: string,
  comment: string,
  bytes: Uint8Array,
  json: Fields,
  more: readonly string[] = [],
  flags: readonly string[] = [],
  trailing = "",
): string {
  return group.valid("decode", slug, {
    comment,
    requirements: [...requirements, ...more],
    flags,
    input: { packet, body: hex(bytes) },
    expect: { fields: json, trailing },
  });
}

export function refuses(
  { packet, group }: Packet,
  slug: string,
  twin: string,
  bytes: Uint8Array,
  change: string,
  kind: string,
  requirements: readonly string[],
  at: number | undefined,
  flags: readonly string[] = [],
): void {
  group.invalid("decode", slug, {
    comment: change,
    requirements,
    flags,
    input: { packet, body: hex(bytes) },
    error: { kind, action: "close", ...(at === undefined ? {} : { at }) },
    twin,
    change,
  });
}

const slugOf = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** The body cut off before each of its fields, the first one included if `empty`, and inside those of more than one byte. `before` stays whole. */
export function cuts(
  packet: Packet,
  twin: string,
  fields: readonly Field[],
  requirements: readonly string[] = ["FLT-PKT-003"],
  empty = true,
  before: readonly Field[] = [],
): void {
  const whole = body([...before, ...fields]);
  let offset = body(before).length;
  for (const [name, bytes] of fields) {
    if (bytes.length > 0 && (offset > 0 || empty)) {
      refuses(
        packet,
        `cut-before-${slugOf(name)}`,
        twin,
        whole.subarray(0, offset),
        `cut off before the ${name}`,
        "SHORT",
        requirements,
        offset,
        ["Truncated"],
      );
    }
    if (bytes.length > 1) {
      const end = offset + bytes.length - 1;
      refuses(
        packet,
        `cut-in-${slugOf(name)}`,
        twin,
        whole.subarray(0, end),
        `the last byte of the ${name} and all behind it cut off`,
        "SHORT",
        requirements,
        offset,
        ["Truncated"],
      );
    }
    offset += bytes.length;
  }
}

/** Where a field begins in the body. */
export function offsetOf(fields: readonly Field[], name: string): number {
  let offset = 0;
  for (const [field, bytes] of fields) {
    if (field === name) return offset;
    offset += bytes.length;
  }
  throw new RangeError(`no field "${name}"`);
}

export function replaced(fields: readonly Field[], name: string, bytes: Uint8Array): Field[] {
  offsetOf(fields, name);
  return fields.map((field) => (field[0] === name ? [name, bytes] : field));
}

export const STREAM = 0x8000_0001;
