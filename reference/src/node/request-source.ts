import { Duplex, Readable } from "node:stream";
import { FlatendError } from "./errors.ts";

/** What may be sent as a body. Text is sent as UTF-8. */
export type Body = string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** Bytes of a body that are kept so that it can be sent once more to another provider. */
const REPLAY_LENGTH = 65_536;

const NOTHING = new Uint8Array(0);
const NO_PIECES: Iterator<Uint8Array> = { next: () => ({ done: true, value: undefined }) };

/** A request body that can be sent from its beginning again, as long as little of it was drawn (FLT-PRV-005). */
export class RequestSource {
  /** The body itself where it is one piece of bytes, or none. */
  readonly whole: Uint8Array | undefined;
  readonly #iterator: AsyncIterator<string | Uint8Array> | Iterator<string | Uint8Array>;
  /** Pieces drawn so far; emptied when the body can no longer be repeated. */
  #drawn: Uint8Array[] = [];
  #drawnLength = 0;
  /** Index of the first piece that is still kept. */
  #first = 0;
  #mayRepeat = true;
  #pending: Promise<boolean> | undefined;
  #ended = false;
  /** A stream no iterator of which has begun: it would neither be closed by one, nor have its error caught. */
  #unread: Readable | undefined;

  constructor(body: Body | null | undefined) {
    // The reading side of a Duplex is not all of it: its other half may still be wanted, as that of a handler that hands its request on.
    if (body instanceof Readable && !(body instanceof Duplex)) {
      this.#unread = body;
      // Its error is met when it is read, and none of a stream that is not read may end the process.
      body.on("error", () => {});
    }
    if (body === undefined || body === null || typeof body === "string" || body instanceof Uint8Array) {
      this.whole = typeof body === "string" ? Buffer.from(body) : (body ?? NOTHING);
      this.#iterator = NO_PIECES;
    } else if (typeof body === "object" && Symbol.asyncIterator in body) this.#iterator = body[Symbol.asyncIterator]();
    else if (typeof body === "object" && Symbol.iterator in body) this.#iterator = body[Symbol.iterator]();
    else {
      throw new FlatendError(
        "INVALID_ARGUMENT",
        `body: expected text, bytes or an iterable of them, got ${typeof body}`,
      );
    }
  }

  /** Whether the body can still be sent from its beginning. */
  get repeatable(): boolean {
    return this.#first === 0;
  }

  /** The call was accepted: nothing is kept from here on. */
  accepted(): void {
    this.#mayRepeat = false;
  }

  /** The piece with the given index of a body that is not {@link whole}, `undefined` behind the last. Rejects with what the body's own iterator throws. */
  async piece(index: number): Promise<Uint8Array | undefined> {
    for (;;) {
      const at = index - this.#first;
      if (at < this.#drawn.length) return this.#drawn[at];
      if (this.#ended) return undefined;
      this.#pending ??= this.#draw().finally(() => {
        this.#pending = undefined;
      });
      await this.#pending;
    }
  }

  /** The piece with that index has been sent; what need not be kept for another attempt is let go. */
  sent(index: number): void {
    const at = index - this.#first;
    if (at < 0 || (this.#mayRepeat && this.#drawnLength <= REPLAY_LENGTH)) return;
    this.#first += at + 1;
    this.#drawn = this.#drawn.slice(at + 1);
  }

  /** Tells the iterator that no more is wanted. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#unread?.destroy();
    await this.#iterator.return?.();
  }

  async #draw(): Promise<boolean> {
    this.#unread = undefined;
    const { done, value } = await this.#iterator.next();
    if (done || this.#ended) {
      this.#ended = true;
      return false;
    }
    const piece = typeof value === "string" ? Buffer.from(value) : value;
    if (!(piece instanceof Uint8Array)) {
      throw new FlatendError("INVALID_ARGUMENT", `body: expected pieces of text or bytes, got ${typeof piece}`);
    }
    this.#drawn.push(piece);
    this.#drawnLength += piece.length;
    return true;
  }
}
