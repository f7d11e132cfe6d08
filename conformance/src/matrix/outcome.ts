import type { ImplementationId } from "./implementations.ts";

export type Outcome =
  | { readonly state: "pass" }
  | { readonly state: "fail"; readonly what: string }
  /** It makes no sense after the trial `because` has failed. */
  | { readonly state: "not-run"; readonly because: string };

/** Who dials whom. */
export interface Pair {
  readonly dialer: ImplementationId;
  readonly listener: ImplementationId;
}

export interface PairResult extends Pair {
  /** By the trial's id. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}
