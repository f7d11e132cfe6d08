import { flatten, type Step, type Steps } from "./types.ts";

/** What must happen once the steps up to and with the change have run. */
export type Expectation =
  /** Every step, changed or not, up to the last, goes as written. */
  | { readonly expect: "succeeds" }
  /** The target closes the connection and, unless `tolerates`, sends nothing more before it does. */
  | {
      readonly expect: "closes";
      /** ms from the last step; default CLOSE_TIMEOUT_MS. The judge adds the tolerance of chapter 01. */
      readonly within?: number;
      /** ms from the last step before which a close is wrong. */
      readonly notBefore?: number;
      /** Messages may still come before the close, such as answers to what was sent earlier. */
      readonly tolerates?: boolean;
    }
  /** The connection lives and serves on, and nothing answers what was changed. */
  | { readonly expect: "ignores" }
  /** These steps go as written in place of the rest of the control. */
  | { readonly expect: "answers"; readonly steps: readonly Step[] }
  /** The first, or a close: where the specification allows both. */
  | { readonly expect: "closes-or"; readonly other: Exclude<Expectation, { expect: "closes" | "closes-or" }> };

export function succeeds(): Expectation {
  return { expect: "succeeds" };
}
export function closes(options: { within?: number; notBefore?: number; tolerates?: boolean } = {}): Expectation {
  return { expect: "closes", ...options };
}
export function ignores(): Expectation & { expect: "ignores" } {
  return { expect: "ignores" };
}
export function answers(...steps: Steps[]): Expectation & { expect: "answers" } {
  return { expect: "answers", steps: flatten(steps) };
}
export function closesOr(other: Exclude<Expectation, { expect: "closes" | "closes-or" }>): Expectation {
  return { expect: "closes-or", other };
}
