export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
export function u8(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff);
}
export function u16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}
export function u32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
export function toHex(bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): string {
  const shown = Buffer.from(bytes.subarray(0, limit)).toString("hex");
  return bytes.length > limit ? `${shown}… (${bytes.length} bytes)` : shown;
}
/** Bytes of hexadecimal text that is known to be well formed. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
/** Big-endian comparison of byte strings of one length. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}
/** The 4 or 16 bytes of an IP address in text; an IPv4 address mapped into IPv6 gives 4. */
export function addressBytes(text: string): Uint8Array {
  const plain = text.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  if (/^\d+\.\d+\.\d+\.\d+$/.test(plain)) return Uint8Array.from(plain.split(".").map(Number));
  const [left = "", right] = plain.split("::");
  const groups = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...new Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0), ...tail];
  return concat(...all.map(u16));
}
