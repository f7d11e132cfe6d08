import { FlatendError } from "./errors.ts";

/** Most bytes of a body that are read into memory unless the caller says otherwise. */
export const DEFAULT_BODY_LIMIT = 65_536;

/** A body on its way into one buffer. */
export class Collection {
  readonly whole: Promise<Buffer>;
  readonly #limit: number;
  #resolve!: (body: Buffer) => void;
  #reject!: (error: Error) => void;
  #chunks: Buffer[] = [];
  #length = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
    this.whole = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Keeps the chunk. False, and `whole` rejects with TOO_LARGE, when that is more than the limit. */
  add(chunk: Buffer): boolean {
    this.#length += chunk.length;
    if (this.#length > this.#limit) {
      this.#chunks = [];
      this.#reject(tooLarge(this.#limit, this.#length));
      return false;
    }
    this.#chunks.push(chunk);
    return true;
  }

  end(): void {
    const [first] = this.#chunks;
    this.#resolve(first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#length));
  }

  /** Without an error, the user has given the stream up. */
  fail(error?: Error): void {
    this.#reject(error ?? new FlatendError("ABORTED", "the body was given up before its end"));
  }
}

export const tooLarge = (limit: number, length: number): FlatendError =>
  new FlatendError("TOO_LARGE", `expected a body of at most ${limit} bytes, got at least ${length}`);
