import type { Row } from "./rows.ts";

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));

/** A table for people: the stacks of each workload below each other. */
export function printed(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ stack }) => stack.length));
  const lines: string[] = [];
  let workload: string | undefined;
  for (const row of rows) {
    if (row.workload !== workload) lines.push("", `${row.workload} (${row.unit})`);
    workload = row.workload;
    const value = row.value === null ? "-" : digits(row.value);
    const ratio = row.floorRatio === null ? "" : `${row.floorRatio.toFixed(2)} of floor`;
    const note = row.note ?? "";
    lines.push(`  ${row.stack.padEnd(width)} ${value.padStart(9)}  ${ratio.padStart(14)}  ${note}`.trimEnd());
  }
  return lines.join("\n");
}
