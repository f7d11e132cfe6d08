/** Reads the specification from disk into one value; everything behind it works on that value alone. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Chapter, parseChapter } from "./chapter.ts";
import { compareText } from "./problem.ts";
import type { Requirement, Withdrawn } from "./requirement.ts";
import type { Areas, Constants, Errors, Machine, Packets, Pending } from "./tables.ts";

/** The specification as texts. Paths are relative to `spec/`. */
export interface SpecTexts {
  /** Chapter file name to Markdown. */
  readonly chapters: ReadonlyMap<string, string>;
  /** `tables/x.json` or `machines/x.json` to JSON text. */
  readonly data: ReadonlyMap<string, string>;
}

export interface Spec {
  readonly chapters: readonly Chapter[];
  readonly requirements: readonly Requirement[];
  readonly withdrawn: readonly Withdrawn[];
  readonly byId: ReadonlyMap<string, Requirement>;
  readonly areas: Areas;
  readonly constants: Constants;
  readonly packets: Packets;
  readonly machines: readonly Machine[];
  readonly errors: Errors;
  readonly pending: Pending;
  readonly texts: SpecTexts;
}

/** Markdown files of `spec/` that hold no chapter. */
const NOT_A_CHAPTER = new Set(["matrix.md", "README.md"]);

/** @param root the repository's root */
export function readSpecTexts(root: string): SpecTexts {
  const folder = join(root, "spec");
  const chapters = new Map<string, string>();
  for (const name of readdirSync(folder).sort(compareText)) {
    if (name.endsWith(".md") && !NOT_A_CHAPTER.has(name)) chapters.set(name, readText(join(folder, name)));
  }
  const data = new Map<string, string>();
  for (const part of ["tables", "machines"]) {
    if (!existsSync(join(folder, part))) continue;
    for (const name of readdirSync(join(folder, part)).sort(compareText)) {
      if (name.endsWith(".json")) data.set(`${part}/${name}`, readText(join(folder, part, name)));
    }
  }
  return { chapters, data };
}

/** A checkout with CRLF line ends reads like one without. */
export function readText(path: string): string {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
}

export function parseSpec(texts: SpecTexts): Spec {
  const chapters = [...texts.chapters].map(([name, text]) => parseChapter(name, text));
  const requirements = chapters.flatMap((chapter) => chapter.requirements);
  const machines = [...texts.data.keys()]
    .filter((path) => path.startsWith("machines/"))
    .map((path) => parseJson<Machine>(texts, path, undefined));
  return {
    chapters,
    requirements,
    withdrawn: chapters.flatMap((chapter) => chapter.withdrawn),
    byId: new Map(requirements.map((requirement) => [requirement.id, requirement])),
    areas: parseJson<Areas>(texts, "tables/areas.json", { chapters: [], reserved: [] }),
    constants: parseJson<Constants>(texts, "tables/constants.json", { constants: [] }),
    packets: parseJson<Packets>(texts, "tables/packets.json", { opcodes: [], packets: [] }),
    machines,
    errors: parseJson<Errors>(texts, "tables/errors.json", { rows: [] }),
    pending: parseJson<Pending>(texts, "tables/pending.json", { pending: [] }),
    texts,
  };
}

/** The files are the repository's own, so their shape is trusted; what they refer to is checked by the lint. */
function parseJson<T>(texts: SpecTexts, path: string, missing: T | undefined): T {
  const text = texts.data.get(path);
  if (text === undefined) {
    if (missing === undefined) throw new Error(`spec/${path} is missing`);
    return missing;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`spec/${path} is not JSON: ${(error as Error).message}`);
  }
}

/** The line of `needle` in a data file, counted from 1; 0 when it is not there. */
export function lineOf(spec: Spec, path: string, needle: string): number {
  const lines = (spec.texts.data.get(path) ?? "").split("\n");
  return lines.findIndex((line) => line.includes(needle)) + 1;
}
