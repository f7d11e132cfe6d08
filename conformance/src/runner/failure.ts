/** The target did not do what a step or an expectation demands. `kind` lets a judge tell a close from a wrong answer. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: "closed" | "timeout" | "wrong" | "refused";
  readonly expected: string;
  readonly came: string;

  constructor(kind: Failure["kind"], expected: string, came: string) {
    super(`expected ${expected}; ${came}`);
    this.kind = kind;
    this.expected = expected;
    this.came = came;
  }
}

/** The kit, or a case in it, is at fault, not the target. */
export class KitFault extends Error {
  override readonly name = "KitFault";
}
