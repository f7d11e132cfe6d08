import { MAX_FRAME_LENGTH, MIN_FRAME_LENGTH } from "../wire/index.ts";
import { ProtocolError } from "./errors.ts";

const PREFIX_LENGTH = 4;
const EMPTY = new Uint8Array(0);

/** The frame lengths a reader accepts, both included, in bytes of ciphertext with its tag. */
export interface FrameLimits {
  readonly minimum: number;
  readonly maximum: number;
}

/** The limits of the base protocol (FLT-SES-022). */
export const BASE_FRAME_LIMITS: FrameLimits = { minimum: MIN_FRAME_LENGTH, maximum: MAX_FRAME_LENGTH };

/**
 * Cuts frames out of chunks of any size (FLT-SES-025, FLT-SES-026). A frame that lies whole in a chunk is returned as a
 * view of it; only one that is split is copied, into a buffer that is used again.
 */
export class FrameReader {
  limits: FrameLimits;
  #chunks: Uint8Array[] = [];
  #chunk: Uint8Array = EMPTY;
  #offset = 0;
  #partial: Uint8Array = EMPTY;
  #partialLength = 0;
  #consumed = 0;

  constructor(limits: FrameLimits = BASE_FRAME_LIMITS) {
    this.limits = limits;
  }

  /** Bytes pushed and not yet returned, those of an incomplete frame included. */
  get pending(): number {
    let pending = this.#partialLength + this.#chunk.length - this.#offset;
    for (const chunk of this.#chunks) pending += chunk.length;
    return pending;
  }

  /** Adds bytes behind those before. They must not be used by others afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#offset === this.#chunk.length && this.#chunks.length === 0) {
      this.#chunk = chunk;
      this.#offset = 0;
    } else {
      this.#chunks.push(chunk);
    }
  }

  /** Exactly `length` bytes, or `undefined` as long as there are fewer. `length` is at most a few dozen. */
  read(length: number): Uint8Array | undefined {
    const whole = this.#contiguous(length);
    if (whole === undefined) return undefined;
    this.#consumed += length;
    return whole;
  }

  /**
   * The sealed part of the next frame, or `undefined` as long as it is incomplete. It is the caller's to change.
   * Throws a {@link ProtocolError} as soon as the four bytes of a length out of bounds are there (FLT-SES-023, FLT-SES-024).
   */
  next(): Uint8Array | undefined {
    if (this.#partialLength === 0) {
      const rest = this.#chunk.length - this.#offset;
      if (rest >= PREFIX_LENGTH) {
        const length = this.#checkedLength(this.#chunk, this.#offset);
        if (rest >= PREFIX_LENGTH + length) {
          const start = this.#offset + PREFIX_LENGTH;
          this.#offset = start + length;
          this.#consumed += PREFIX_LENGTH + length;
          return this.#chunk.subarray(start, this.#offset);
        }
      }
    }
    if (!this.#gather(PREFIX_LENGTH)) return undefined;
    const length = this.#checkedLength(this.#partial, 0);
    if (!this.#gather(PREFIX_LENGTH + length)) return undefined;
    this.#partialLength = 0;
    this.#consumed += PREFIX_LENGTH + length;
    return this.#partial.slice(PREFIX_LENGTH, PREFIX_LENGTH + length);
  }

  #checkedLength(bytes: Uint8Array, offset: number): number {
    const length =
      bytes[offset]! * 0x100_0000 + ((bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!);
    const { minimum, maximum } = this.limits;
    if (length > maximum) {
      throw new ProtocolError(
        "FRAME_TOO_LONG",
        "FLT-SES-023",
        `expected a frame of at most ${maximum} bytes, got a length of ${length}`,
        this.#consumed,
      );
    }
    if (length < minimum) {
      throw new ProtocolError(
        "FRAME_TOO_SHORT",
        "FLT-SES-024",
        `expected a frame of at least ${minimum} bytes, got a length of ${length}`,
        this.#consumed,
      );
    }
    return length;
  }

  /** The next `length` bytes as one array, taken out, or `undefined`. */
  #contiguous(length: number): Uint8Array | undefined {
    if (this.#partialLength === 0 && this.#chunk.length - this.#offset >= length) {
      const start = this.#offset;
      this.#offset += length;
      return this.#chunk.subarray(start, this.#offset);
    }
    if (!this.#gather(length)) return undefined;
    this.#partialLength = 0;
    return this.#partial.slice(0, length);
  }

  /** Moves bytes into the buffer for split frames until it holds `length`; false while there are too few. */
  #gather(length: number): boolean {
    if (this.#partial.length < length) {
      const larger = new Uint8Array(
        Math.max(length, Math.min(this.limits.maximum + PREFIX_LENGTH, 4 * this.#partial.length)),
      );
      larger.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = larger;
    }
    while (this.#partialLength < length) {
      if (this.#offset === this.#chunk.length) {
        const chunk = this.#chunks.shift();
        if (chunk === undefined) {
          // Let go of a chunk that was read to its end, so that an idle connection does not hold it.
          this.#chunk = EMPTY;
          this.#offset = 0;
          return false;
        }
        this.#chunk = chunk;
        this.#offset = 0;
        continue;
      }
      const count = Math.min(length - this.#partialLength, this.#chunk.length - this.#offset);
      this.#partial.set(this.#chunk.subarray(this.#offset, this.#offset + count), this.#partialLength);
      this.#offset += count;
      this.#partialLength += count;
    }
    return true;
  }
}
