/** What is known of a request or of a connection beside what Node keeps. */

/**
 * Values that belong to objects of others and live as long as they do. They are kept on the objects themselves: in a WeakMap, several entries of each request cost its
 * garbage collection a tenth of all the time that a small request takes.
 */
export class Attached<Owner extends object, Value> {
  readonly #key: symbol;

  /** `name` is for whoever looks at such an object. */
  constructor(name: string) {
    this.#key = Symbol(name);
  }

  get(owner: Owner): Value | undefined {
    return (owner as Record<symbol, Value | undefined>)[this.#key];
  }

  set(owner: Owner, value: Value | undefined): void {
    (owner as Record<symbol, Value | undefined>)[this.#key] = value;
  }
}
