/** A small specification without fault, and ways to break it. */
import { checkCodec, layoutContext } from "../check-codec.ts";
import type { Codec } from "../codec.ts";
import { decodeLayout, encodeLayout, LayoutError } from "../layout.ts";
import { type Links, NO_LINKS } from "../links.ts";
import { lint } from "../lint.ts";
import { formatProblem, sortProblems } from "../problem.ts";
import { renderSpec } from "../project.ts";
import { parseSpec, type SpecTexts } from "../source.ts";

export const INTRODUCTION = `# Introduction

<!-- keywords: defined here -->
The key words MUST, MUST NOT, SHOULD, SHOULD NOT and MAY are those of BCP 14.
<!-- keywords: end -->

\`MUST\` in a code span is no key word.
`;

export const SESSION = `# Session

- **FLT-SES-001** (writer) MUST send no more than \`MAX_LENGTH\` bytes. [wire; writes; pair FLT-SES-002]
- **FLT-SES-002** (reader) MUST close on more, see [chapter 00](00-introduction.md). [wire; reads; pair FLT-SES-001]
- **FLT-SES-003** (node) SHOULD be kind. [internal; writes; no reader: nobody sees it]
- **FLT-SES-099** withdrawn in r2.

> FLT-SES-002 explains itself.

<!-- generated: packet ping -->
<!-- end generated -->

\`\`\`hex ping
00000001 02 aabb  # two bytes
\`\`\`

\`\`\`hex ping invalid SHORT
000000
\`\`\`

<!-- generated: constants -->
<!-- end generated -->

<!-- generated: opcodes -->
<!-- end generated -->

<!-- generated: machine door -->
<!-- end generated -->

<!-- generated: errors -->
<!-- end generated -->
`;

const DATA: Readonly<Record<string, unknown>> = {
  "tables/areas.json": { chapters: [{ area: "SES", file: "02-session.md", title: "Session" }], reserved: ["EXT"] },
  "tables/constants.json": {
    constants: [{ name: "MAX_LENGTH", value: 4096, unit: "bytes", group: "session", meaning: "most bytes" }],
  },
  "tables/packets.json": {
    opcodes: [{ value: 0, name: "Ping", packet: "ping", sender: "dialer", number: "not 0", reply: "ping" }],
    packets: [
      {
        name: "ping",
        title: "Ping",
        fields: [
          { name: "stream", type: "u32", meaning: "number" },
          { name: "data", type: "counted", count: "u8", meaning: "bytes" },
        ],
      },
    ],
  },
  "tables/errors.json": {
    rows: [{ input: "too many bytes", state: "open", action: "close", requirement: "FLT-SES-002" }],
  },
  "machines/door.json": {
    name: "door",
    title: "Door",
    actor: "node",
    states: [
      { name: "open", description: "open" },
      { name: "shut", description: "shut" },
    ],
    events: [{ name: "push", description: "somebody pushes" }],
    transitions: [{ state: "open", event: "push", action: "shut it", next: "shut", requirement: "FLT-SES-001" }],
    default: { action: "nothing", next: "shut", requirement: "FLT-SES-002" },
  },
};

export function fixture(): { chapters: Map<string, string>; data: Map<string, string> } {
  const data = Object.entries(DATA).map(([path, value]) => [path, JSON.stringify(value, undefined, 2)] as const);
  return {
    chapters: new Map([
      ["00-introduction.md", INTRODUCTION],
      ["02-session.md", SESSION],
    ]),
    data: new Map(data),
  };
}

/** The fixture's own tables as a codec, with the typed errors a real one has. */
export function fixtureCodec(): Codec {
  const spec = parseSpec(fixture());
  const context = layoutContext(spec);
  return {
    packets: new Map([
      [
        "ping",
        {
          encode: (record) => encodeLayout("ping", record, context),
          decode: (bytes) => {
            try {
              return decodeLayout("ping", bytes, context);
            } catch (error) {
              if (!(error instanceof LayoutError)) throw error;
              throw Object.assign(new Error(error.message), { code: "SHORT" });
            }
          },
        },
      ],
    ]),
    constants: context.constants,
    opcodes: new Map([["Ping", 0]]),
  };
}

/** All that the tools say about a specification, one line each. */
export function complaints(texts: SpecTexts, links: Links = NO_LINKS, codec: Codec = fixtureCodec()): string[] {
  const { problems } = renderSpec(texts);
  const spec = parseSpec(texts);
  return sortProblems([...problems, ...lint(spec, links), ...checkCodec(spec, codec)]).map(formatProblem);
}

/** The complaints about the fixture after one replacement in one of its files. */
export function complaintsAfter(path: string, find: string, replace: string): string[] {
  const texts = fixture();
  const part = texts.chapters.has(path) ? texts.chapters : texts.data;
  const text = part.get(path);
  if (!text?.includes(find)) throw new Error(`the fixture's ${path} does not hold ${find}`);
  part.set(
    path,
    text.replace(find, () => replace),
  );
  return complaints(texts);
}
