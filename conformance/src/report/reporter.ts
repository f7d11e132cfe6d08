import type { Case } from "../case.ts";
import type { TargetFacts } from "../runner/context.ts";
import type { CaseResult } from "../runner/verdict.ts";
import type { Report } from "./schema.ts";

/** What a reporter may write to: the terminal or a file, behind one small interface. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
  readonly colors: boolean;
}

/** A view of a run. Each is called in this order; `end` always comes, whatever happened before. */
export interface Reporter {
  start?(selected: readonly Case[], target: string, seed: number): void;
  ready?(facts: TargetFacts, refuses: string | undefined): void;
  result?(result: CaseResult, done: number, of: number): void;
  end(report: Report): void;
}

export const REPORTERS = ["pretty", "json"] as const;
export type ReporterName = (typeof REPORTERS)[number];
