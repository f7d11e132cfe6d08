/** Results of commands as text for people. What a peer says cannot move the cursor or hide what stands beside it. */

type Row = Readonly<Record<string, unknown>>;

/** Control characters, and those that turn or break lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const escaped = (one: string): string => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`;

/** One line, all of it visible. */
export const safe = (text: string): string => text.replace(UNSAFE, escaped);

const safeLines = (text: string): string => text.split("\n").map(safe).join("\n");

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRow);

/** A table for a list, a line for each key of an object. Ends with a line feed. */
export function render(result: unknown): string {
  if (Array.isArray(result)) return result.length === 0 ? "none\n" : table(result.filter(isRow));
  if (!isRow(result)) return `${cell(result)}\n`;
  const width = Math.max(...Object.keys(result).map((key) => key.length));
  return Object.entries(result)
    .map(([key, value]) => `${safe(key).padEnd(width)}  ${block(key, value, width + 2)}\n`)
    .join("");
}

function block(key: string, value: unknown, indent: number): string {
  const inner = isRows(value) ? table(value).trimEnd() : isRow(value) ? render(value).trimEnd() : undefined;
  const text = inner ?? (key === "body" && typeof value === "string" ? safeLines(value) : cell(value));
  return text.replaceAll("\n", `\n${" ".repeat(indent)}`);
}

function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(cell).join(" ");
  return safe(typeof value === "string" ? value : JSON.stringify(value));
}
