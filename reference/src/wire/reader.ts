import { WireError } from "./errors.ts";

/**
 * A cursor over bytes that never runs past their end. Returned slices are views of the input, not copies: whoever keeps
 * one beyond the life of the input copies it.
 */
export class Reader {
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Throws SHORT unless `length` bytes are left. Checked before anything is made of a length from the wire (FLT-PKT-005). */
  need(length: number, what: string): void {
    if (this.remaining < length) {
      throw new WireError("SHORT", what, `${length} more bytes`, `${this.remaining}`, this.offset);
    }
  }

  u8(what: string): number {
    this.need(1, what);
    return this.bytes[this.offset++] as number;
  }

  u16(what: string): number {
    this.need(2, what);
    const { bytes, offset } = this;
    this.offset += 2;
    return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
  }

  u32(what: string): number {
    this.need(4, what);
    const { bytes, offset } = this;
    this.offset += 4;
    return (
      (((bytes[offset] as number) << 24) |
        ((bytes[offset + 1] as number) << 16) |
        ((bytes[offset + 2] as number) << 8) |
        (bytes[offset + 3] as number)) >>>
      0
    );
  }

  take(length: number, what: string): Uint8Array {
    this.need(length, what);
    const slice = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return slice;
  }

  /** A byte that may only be 0 or 1. */
  flag(what: string): boolean {
    const at = this.offset;
    const value = this.u8(what);
    if (value > 1) throw new WireError("RANGE", what, "0 or 1", `${value}`, at);
    return value === 1;
  }

  /** What follows the packet (FLT-PKT-004). */
  trailing(): Uint8Array {
    return this.bytes.subarray(this.offset);
  }
}
