import type { Stream } from "../connection/index.ts";
import { RECEIVE_BUFFER_LENGTH } from "../wire/index.ts";
import type { Link } from "./link.ts";
import { refusalOf } from "./losses.ts";

type Done = (error?: Error | null) => void;

/** Sends a body piece by piece, as fast as the connection takes it. One piece is under way at a time. */
export class OutboundBody {
  readonly #link: Link;
  readonly #stream: Stream;
  #rest: Uint8Array | undefined;
  /** Bytes of the body that the connection has taken. */
  #sent = 0;
  #sentAt: number | undefined;
  #done: Done | undefined;

  constructor(link: Link, stream: Stream) {
    this.#link = link;
    this.#stream = stream;
  }

  /** When the connection took something of the body last, in ms of the clock; `undefined` of none. */
  get sentAt(): number | undefined {
    return this.#sentAt;
  }

  /** Calls `done` when the connection has taken all of `bytes`. */
  write(bytes: Uint8Array, done: Done): void {
    this.#rest = bytes;
    this.#done = done;
    this.writable();
  }

  /** The connection has room again. */
  writable(): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    try {
      const taken = this.#link.run((connection, now) => {
        const length = connection.sendData(this.#stream, rest, now);
        if (length > 0) this.#sentAt = now;
        return length;
      });
      this.#rest = taken < rest.length ? rest.subarray(taken) : undefined;
      const wasSmall = this.#sent <= RECEIVE_BUFFER_LENGTH;
      this.#sent += taken;
      if (wasSmall && this.#sent > RECEIVE_BUFFER_LENGTH) this.#link.largeBodies.add(this.#stream);
    } catch (error) {
      this.failed(refusalOf(error));
      return;
    }
    if (this.#rest === undefined) this.#finish();
  }

  /** Completes the body. */
  end(done: Done): void {
    try {
      this.#link.run((connection, now) => connection.endData(this.#stream, now));
    } catch (error) {
      done(refusalOf(error));
      return;
    }
    done();
  }

  /** Nothing more can be sent. */
  failed(error: Error): void {
    this.#rest = undefined;
    this.#finish(error);
  }

  #finish(error?: Error): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(error);
  }
}
