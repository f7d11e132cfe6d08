/** The rows of a report of the gateway's bench. */
import { median } from "../statistics.ts";
import type { Load } from "./wrk.ts";

export interface Row {
  readonly stack: string;
  readonly workload: string;
  /** `null`: it could not be done here, and `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** The value divided by that of the stack `of` in the same workload. */
  readonly ratio: number | null;
  readonly of: string | null;
  readonly note?: string;
}

/** What a stack gave in one workload, or why it gave nothing. */
export interface Outcome<T> {
  readonly stack: string;
  readonly rounds: readonly T[];
  readonly missing?: string | undefined;
}

/** One row for each stack. @param of whose value is 1 in the ratios */
export function rowsOf<T>(
  outcomes: readonly Outcome<T>[],
  { workload, unit, of, value }: { workload: string; unit: string; of: string | null; value: (round: T) => number },
): Row[] {
  const typical = ({ rounds }: Outcome<T>) => (rounds.length > 0 ? median(rounds.map(value)) : null);
  const reference = outcomes.find(({ stack }) => stack === of);
  const base = reference === undefined ? null : typical(reference);
  return outcomes.map((outcome) => {
    const got = typical(outcome);
    return {
      stack: outcome.stack,
      workload,
      value: got === null ? null : rounded(got),
      unit,
      ratio: got === null || !base ? null : rounded(got / base),
      of,
      ...(outcome.missing === undefined ? {} : { note: outcome.missing }),
    };
  });
}

export function loadRows(workload: string, of: string, outcomes: readonly Outcome<Load>[]): Row[] {
  return [
    ...rowsOf(outcomes, { workload, unit: "req/s", of, value: ({ perSecond }) => perSecond }),
    ...rowsOf(outcomes, { workload: `${workload} p50`, unit: "ms", of, value: ({ p50 }) => p50 }),
    ...rowsOf(outcomes, { workload: `${workload} p99`, unit: "ms", of, value: ({ p99 }) => p99 }),
  ];
}

/** Four digits are more than a measurement of this kind holds. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** A table for people: the stacks of each workload below each other. What is missing is said loudly. */
export function printed(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ stack }) => stack.length));
  const lines: string[] = [];
  let workload: string | undefined;
  for (const { stack, workload: name, value, unit, ratio, of, note } of rows) {
    if (name !== workload) lines.push("", `${name} (${unit})`);
    workload = name;
    const told = value === null ? "-" : String(value);
    const share = ratio === null ? "" : `${ratio.toFixed(2)} of ${of}`;
    const why = note === undefined ? "" : `!!! MISSING: ${note}`;
    lines.push(`  ${stack.padEnd(width)} ${told.padStart(9)}  ${share}  ${why}`.trimEnd());
  }
  return lines.join("\n");
}
