/** What stands behind the requirements: cases, vectors and mutants, each optional until it exists. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compareText, type Problem } from "./problem.ts";
import { readText } from "./source.ts";

/** Something with an id that names requirements. */
export interface Link {
  readonly id: string;
  readonly requirements: readonly string[];
  readonly file: string;
}

export interface Mutant extends Link {
  readonly killedBy: readonly string[];
}

export interface Links {
  readonly cases: readonly Link[];
  readonly vectors: readonly Link[];
  readonly mutants: readonly Mutant[];
  readonly problems: readonly Problem[];
}

export const NO_LINKS: Links = { cases: [], vectors: [], mutants: [], problems: [] };

/**
 * @param root the repository's root
 * @param load imports the kit's list of cases: from the build, unless a test reads the sources
 */
export async function readLinks(
  root: string,
  load: (root: string) => Promise<unknown> = loadBuiltCases,
): Promise<Links> {
  const problems: Problem[] = [];
  const vectors = jsonFiles(root, "vectors/v1").flatMap((file) => readVectors(root, file, problems));
  const mutants = jsonFiles(root, "conformance/mutants").flatMap((file) => readMutants(root, file, problems));
  const cases = existsSync(join(root, CASES_SOURCE)) ? casesOf(await load(root)) : [];
  return { cases, vectors, mutants, problems };
}

export const CASES_SOURCE = "conformance/src/cases/index.ts";
const CASES_BUILT = "conformance/dist/cases/index.js";

async function loadBuiltCases(root: string): Promise<unknown> {
  if (!existsSync(join(root, CASES_BUILT))) throw new Error(`${CASES_BUILT} is missing: run "npm run build" first`);
  return import(pathToFileURL(join(root, CASES_BUILT)).href);
}

function casesOf(module: unknown): Link[] {
  const { cases } = module as { readonly cases?: unknown };
  if (!Array.isArray(cases)) throw new Error(`${CASES_SOURCE} exports no list named "cases"`);
  return cases.map((item: { readonly id: string; readonly requires: readonly string[] }) => ({
    id: item.id,
    requirements: item.requires,
    file: "conformance/src/cases",
  }));
}

function jsonFiles(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort(compareText);
}

function parse(root: string, file: string, problems: Problem[]): unknown {
  try {
    return JSON.parse(readText(join(root, file)));
  } catch (error) {
    problems.push({ file, line: 0, message: `not JSON: ${(error as Error).message}` });
    return undefined;
  }
}

/** A vector file nests its tests in groups; whatever has an id and requirements is a test. */
export function collectTests(value: unknown, file: string): Link[] {
  if (Array.isArray(value)) return value.flatMap((item) => collectTests(item, file));
  if (typeof value !== "object" || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record.id === "string" && Array.isArray(record.requirements)) {
    return [{ id: record.id, requirements: record.requirements.map(String), file }];
  }
  return Object.values(record).flatMap((item) => collectTests(item, file));
}

function readVectors(root: string, file: string, problems: Problem[]): Link[] {
  return collectTests(parse(root, file, problems), file);
}

function readMutants(root: string, file: string, problems: Problem[]): Mutant[] {
  const parsed = parse(root, file, problems);
  const entries = Array.isArray(parsed)
    ? parsed
    : ((parsed as { readonly mutants?: unknown } | undefined)?.mutants ?? []);
  if (!Array.isArray(entries)) {
    problems.push({ file, line: 0, message: "expected a list of mutants" });
    return [];
  }
  return entries.map(
    (entry: { readonly id: string; readonly requirement: string; readonly killedBy: readonly string[] }) => ({
      id: entry.id,
      requirements: [entry.requirement],
      killedBy: entry.killedBy ?? [],
      file,
    }),
  );
}
