/** As much of a stream as this needs. */
interface Sending {
  /** Whether more of the body may be sent. */
  readonly writable: boolean;
}

/** Bodies under way on a link of which more was sent than the far side must take unread (FLT-STR-070): what is sent behind them may have to wait. */
export class LargeBodies {
  readonly #streams = new Set<Sending>();

  add(stream: Sending): void {
    // Nobody may ever ask, and what has ended must not be kept for that.
    this.#drop();
    this.#streams.add(stream);
  }

  /** How many are kept, of which some may have ended meanwhile. */
  get size(): number {
    return this.#streams.size;
  }

  get areUnderWay(): boolean {
    this.#drop();
    return this.#streams.size > 0;
  }

  #drop(): void {
    for (const stream of this.#streams) if (!stream.writable) this.#streams.delete(stream);
  }
}
