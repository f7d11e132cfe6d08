import { WireError } from "./errors.ts";
import { encodeText } from "./text.ts";

/** Enough for most packets. */
const INITIAL_LENGTH = 64;
const GROWTH = 8;
/** Characters up to which looking at each of them costs less than a call of the encoder. */
const SHORT_LENGTH = 64;

/** Puts the parts of one packet one behind the other. */
export class Writer {
  private out: Uint8Array;
  private length = 0;

  /** `expected` bytes in all, if that can be told; more are as right. */
  constructor(expected = INITIAL_LENGTH) {
    this.out = new Uint8Array(expected);
  }

  /** Bytes there is room for. */
  get capacity(): number {
    return this.out.length;
  }

  /** One byte. Throws OVERLONG or RANGE on what it cannot hold, which `what` names. */
  u8(value: number, what: string): this {
    return this.integer(value, 1, 0xff, what);
  }

  /** Two bytes, the first the highest. Throws as {@link u8}. */
  u16(value: number, what: string): this {
    return this.integer(value, 2, 0xffff, what);
  }

  /** Four bytes, the first the highest. Throws as {@link u8}. */
  u32(value: number, what: string): this {
    return this.integer(value, 4, 0xffff_ffff, what);
  }

  /** Bytes as they are. */
  bytes(value: Uint8Array): this {
    this.room(value.length);
    this.out.set(value, this.length);
    this.length += value.length;
    return this;
  }

  /** UTF-8, with the number of its bytes in front, in `size` bytes. Throws OVERLONG where the number has no room in them. */
  text(value: string, size: 1 | 2, what: string): this {
    this.room(size + value.length);
    if (value.length <= SHORT_LENGTH && this.ascii(value, this.length + size)) {
      this.integer(value.length, size, SHORT_LENGTH, what);
      this.length += value.length;
      return this;
    }
    const bytes = encodeText(value);
    return this.integer(bytes.length, size, size === 1 ? 0xff : 0xffff, what).bytes(bytes);
  }

  /** The bytes so far. They are the caller's, and the writer is of no further use, unless it is started {@link again}. */
  finish(): Uint8Array {
    return this.out.subarray(0, this.length);
  }

  /** Begins with nothing, in the same array: what was finished before is written over. */
  again(): this {
    this.length = 0;
    return this;
  }

  private integer(value: number, size: 1 | 2 | 4, largest: number, what: string): this {
    if (!Number.isInteger(value) || value < 0 || value > largest) {
      throw new WireError(value > largest ? "OVERLONG" : "RANGE", what, `an integer from 0 to ${largest}`, `${value}`);
    }
    this.room(size);
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) this.out[this.length++] = value >>> shift;
    return this;
  }

  /** Puts text where there is room for it, unless it is not ASCII. */
  private ascii(text: string, at: number): boolean {
    const { out } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      out[at + i] = code;
    }
    return true;
  }

  private room(length: number): void {
    if (this.length + length <= this.out.length) return;
    const larger = new Uint8Array(Math.max(GROWTH * this.out.length, this.length + length));
    larger.set(this.out.subarray(0, this.length));
    this.out = larger;
  }
}
