import type { ConnectionLimits } from "./types.ts";

/** Whether a connection may be read: not while its users have too much unread, nor while too many replies wait (FLT-STR-072, FLT-SES-046). */
export class ReadGate {
  readonly #limits: ConnectionLimits;
  #repliesFull = false;
  #paused = false;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get paused(): boolean {
    return this.#paused;
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
