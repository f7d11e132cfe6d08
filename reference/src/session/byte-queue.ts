const FIRST_BLOCK_LENGTH = 1024;
const MAX_BLOCK_LENGTH = 64 * 1024;
const NO_BLOCK: Uint8Array = new Uint8Array(0);

/**
 * Bytes that wait, to be written or to be read, in blocks. A frame is sealed straight into the block it leaves in, and a block that was
 * taken in part goes on being filled behind the part taken: nothing is copied and little is allocated.
 */
export class ByteQueue {
  #full: Uint8Array[] = [];
  #block = NO_BLOCK;
  #taken = 0;
  #used = 0;
  #length = 0;
  #blockLength: number;

  readonly #mostBlockLength: number;

  /**
   * The first block has `firstBlockLength` bytes, or as many as are reserved first; each further one twice as many as that before, up to
   * `mostBlockLength`, which is at most 64 KiB.
   */
  constructor(firstBlockLength = FIRST_BLOCK_LENGTH, mostBlockLength = MAX_BLOCK_LENGTH) {
    this.#blockLength = firstBlockLength;
    this.#mostBlockLength = mostBlockLength;
  }

  /** Bytes reserved and not yet taken. */
  get length(): number {
    return this.#length;
  }

  /**
   * Reserves `length` contiguous bytes, which the caller fills before it does anything else. Returns the array they lie
   * in; they start at {@link offset}.
   */
  reserve(length: number): Uint8Array {
    if (this.#block.length - this.#used < length) {
      if (this.#used > this.#taken) this.#full.push(this.#block.subarray(this.#taken, this.#used));
      this.#block = new Uint8Array(Math.max(length, this.#blockLength));
      this.#blockLength = Math.min(this.#mostBlockLength, this.#block.length * 2);
      this.#taken = 0;
      this.#used = 0;
    }
    this.#used += length;
    this.#length += length;
    this.offset = this.#used - length;
    return this.#block;
  }

  /** Where the bytes reserved last begin in their array. */
  offset = 0;

  /** Copies bytes in as they are. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.offset);
  }

  /** Gives the last `length` bytes reserved back, for a caller that could not fill them. */
  cancel(length: number): void {
    this.#used -= length;
    this.#length -= length;
  }

  /** Whether {@link takeFull} has something to give. */
  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** As {@link take}, but nothing of the block that is being filled. */
  takeFull(): Uint8Array | undefined {
    const full = this.#full.shift();
    if (full !== undefined) this.#length -= full.length;
    return full;
  }

  /** The next bytes in order, at most 64 KiB, or `undefined`. They are the caller's and never written to again. */
  take(): Uint8Array | undefined {
    const full = this.takeFull();
    if (full !== undefined) return full;
    if (this.#used === this.#taken) return undefined;
    const part = this.#block.subarray(this.#taken, this.#used);
    this.#taken = this.#used;
    this.#length = 0;
    return part;
  }
}
