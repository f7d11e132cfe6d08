import type { ConnectionLimits, Stream } from "./types.ts";

/**
 * Counts body bytes that were handed out and not yet taken, per stream and in all, and says when reading must stop
 * (FLT-STR-070 to FLT-STR-073). Reading goes on at half of a bound, so that it does not stutter.
 */
export class ReceiveWindow {
  readonly #limits: ConnectionLimits;
  #total = 0;
  #totalFull = false;
  #fullStreams = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Bytes not taken, over all streams. */
  get total(): number {
    return this.#total;
  }

  /** Whether one of the bounds is reached. */
  get full(): boolean {
    return this.#totalFull || this.#fullStreams > 0;
  }

  /** So many bytes are about to be handed out. */
  received(stream: Stream, length: number): void {
    stream.unread += length;
    this.#total += length;
    if (!stream.full && stream.unread > this.#limits.unreadPerStream) {
      stream.full = true;
      this.#fullStreams++;
    }
    if (this.#total > this.#limits.unread) this.#totalFull = true;
  }

  /** So many bytes were taken. More than there are count as all. */
  consumed(stream: Stream, length: number): void {
    const taken = Math.max(0, Math.min(length, stream.unread));
    stream.unread -= taken;
    this.#total -= taken;
    if (stream.full && stream.unread <= this.#limits.unreadPerStream / 2) {
      stream.full = false;
      this.#fullStreams--;
    }
    if (this.#total <= this.#limits.unread / 2) this.#totalFull = false;
  }

  /** Nobody will take what the stream has handed out. */
  release(stream: Stream): void {
    this.consumed(stream, stream.unread);
  }
}
