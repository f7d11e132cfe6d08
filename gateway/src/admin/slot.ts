/** Something that is open, and can be exchanged for another one. */

interface Opened {
  /** Ends it once what runs there has ended, or after a short time. */
  retire(): Promise<void>;
  /** Ends it at once. */
  close(): Promise<void>;
}

/** The other one is open, and the former one still is. */
export interface Exchange {
  /** Takes the other one into use. The former one retires, for which nobody has to wait. */
  commit(): void;
  /** Closes the other one. */
  abandon(): Promise<void>;
}

export class Slot<T extends Opened> {
  #name: string | undefined;
  #current: T | undefined;
  readonly #leaving = new Set<Promise<void>>();

  get current(): T | undefined {
    return this.#current;
  }

  /**
   * Opens what has another name than what is open. Rejects as `open` does; then nothing has changed.
   * @param name undefined: nothing is to be open
   */
  async prepare(name: string | undefined, open: () => Promise<T>): Promise<Exchange> {
    if (name === this.#name) return { commit: () => {}, abandon: async () => {} };
    const opened = name === undefined ? undefined : await open();
    const commit = (): void => {
      const leaving = this.#current?.retire().finally(() => this.#leaving.delete(leaving as Promise<void>));
      if (leaving !== undefined) this.#leaving.add(leaving);
      this.#name = name;
      this.#current = opened;
    };
    return { commit, abandon: async () => opened?.close() };
  }

  async close(): Promise<void> {
    await Promise.all([this.#current?.close(), ...this.#leaving]);
  }
}

/** Both at once. */
export const together = (exchanges: readonly Exchange[]): Exchange => ({
  commit: () => {
    for (const one of exchanges) one.commit();
  },
  abandon: async () => void (await Promise.all(exchanges.map((one) => one.abandon()))),
});
