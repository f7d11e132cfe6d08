/** Byte helpers. Everything here is Buffer based and slow on purpose: the generator is read more often than run. */

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function fromHex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

export function utf8(text: string): Buffer {
  return Buffer.from(text, "utf8");
}

export function join(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}

export function u8(value: number): Buffer {
  return Buffer.from([value]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** `length` bytes counting up from 0, for bodies whose content does not matter but whose order does. */
export function counting(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
}

/** A copy with one bit turned over. */
export function flipBit(bytes: Uint8Array, index: number, mask = 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = copy[index]! ^ mask;
  return copy;
}

export function littleEndian(value: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0, rest = value; index < length; index++, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
