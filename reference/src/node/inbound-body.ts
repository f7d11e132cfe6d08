import type { Readable } from "node:stream";
import type { Stream } from "../connection/index.ts";
import type { Link } from "./link.ts";

/**
 * What has arrived of a body and was not taken yet. Bytes count as taken once the readable stream has them in its own buffer, which
 * is bounded; until then they count against the connection's window (FLT-STR-070 to FLT-STR-073).
 */
export class InboundBody {
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #readable: Readable;
  #chunks: Uint8Array[] = [];
  #wanted = false;
  #ended = false;

  constructor(link: Link, stream: Stream, readable: Readable) {
    this.#link = link;
    this.#stream = stream;
    this.#readable = readable;
  }

  arrived(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#deliver();
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

  /** Nobody will take what is kept. */
  drop(): void {
    this.#chunks = [];
  }

  #deliver(): void {
    let length = 0;
    let taken = 0;
    while (this.#wanted && taken < this.#chunks.length) {
      const chunk = this.#chunks[taken++] as Uint8Array;
      length += chunk.length;
      this.#wanted = this.#readable.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    if (taken > 0) this.#chunks = this.#chunks.slice(taken);
    if (this.#ended && this.#chunks.length === 0) {
      this.#ended = false;
      this.#readable.push(null);
    }
    if (length > 0) this.#link.run((connection, now) => connection.consumed(this.#stream, length, now));
  }
}
