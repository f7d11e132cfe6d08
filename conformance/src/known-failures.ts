import { parse, TomlDate, TomlError } from "smol-toml";
import { z } from "zod";
import { deathSchema, type KnownDeath } from "./known-deaths.ts";
import type { CaseResult } from "./runner/verdict.ts";
import { VERDICTS } from "./runner/verdict.ts";

const entrySchema = z.strictObject({
  case: z.string(),
  verdict: z.enum(VERDICTS).exclude(["pass", "skipped"]),
  /** The case ends the target. */
  crash: z.boolean().default(false),
  /** The target is at odds with itself: sometimes it ends otherwise, with or without a crash, or passes. The reason says why. */
  varies: z.boolean().default(false),
  reason: z.string().min(1),
  link: z.url().optional(),
  /** The last day on which the entry holds. */
  expires: z
    .union([z.iso.date(), z.instanceof(TomlDate).refine((date) => date.isDate(), "expected a day, without a time")])
    .optional(),
});
const fileSchema = z.strictObject({
  death: z.array(deathSchema).default([]),
  failure: z.array(entrySchema).default([]),
});

export interface KnownFailure {
  readonly case: string;
  readonly verdict: CaseResult["verdict"];
  readonly crash: boolean;
  readonly varies: boolean;
  readonly reason: string;
  readonly link?: string;
  /** YYYY-MM-DD */
  readonly expires?: string;
}

/** What a list holds. */
export interface KnownFailures {
  readonly failures: readonly KnownFailure[];
  readonly deaths: readonly KnownDeath[];
}

export const NOTHING_KNOWN: KnownFailures = { failures: [], deaths: [] };

/** A list that cannot be read. */
export class BadKnownFailures extends Error {
  override readonly name = "BadKnownFailures";
}

/** Reads the TOML text of a list. `name` stands in messages. */
export function parseKnownFailures(text: string, name: string): KnownFailures {
  let data: unknown;
  try {
    data = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new BadKnownFailures(`${name}: ${error.message}`);
  }
  const parsed = fileSchema.safeParse(data);
  if (!parsed.success) throw new BadKnownFailures(`${name}: ${z.prettifyError(parsed.error)}`);
  const seen = new Set<string>();
  const failures = parsed.data.failure.map(({ link, expires, ...entry }) => {
    if (seen.has(entry.case)) throw new BadKnownFailures(`${name}: "${entry.case}" is listed twice`);
    seen.add(entry.case);
    const day = expires instanceof Date ? expires.toISOString().slice(0, 10) : expires;
    return { ...entry, ...(link === undefined ? {} : { link }), ...(day === undefined ? {} : { expires: day }) };
  });
  return { failures, deaths: parsed.data.death };
}

/** How a case may end whose target is at odds with itself. A fault of the kit is never one of them. */
const MAY_VARY: ReadonlySet<string> = new Set(["pass", "fail", "non-strict", "inconclusive"]);

/** Whether a result is what the list says of its case, death included. */
export function matches(entry: KnownFailure, result: CaseResult): boolean {
  if (entry.varies) return MAY_VARY.has(result.verdict);
  return entry.verdict === result.verdict && entry.crash === (result.death !== undefined);
}

/**
 * What is wrong with the list itself after a run: entries for cases that do not exist, have passed, end otherwise than listed, or have expired. `results`
 * holds the cases that were selected; entries for others are not judged.
 */
export function staleEntries(
  entries: readonly KnownFailure[],
  allIds: ReadonlySet<string>,
  results: readonly CaseResult[],
  today: string,
): string[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  const problems: string[] = [];
  for (const entry of entries) {
    const result = byId.get(entry.case);
    if (!allIds.has(entry.case)) problems.push(`stale known failure: no case is called "${entry.case}"`);
    else if (entry.expires !== undefined && entry.expires < today)
      problems.push(`expired known failure (${entry.expires}): ${entry.case}`);
    else if (result?.verdict === "pass" && !entry.varies)
      problems.push(`unexpected pass: ${entry.case} is listed as a known failure (${entry.reason})`);
    else if (result !== undefined && result.verdict !== "skipped" && !matches(entry, result)) {
      const word = (verdict: string, crash: boolean) => (crash ? `${verdict} with a crash` : verdict);
      problems.push(
        `${entry.case} is listed as ${word(entry.verdict, entry.crash)} and came out as ${word(result.verdict, result.death !== undefined)}`,
      );
    }
  }
  return problems;
}

/** Throws unless each entry has lines of its own below a `[[failure]]`, which is the form that updateKnownFailures can rewrite. */
export function assertRewritable(text: string, entries: readonly KnownFailure[], name: string): void {
  const { blocks } = blocksOf(text);
  if (blocks.map(caseOf).join("\n") !== entries.map((entry) => entry.case).join("\n"))
    throw new BadKnownFailures(`${name}: only entries in the form [[failure]], each key on a line, can be rewritten`);
}

/** The lines of each entry with the comment above it, and the lines before the first. */
function blocksOf(text: string): { head: string[]; blocks: string[][] } {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, index) => (/^\s*\[\[failure\]\]/.test(line) ? [index] : []));
  // Comment lines right above an entry belong to it.
  const bounds = starts.map((start) => {
    let from = start;
    while (from > 0 && /^\s*#/.test(lines[from - 1] ?? "")) from--;
    return from;
  });
  return { head: lines.slice(0, bounds[0]), blocks: bounds.map((from, i) => lines.slice(from, bounds[i + 1])) };
}

function caseOf(block: readonly string[]): string {
  return /^\s*case\s*=\s*["'](.+?)["']/m.exec(block.join("\n"))?.[1] ?? "";
}

const WORTH_LISTING: ReadonlySet<string> = new Set(["fail", "non-strict", "inconclusive", "error"]);

/**
 * The list brought up to date with a run: entries of cases that passed or do not exist go, verdicts change in place, new failures are added at the
 * end. All other lines, comments above all, stay as they are.
 */
export function updateKnownFailures(text: string, allIds: ReadonlySet<string>, results: readonly CaseResult[]): string {
  const byId = new Map(results.map((result) => [result.id, result]));
  const { head, blocks } = blocksOf(text);
  const kept = [...head];
  const listed = new Set<string>();
  for (const block of blocks) {
    const id = caseOf(block);
    const result = byId.get(id);
    if (!allIds.has(id) || result?.verdict === "pass") continue;
    listed.add(id);
    if (result === undefined || result.verdict === "skipped") kept.push(...block);
    else kept.push(...withOutcome(block, result));
  }
  let out = kept.join("\n").replace(/\n*$/, "\n");
  if (out === "\n") out = "";
  for (const result of results) {
    if (listed.has(result.id) || !WORTH_LISTING.has(result.verdict)) continue;
    const crash = result.death === undefined ? "" : "crash = true\n";
    out += `${out === "" ? "" : "\n"}[[failure]]\ncase = ${JSON.stringify(result.id)}\nverdict = "${result.verdict}"\n${crash}reason = ${JSON.stringify(result.reason ?? "to be explained")}\n`;
  }
  return out;
}

function withOutcome(block: readonly string[], result: CaseResult): string[] {
  const out = block
    .filter((line) => !/^\s*crash\s*=/.test(line))
    .map((line) => line.replace(/^(\s*verdict\s*=\s*)(["'])[^"']*\2/, `$1"${result.verdict}"`));
  if (result.death !== undefined) {
    const at = out.findIndex((line) => /^\s*verdict\s*=/.test(line));
    out.splice(at + 1, 0, "crash = true");
  }
  return out;
}
