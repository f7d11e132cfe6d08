import type { Measured } from "./scenario.ts";

/** Share of lookups that are to succeed: with nobody who lies, and with liars. */
export const CALM_TARGET = 0.999;
export const MALICIOUS_TARGET = 0.95;

/** What a scenario is to reach. While nodes come and go, or just after a partition, the one without liars holds as well. */
export const targetOf = ({ malicious }: Measured): number => (malicious > 0 ? MALICIOUS_TARGET : CALM_TARGET);

export function reaches(row: Measured): boolean {
  const enough = row.malicious > 0 ? row.success >= MALICIOUS_TARGET : row.success > CALM_TARGET;
  return enough && row.hopsMean <= row.hopsTarget;
}

const COLUMNS: readonly (readonly [string, (row: Measured) => string])[] = [
  ["nodes", ({ nodes }) => String(nodes)],
  ["scenario", ({ scenario }) => scenario],
  ["found", ({ success }) => percent(success, 2)],
  ["hops", ({ hopsMean, hopsP99 }) => `${hopsMean.toFixed(2)} / ${hopsP99}`],
  ["≤", ({ hopsTarget }) => hopsTarget.toFixed(2)],
  ["asked", ({ asked }) => asked.toFixed(1)],
  ["dialed", ({ dialed }) => dialed.toFixed(1)],
  ["messages", ({ messages }) => messages.toFixed(0)],
  ["seconds", ({ msMean, msP99 }) => `${(msMean / 1000).toFixed(2)} / ${(msP99 / 1000).toFixed(2)}`],
  ["near", ({ nearInTable }) => percent(nearInTable, 1)],
  ["stale", ({ stale }) => percent(stale, 1)],
  ["links", ({ connectionsMean, connectionsMax }) => `${connectionsMean.toFixed(0)} / ${connectionsMax}`],
  ["virtual", ({ virtualSeconds }) => `${virtualSeconds.toFixed(0)} s`],
  ["real", ({ realSeconds }) => `${realSeconds.toFixed(0)} s`],
  ["memory", ({ memoryMb }) => `${memoryMb.toFixed(0)} MB`],
];

/** A table for people, which is one of Markdown as well. */
export function formatTable(rows: readonly Measured[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, at) => Math.max(3, ...cells.map((line) => (line[at] as string).length)));
  const lines = cells.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] as number)).join(" | ")} |`);
  return [lines[0], `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...lines.slice(1)].join("\n");
}

export const percent = (share: number, digits: number): string => {
  // Never rounded up to what was not reached.
  const floor = Math.floor(share * 100 * 10 ** digits + 1e-9) / 10 ** digits;
  return `${floor.toFixed(digits)} %`;
};
