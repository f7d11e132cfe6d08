import { WireError } from "./errors.ts";

/** Collects the parts of one packet and joins them once. */
export class Writer {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  u8(value: number, what: string): this {
    return this.integer(value, 1, what);
  }

  u16(value: number, what: string): this {
    return this.integer(value, 2, what);
  }

  u32(value: number, what: string): this {
    return this.integer(value, 4, what);
  }

  bytes(value: Uint8Array): this {
    this.parts.push(value);
    this.length += value.length;
    return this;
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.length);
    let offset = 0;
    for (const part of this.parts) {
      out.set(part, offset);
      offset += part.length;
    }
    return out;
  }

  private integer(value: number, size: 1 | 2 | 4, what: string): this {
    const largest = 2 ** (8 * size) - 1;
    if (!Number.isInteger(value) || value < 0 || value > largest) {
      throw new WireError(value > largest ? "OVERLONG" : "RANGE", what, `an integer from 0 to ${largest}`, `${value}`);
    }
    const bytes = new Uint8Array(size);
    for (let i = size - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
    return this.bytes(bytes);
  }
}
