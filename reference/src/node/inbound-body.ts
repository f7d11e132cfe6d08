import type { Readable } from "node:stream";
import type { Stream } from "../connection/index.ts";
import { ByteQueue } from "../session/index.ts";
import { Collection } from "./collection.ts";
import type { Link } from "./link.ts";

/** A chunk is a view of the read it came in, all of which it keeps in memory. Below this share of it, it is copied. */
const SMALLEST_SHARE = 1 / 16;
/** So many bytes may be held for a stream beyond those that wait on it. */
const BLOCK_LENGTH = 16_384;
const newQueue = (): ByteQueue => new ByteQueue(0, BLOCK_LENGTH);

/**
 * What has arrived of a body and was not taken yet. Bytes count as taken once the readable stream has them in its own buffer, which
 * is bounded; until then they count against the connection's window (FLT-STR-070 to FLT-STR-073).
 */
export class InboundBody {
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #readable: Readable;
  /** Copies: of chunks as they came, a peer could make a window of single bytes hold as many reads. */
  #waiting = newQueue();
  #collection: Collection | undefined;
  #wanted = false;
  #ended = false;
  #complete = false;

  constructor(link: Link, stream: Stream, readable: Readable) {
    this.#link = link;
    this.#stream = stream;
    this.#readable = readable;
  }

  /** The body is collected, or the readable stream has all of it. */
  get taken(): boolean {
    return this.#collection !== undefined || this.#complete;
  }

  /** Bytes of a body that has come whole before anybody read any of it. */
  get readyLength(): number | undefined {
    // The end of an empty one is given to the stream at once.
    const hasCome = this.#ended || this.#complete;
    return hasCome && !this.#wanted && this.#collection === undefined && this.#isUnread
      ? this.#waiting.length
      : undefined;
  }

  /** The body that has come whole, where it has. */
  takeReady(): Buffer | undefined {
    const length = this.readyLength;
    if (length === undefined) return undefined;
    const first = this.#waiting.take();
    const rest: Uint8Array[] = [];
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) rest.push(next);
    this.#ended = false;
    this.#complete = true;
    this.#consumed(length);
    if (first === undefined) return Buffer.alloc(0);
    const buffer = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    return rest.length === 0 ? buffer : Buffer.concat([buffer, ...rest], length);
  }

  arrived(chunk: Uint8Array): void {
    if (this.#waiting.length > 0 || !(this.#wanted || this.#collection !== undefined)) {
      this.#waiting.append(chunk);
      return;
    }
    this.#hand(chunk.length < chunk.buffer.byteLength * SMALLEST_SHARE ? chunk.slice() : chunk);
    this.#consumed(chunk.length);
  }

  ended(): void {
    this.#ended = true;
    this.#deliver();
  }

  /** The readable stream has room. */
  wanted(): void {
    this.#wanted = true;
    this.#deliver();
  }

  /** Nobody will take what is kept, for this reason if there is one. */
  drop(error?: Error | null): void {
    this.#waiting = newQueue();
    this.#collection?.fail(error ?? undefined);
    this.#collection = undefined;
  }

  /**
   * The whole body past the readable stream, whose events and buffer a body of one piece has no use for; the stream sees the end alone.
   * `undefined` where somebody has begun to read the stream. Rejects with TOO_LARGE above `limit` bytes, the rest being left unread.
   */
  collect(limit: number): Promise<Buffer> | undefined {
    if (this.taken || !this.#isUnread) return undefined;
    const collection = new Collection(limit);
    this.#collection = collection;
    this.#deliver();
    return collection.whole;
  }

  /** Whether nobody has begun to read the stream. */
  get #isUnread(): boolean {
    const { readableFlowing, readableLength, readableEncoding, readableDidRead, destroyed } = this.#readable;
    if (readableFlowing !== null || readableLength > 0 || readableEncoding !== null) return false;
    return !readableDidRead && !destroyed;
  }

  #deliver(): void {
    let length = 0;
    while (this.#waiting.length > 0 && (this.#wanted || this.#collection !== undefined)) {
      const chunk = this.#waiting.take() as Uint8Array;
      length += chunk.length;
      this.#hand(chunk);
    }
    if (length > 0) this.#consumed(length);
    if (this.#ended && this.#waiting.length === 0) this.#finish();
  }

  #hand(chunk: Uint8Array): void {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#collection === undefined) this.#wanted = this.#readable.push(buffer);
    else if (!this.#collection.add(buffer)) this.#collection = undefined;
  }

  #consumed(length: number): void {
    this.#link.run((connection, now) => connection.consumed(this.#stream, length, now));
  }

  #finish(): void {
    const collection = this.#collection;
    this.#ended = false;
    this.#complete = true;
    this.#readable.push(null);
    if (collection === undefined) return;
    // Nobody else reads the stream, which ends by being read to its end. What hangs on its end is done when the body is given.
    this.#readable.once("end", () => {
      this.#collection = undefined;
      collection.end();
    });
    this.#readable.read(0);
  }
}
