/** What is wrong with a configuration, in words. */
import type { z } from "zod";
import { nearest } from "./nearest.ts";
import type { Path } from "./positions.ts";
import { keysOf, schemaAt } from "./schema-tree.ts";
import { isTable } from "./table.ts";

export interface Fault {
  readonly path: Path;
  /** Whether it is the key that is wrong, and not its value. */
  readonly ofKey: boolean;
  readonly message: string;
}

const MAX_SHOWN = 60;

/** @param root the value that was validated */
export function faultsOf(issue: z.core.$ZodIssue, root: unknown): Fault[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], ofKey: true, message: unknownKey(key, path) }));
  }
  const value = valueAt(root, path);
  const { expected } = schemaAt(path);
  // Only the checks of our own say more than what is expected.
  const detail = issue.code === "custom" && issue.message !== "Invalid input" ? ` (${issue.message})` : "";
  const message = `${nameOf(path)}: expected ${expected ?? "something else"}${detail}, got ${shown(value)}`;
  return [{ path, ofKey: value === undefined, message }];
}

function unknownKey(key: string, table: Path): string {
  const known = keysOf(table);
  const meant = nearest(key, known);
  const where = table.length === 0 ? "at the top of the file" : `in ${nameOf(table)}`;
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `unknown key ${key} ${where}: expected one of ${known.join(", ")}${hint}`;
}

/** `http[0].timeout.read` */
export function nameOf(path: Path): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${part}`))
    .join("");
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], root);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isTable(value)) return "a table";
  const text = value instanceof Date ? value.toISOString() : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
