/** What the reference found wrong, in the words of the vectors. */
export class Fault extends Error {
  readonly kind: string;
  readonly at: number | undefined;
  /** What came out before the fault. */
  readonly left: unknown;

  constructor(kind: string, at?: number, left?: unknown) {
    super(kind);
    this.kind = kind;
    this.at = at;
    this.left = left;
  }
}
