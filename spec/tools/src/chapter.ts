/** Reads one Markdown chapter into what the tools need of it. */
import type { Problem } from "./problem.ts";
import {
  definedId,
  keywordsOf,
  parseRequirement,
  parseWithdrawn,
  type Requirement,
  type Withdrawn,
} from "./requirement.ts";

/** A fenced block whose info string begins with `hex`. */
export interface Example {
  readonly packet: string;
  /** The error code the codec must give, for a block marked `invalid`. */
  readonly invalid: string | undefined;
  readonly hex: string;
  readonly file: string;
  readonly line: number;
}

/** The lines between `<!-- generated: … -->` and `<!-- end generated -->`. */
export interface GeneratedBlock {
  readonly kind: string;
  readonly name: string | undefined;
  /** Index of the first and one past the last line between the markers, counted from 0. */
  readonly start: number;
  readonly end: number;
}

export interface Chapter {
  readonly file: string;
  readonly lines: readonly string[];
  readonly requirements: readonly Requirement[];
  readonly withdrawn: readonly Withdrawn[];
  readonly examples: readonly Example[];
  readonly generated: readonly GeneratedBlock[];
  readonly problems: readonly Problem[];
}

const GENERATED = /^<!-- generated: (\S+)(?: (\S+))? -->$/;
const END_GENERATED = "<!-- end generated -->";
const KEYWORDS_HERE = "<!-- keywords: defined here -->";
const KEYWORDS_END = "<!-- keywords: end -->";

/** @param name file name inside `spec/`, such as `02-session.md` */
export function parseChapter(name: string, text: string): Chapter {
  const file = `spec/${name}`;
  const lines = text.split("\n");
  const requirements: Requirement[] = [];
  const withdrawn: Withdrawn[] = [];
  const examples: Example[] = [];
  const generated: GeneratedBlock[] = [];
  const problems: Problem[] = [];
  const fault = (index: number, message: string): void => void problems.push({ file, line: index + 1, message });

  let keywordsAllowed = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.startsWith("```")) {
      const end = lines.indexOf("```", index + 1);
      if (end < 0) {
        fault(index, "the fenced block is not closed");
        break;
      }
      readExample(line.slice(3), lines.slice(index + 1, end), index);
      index = end;
    } else if (line.startsWith("<!-- generated:")) {
      const end = lines.indexOf(END_GENERATED, index + 1);
      const match = GENERATED.exec(line);
      if (!match || end < 0) {
        fault(
          index,
          match ? `no "${END_GENERATED}" follows` : `expected "<!-- generated: KIND NAME -->", got "${line}"`,
        );
        break;
      }
      generated.push({ kind: match[1]!, name: match[2], start: index + 1, end });
      index = end;
    } else if (line === KEYWORDS_HERE || line === KEYWORDS_END) {
      keywordsAllowed = line === KEYWORDS_HERE;
    } else if (!keywordsAllowed) {
      readLine(line, index);
    }
  }
  if (keywordsAllowed) fault(lines.length - 1, `"${KEYWORDS_HERE}" is not closed by "${KEYWORDS_END}"`);
  return { file, lines, requirements, withdrawn, examples, generated, problems };

  function readLine(line: string, index: number): void {
    const gone = parseWithdrawn(line, name, index + 1);
    if (gone) {
      withdrawn.push(gone);
    } else if (definedId(line)) {
      const { requirement, faults } = parseRequirement(line, name, index + 1);
      for (const message of faults) fault(index, message);
      if (requirement) requirements.push(requirement);
    } else {
      const words = keywordsOf(line);
      if (words.length === 0) return;
      if (line.startsWith(">"))
        fault(index, `rationale carries the key word ${words[0]}: it explains and binds nobody`);
      else
        fault(
          index,
          `the key word ${words[0]} stands outside a requirement: expected "- **FLT-…** (actor) ${words[0]} …"`,
        );
    }
  }

  function readExample(info: string, body: readonly string[], index: number): void {
    const [language, packet, invalid, code, ...rest] = info.trim().split(/\s+/);
    if (language !== "hex") return;
    if (packet === undefined || (invalid !== undefined && (invalid !== "invalid" || !code)) || rest.length > 0) {
      fault(index, `expected "hex PACKET" or "hex PACKET invalid CODE", got "${info.trim()}"`);
      return;
    }
    const hex = body.map((line) => line.replace(/#.*$/, "").replace(/\s+/g, "")).join("");
    if (!/^(?:[0-9a-f]{2})*$/.test(hex)) {
      fault(index, `the example of ${packet} is not lower-case hexadecimal of whole bytes`);
      return;
    }
    examples.push({ packet, invalid: code, hex, file, line: index + 1 });
  }
}
