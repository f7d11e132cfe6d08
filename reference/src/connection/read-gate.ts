import type { ConnectionLimits } from "./types.ts";

/** Bytes that may wait for their turn: one read of a socket. */
const MAX_WAITING = 65_536;

/** How much of a connection is read in one turn, and whether it may be read at all: not while its users have too much unread, nor while too many replies wait (FLT-STR-072, FLT-SES-046). */
export class ReadGate {
  readonly #limits: ConnectionLimits;
  #repliesFull = false;
  #paused = false;
  #framesLeft = 0;
  #hasMore = false;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Whether bytes wait for another turn. */
  get hasMore(): boolean {
    return this.#hasMore && !this.#paused;
  }

  /** `whole`: of what waits nothing is left for later. `waiting` in bytes. */
  beginTurn(whole: boolean, waiting: number): void {
    this.#hasMore = false;
    this.#framesLeft = whole || waiting > MAX_WAITING ? Number.POSITIVE_INFINITY : this.#limits.framesPerTurn;
  }

  /** A frame was acted upon. Says whether it was the last of its turn. */
  endsTurn(session: { readonly pending: number }): boolean {
    if (--this.#framesLeft > 0) return false;
    this.#hasMore = session.pending > 0;
    return true;
  }

  /** Looks at what waits to be sent, in bytes, and whether the window is full. Says whether the gate has moved. */
  update(buffered: number, windowFull: boolean): boolean {
    const { output, replies } = this.#limits;
    if (buffered > output + replies) this.#repliesFull = true;
    else if (buffered <= output) this.#repliesFull = false;
    const paused = this.#repliesFull || windowFull;
    const moved = paused !== this.#paused;
    this.#paused = paused;
    return moved;
  }
}
