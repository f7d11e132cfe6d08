/** The grammar of one requirement line, as chapter 00 describes it. */

export type Level = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";
export type Observability = "wire" | "http" | "api" | "internal";
export type Side = "writes" | "reads";

export interface Requirement {
  readonly id: string;
  readonly area: string;
  readonly level: Level;
  readonly actor: string;
  /** The sentence from its key word on, links reduced to their labels. */
  readonly text: string;
  readonly observability: Observability;
  readonly side: Side | undefined;
  readonly pairs: readonly string[];
  /** Why no reader rule answers this writer rule. */
  readonly noReader: string | undefined;
  /** Why neither a case nor a vector can reach it over the wire. */
  readonly untestable: string | undefined;
  /** File name of the chapter, such as `02-session.md`. */
  readonly chapter: string;
  readonly line: number;
}

export interface Withdrawn {
  readonly id: string;
  readonly revision: string;
  readonly chapter: string;
  readonly line: number;
}

export const ID_PATTERN = /FLT-([A-Z]{3})-(\d{3})/g;
const DEFINITION = /^- \*\*(FLT-([A-Z]{3})-\d{3})\*\*/;
const WITHDRAWN = /^- \*\*(FLT-[A-Z]{3}-\d{3})\*\* withdrawn in (r\d+)\.$/;
const KEYWORD = /\b(MUST NOT|MUST|SHOULD NOT|SHOULD|MAY|SHALL NOT|SHALL|REQUIRED|RECOMMENDED|OPTIONAL)\b/g;
const LEVELS: readonly string[] = ["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"];

/** The BCP 14 key words of a line; what stands in code spans does not count. */
export function keywordsOf(line: string): string[] {
  return (line.replace(/`[^`]*`/g, "").match(KEYWORD) ?? []).map(String);
}

export function isLevel(word: string): word is Level {
  return LEVELS.includes(word);
}

/** The id that a line defines (`- **FLT-…**` at its start), or undefined. */
export function definedId(line: string): string | undefined {
  return DEFINITION.exec(line)?.[1];
}

export function parseWithdrawn(line: string, chapter: string, lineNumber: number): Withdrawn | undefined {
  const match = WITHDRAWN.exec(line);
  return match ? { id: match[1]!, revision: match[2]!, chapter, line: lineNumber } : undefined;
}

export type ParsedRequirement = { readonly requirement: Requirement | undefined; readonly faults: readonly string[] };

/** Parses a line that begins with `- **FLT-…**`; says every fault it finds rather than the first. */
export function parseRequirement(line: string, chapter: string, lineNumber: number): ParsedRequirement {
  const faults: string[] = [];
  const start = DEFINITION.exec(line)!;
  const id = start[1]!;
  const second = /\*\*(FLT-[A-Z]{3}-\d{3})\*\*/.exec(line.slice(start[0].length));
  if (second) faults.push(`the line defines two ids, ${id} and ${second[1]}: one requirement per line`);

  const keywords = keywordsOf(line);
  if (keywords.length === 0) faults.push(`${id} has no key word: expected MUST, MUST NOT, SHOULD, SHOULD NOT or MAY`);
  if (keywords.length > 1) faults.push(`${id} has ${keywords.length} key words (${keywords.join(", ")}): expected one`);
  const level = keywords[0] ?? "MUST";
  if (!isLevel(level))
    faults.push(`${id} uses ${level}: this document defines MUST, MUST NOT, SHOULD, SHOULD NOT, MAY`);

  const rest = line.slice(start[0].length);
  const actor = /^ \(([a-z][a-z ]*)\) /.exec(rest);
  if (!actor) faults.push(`${id} names no actor: expected "(node) MUST …" behind the id`);
  const bracket = / \[([^[\]]*)\]$/.exec(rest);
  if (!bracket) faults.push(`${id} has no attributes: expected "[wire; reads; pair FLT-…]" at the end of the line`);
  const attributes = parseAttributes(id, bracket?.[1], faults);

  const from = actor ? actor[0].length : 0;
  const sentence = rest.slice(from, bracket ? bracket.index : rest.length).trim();
  if (actor && keywords.length === 1 && !sentence.startsWith(level)) {
    faults.push(`${id}: expected the key word directly behind the actor, got "${sentence.slice(0, 24)}"`);
  }
  const text = sentence.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  if (faults.length > 0 || !isLevel(level)) return { requirement: undefined, faults };
  const requirement: Requirement = {
    ...attributes,
    id,
    area: start[2]!,
    level,
    actor: actor?.[1] ?? "",
    text,
    chapter,
    line: lineNumber,
  };
  return { requirement, faults };
}

type Attributes = Pick<Requirement, "observability" | "side" | "pairs" | "noReader" | "untestable">;

function parseAttributes(id: string, text: string | undefined, faults: string[]): Attributes {
  let observability: Observability | undefined;
  let side: Side | undefined;
  let noReader: string | undefined;
  let untestable: string | undefined;
  const pairs: string[] = [];
  for (const part of (text ?? "").split(";").map((item) => item.trim())) {
    if (part === "wire" || part === "http" || part === "api" || part === "internal") {
      if (observability) faults.push(`${id} has two observabilities, ${observability} and ${part}`);
      observability = part;
    } else if (part === "writes" || part === "reads") {
      if (side) faults.push(`${id} has two sides, ${side} and ${part}`);
      side = part;
    } else if (part.startsWith("pair ")) {
      for (const other of part.slice(5).split(/[ ,]+/)) {
        if (/^FLT-[A-Z]{3}-\d{3}$/.test(other)) pairs.push(other);
        else faults.push(`${id}: "pair" expects ids, got "${other}"`);
      }
    } else if (/^no reader: ./.test(part)) {
      noReader = part.slice("no reader: ".length);
    } else if (/^untestable: ./.test(part)) {
      untestable = part.slice("untestable: ".length);
    } else if (text !== undefined) {
      faults.push(`${id}: unknown attribute "${part}"`);
    }
  }
  if (text !== undefined && !observability)
    faults.push(`${id} lacks an observability: expected wire, http, api or internal`);
  if (side === "writes" && pairs.length === 0 && noReader === undefined) {
    faults.push(`${id} is a writer's rule without its reader's: expected "pair FLT-…" or "no reader: reason"`);
  }
  return { observability: observability ?? "wire", side, pairs, noReader, untestable };
}
