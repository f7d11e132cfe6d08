/** Wakes whoever waits whenever something has happened; nothing here sleeps. */
export class Waiting {
  readonly #checks = new Set<() => void>();

  /** Resolves with the first value of `look` that is not undefined, looked for at every event; undefined after `timeoutMs`. */
  async until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    const found = look();
    if (found !== undefined) return found;
    return await new Promise((resolve) => {
      const done = (value: T | undefined) => {
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve(value);
      };
      const check = () => {
        const value = look();
        if (value !== undefined) done(value);
      };
      const timer = setTimeout(() => done(look()), timeoutMs);
      this.#checks.add(check);
    });
  }
  wake(): void {
    for (const check of [...this.#checks]) check();
  }
}
