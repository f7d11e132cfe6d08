/** Pieces shorter than this are copied together, so that a body of single bytes does not cost a hundred bytes for each. */
const SMALL_LENGTH = 512;
const BLOCK_LENGTH = 4 * 1024;

/** Body bytes between their arrival and their user. Memory stays in proportion to the bytes held, however small the pieces came. */
export class ByteQueue {
  readonly #pieces: Uint8Array[] = [];
  #head = 0;
  #block: Uint8Array | undefined;
  #blockUsed = 0;
  #length = 0;

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Adds bytes at the end. Keeps the array itself when it is long, a copy when it is short. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (bytes.length >= SMALL_LENGTH) {
      this.#seal();
      this.#pieces.push(bytes);
      return;
    }
    if (this.#block !== undefined && this.#block.length - this.#blockUsed < bytes.length) this.#seal();
    this.#block ??= new Uint8Array(BLOCK_LENGTH);
    this.#block.set(bytes, this.#blockUsed);
    this.#blockUsed += bytes.length;
  }

  /** Takes the next piece, of at most `limit` bytes, or `undefined` when nothing is held. */
  shift(limit = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    if (this.#head === this.#pieces.length) this.#seal();
    const piece = this.#pieces[this.#head];
    if (piece === undefined) return undefined;
    if (piece.length > limit) {
      this.#pieces[this.#head] = piece.subarray(limit);
      this.#length -= limit;
      return piece.subarray(0, limit);
    }
    this.#pieces[this.#head] = EMPTY;
    this.#head++;
    // Shift the spent places out in one go, so that a long queue does not move at each step.
    if (this.#head > 64 && this.#head * 2 > this.#pieces.length) {
      this.#pieces.splice(0, this.#head);
      this.#head = 0;
    }
    this.#length -= piece.length;
    return piece;
  }

  /** Drops everything and returns how many bytes that were. */
  clear(): number {
    const length = this.#length;
    this.#pieces.length = 0;
    this.#head = 0;
    this.#block = undefined;
    this.#blockUsed = 0;
    this.#length = 0;
    return length;
  }

  #seal(): void {
    if (this.#block === undefined) return;
    // A block that is far from full is cut to size: its rest must not stay reserved while it waits.
    this.#pieces.push(
      this.#blockUsed * 2 < BLOCK_LENGTH
        ? this.#block.slice(0, this.#blockUsed)
        : this.#block.subarray(0, this.#blockUsed),
    );
    this.#block = undefined;
    this.#blockUsed = 0;
  }
}

const EMPTY = new Uint8Array(0);
