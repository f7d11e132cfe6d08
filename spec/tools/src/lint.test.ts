import { describe, expect, test } from "vitest";
import { checkHyperlinks } from "./check-hyperlinks.ts";
import { NO_LINKS } from "./links.ts";
import { formatProblem } from "./problem.ts";
import { parseSpec } from "./source.ts";
import { complaints, complaintsAfter, fixture, fixtureCodec, SESSION } from "./testing-only/fixture.ts";

const CHAPTER = "02-session.md";
const RULE_1 = "- **FLT-SES-001** (writer) MUST send no more than `MAX_LENGTH` bytes. [wire; writes; pair FLT-SES-002]";
const RULE_3 = "- **FLT-SES-003** (node) SHOULD be kind. [internal; writes; no reader: nobody sees it]";

test("the unbroken fixture has no fault", () => {
  expect(complaints(fixture())).toEqual([]);
});

describe("a requirement line", () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ["a key word without an id", "- Somebody MUST do it.", "the key word MUST stands outside a requirement"],
    [
      "two ids",
      RULE_3.replace("be kind", "be as kind as **FLT-SES-001**"),
      "the line defines two ids, FLT-SES-003 and FLT-SES-001",
    ],
    [
      "two key words",
      RULE_3.replace("be kind", "be kind and MUST NOT lie"),
      "FLT-SES-003 has 2 key words (SHOULD, MUST NOT)",
    ],
    ["no key word", RULE_3.replace("SHOULD", "should"), "FLT-SES-003 has no key word"],
    ["a foreign key word", RULE_3.replace("SHOULD", "SHALL"), "FLT-SES-003 uses SHALL"],
    ["no actor", RULE_3.replace("(node) ", ""), "FLT-SES-003 names no actor"],
    ["no attributes", RULE_3.replace(/ \[.*/, ""), "FLT-SES-003 has no attributes"],
    ["no observability", RULE_3.replace("internal; ", ""), "FLT-SES-003 lacks an observability"],
    ["two observabilities", RULE_3.replace("internal", "internal; api"), "FLT-SES-003 has two observabilities"],
    ["two sides", RULE_3.replace("writes", "writes; reads"), "FLT-SES-003 has two sides"],
    ["an unknown attribute", RULE_3.replace("internal", "internal; loud"), 'FLT-SES-003: unknown attribute "loud"'],
    [
      "a reason that is empty",
      RULE_3.replace("no reader: nobody sees it", "no reader:"),
      'FLT-SES-003: unknown attribute "no reader:"',
    ],
    [
      "a pair that is no id",
      RULE_3.replace("no reader: nobody sees it", "pair SES-1"),
      'FLT-SES-003: "pair" expects ids, got "SES-1"',
    ],
    [
      "a writer's rule alone",
      RULE_3.replace("; no reader: nobody sees it", ""),
      "FLT-SES-003 is a writer's rule without its reader's",
    ],
    [
      "a pair that does not exist",
      RULE_3.replace("no reader: nobody sees it", "pair FLT-SES-009"),
      "FLT-SES-003 is paired with FLT-SES-009, which does not exist",
    ],
    [
      "a pair with itself",
      RULE_3.replace("no reader: nobody sees it", "pair FLT-SES-003"),
      "FLT-SES-003 is paired with itself",
    ],
    [
      "the id of another",
      RULE_3.replace("FLT-SES-003", "FLT-SES-001"),
      "FLT-SES-001 stands already at spec/02-session.md:3",
    ],
    [
      "the id of a withdrawn one",
      RULE_3.replace("FLT-SES-003", "FLT-SES-099"),
      "FLT-SES-099 stands already at spec/02-session.md:5",
    ],
    [
      "the area of another chapter",
      RULE_3.replace("FLT-SES", "FLT-RPC"),
      "FLT-RPC-003 has the wrong area: this chapter's is SES",
    ],
    [
      "the mention of an unknown id",
      RULE_3.replace("be kind", "obey FLT-SES-044"),
      "FLT-SES-044 is mentioned, but does not exist",
    ],
    [
      "an unknown constant",
      RULE_3.replace("be kind", "wait `MAX_WAIT_MS`"),
      "`MAX_WAIT_MS` is no constant of spec/tables/constants.json",
    ],
  ];
  test.each(broken)("with %s is a fault at its line", (_, line, message) => {
    const texts = fixture();
    texts.chapters.set(CHAPTER, SESSION.replace(RULE_3, line));
    const line5 = message.includes("02-session.md:5") ? 6 : 5;
    expect(complaints(texts)).toContainEqual(expect.stringContaining(`spec/02-session.md:${line5}: ${message}`));
  });

  test("in a chapter without area is a fault", () => {
    const complaint = complaintsAfter(
      "00-introduction.md",
      "`MUST` in a code span is no key word.",
      RULE_1.replace("FLT-SES-001", "FLT-SES-010"),
    );
    expect(complaint).toEqual([
      "spec/00-introduction.md:7: FLT-SES-010: spec/tables/areas.json gives this chapter no area, so no requirement may stand here",
    ]);
  });
});

describe("a chapter", () => {
  test("whose rationale carries a key word is at fault", () => {
    expect(complaintsAfter(CHAPTER, "> FLT-SES-002 explains itself.", "> One MUST see why.")).toEqual([
      "spec/02-session.md:8: rationale carries the key word MUST: it explains and binds nobody",
    ]);
  });

  test("may name key words only in the marked region", () => {
    expect(
      complaintsAfter("00-introduction.md", "<!-- keywords: end -->", "<!-- keywords: end -->\nYou MAY go."),
    ).toEqual([
      'spec/00-introduction.md:6: the key word MAY stands outside a requirement: expected "- **FLT-…** (actor) MAY …"',
    ]);
    expect(complaintsAfter("00-introduction.md", "<!-- keywords: end -->", "")).toContainEqual(
      expect.stringContaining("is not closed"),
    );
  });

  const blocks: readonly (readonly [string, string, string])[] = [
    ["packet ping", "packet pong", "no layout named pong"],
    ["machine door", "machine gate", "no machine named gate"],
    ["generated: errors", "generated: poems", 'unknown kind of generated part "poems"'],
    ["generated: constants", "generated: constants stars", "no constants of group stars"],
  ];
  test.each(blocks)("whose %s becomes %s is at fault", (find, replace, message) => {
    expect(complaintsAfter(CHAPTER, find, replace)).toEqual([
      expect.stringMatching(new RegExp(`^spec/02-session\\.md:\\d+: ${message}`)),
    ]);
  });

  test("with a block that does not end is at fault", () => {
    const complaint = complaintsAfter(
      CHAPTER,
      "<!-- generated: errors -->\n<!-- end generated -->",
      "<!-- generated: errors -->",
    );
    expect(complaint).toContainEqual(
      expect.stringMatching(/^spec\/02-session\.md:\d+: no "<!-- end generated -->" follows/),
    );
  });
});

describe("tables", () => {
  test("may not name what does not exist", () => {
    expect(complaintsAfter("tables/errors.json", "FLT-SES-002", "FLT-SES-008")).toEqual([
      'spec/tables/errors.json:7: "too many bytes" names FLT-SES-008, which does not exist',
    ]);
    expect(complaintsAfter("machines/door.json", "FLT-SES-001", "FLT-SES-099")).toEqual([
      "spec/machines/door.json:27: open × push names FLT-SES-099, which does not exist",
    ]);
    expect(complaintsAfter("machines/door.json", '"next": "shut"', '"next": "ajar"')).toEqual([
      "spec/machines/door.json:26: open × push: no state named ajar",
    ]);
    expect(complaintsAfter("machines/door.json", '"event": "push"', '"event": "pull"')).toEqual([
      "spec/machines/door.json:24: open × pull: no event named pull",
    ]);
  });
});

describe("cases, vectors and mutants", () => {
  const link = (id: string, ...requirements: string[]) => ({ id, requirements, file: "links.json" });
  const covered = [link("session/length", "FLT-SES-001", "FLT-SES-002")];

  test("cover the requirements on the wire", () => {
    expect(complaints(fixture(), { ...NO_LINKS, cases: covered })).toEqual([]);
    expect(complaints(fixture(), { ...NO_LINKS, cases: [link("session/length", "FLT-SES-001")] })).toEqual([
      'spec/02-session.md:4: FLT-SES-002 is a MUST on the wire or over HTTP without case and vector: add one, "untestable: reason", or an entry in spec/tables/pending.json',
    ]);
    const vectors = [link("frame/001", "FLT-SES-002")];
    expect(complaints(fixture(), { ...NO_LINKS, vectors, cases: [link("session/length", "FLT-SES-001")] })).toEqual([]);
  });

  test("may be missing where a reason stands", () => {
    const texts = fixture();
    texts.chapters.set(
      CHAPTER,
      SESSION.replace(
        "[wire; reads; pair FLT-SES-001]",
        "[wire; reads; pair FLT-SES-001; untestable: it takes a year]",
      ),
    );
    expect(complaints(texts, { ...NO_LINKS, cases: [link("session/length", "FLT-SES-001")] })).toEqual([]);
  });

  test("may be pending, as long as they are", () => {
    const pending = (id: string, cases: ReturnType<typeof link>[]) => {
      const texts = fixture();
      texts.data.set("tables/pending.json", JSON.stringify({ pending: [{ reason: "next", requirements: [id] }] }));
      return complaints(texts, { ...NO_LINKS, cases });
    };
    expect(pending("FLT-SES-002", [link("session/length", "FLT-SES-001")])).toEqual([]);
    expect(pending("FLT-SES-002", covered)).toEqual([
      "spec/tables/pending.json:1: FLT-SES-002 has a case or a vector: it is no longer pending",
    ]);
    expect(pending("FLT-SES-077", covered)).toEqual(["spec/tables/pending.json:1: FLT-SES-077 does not exist"]);
  });

  test("may not name unknown or withdrawn ids, and have one id each", () => {
    const complaint = (cases: ReturnType<typeof link>[]) =>
      complaints(fixture(), { ...NO_LINKS, cases: [...covered, ...cases] });
    expect(complaint([link("a", "FLT-SES-050")])).toEqual([
      "links.json: case a names FLT-SES-050, which does not exist",
    ]);
    expect(complaint([link("a", "FLT-SES-099")])).toEqual(["links.json: case a names FLT-SES-099, which is withdrawn"]);
    expect(complaint([link("a")])).toEqual(["links.json: case a names no requirement"]);
    expect(complaint([link("session/length", "FLT-SES-001")])).toEqual([
      "links.json: case session/length stands twice",
    ]);
  });

  test("kill mutants", () => {
    const complaint = (killedBy: string[]) =>
      complaints(fixture(), {
        ...NO_LINKS,
        cases: covered,
        mutants: [{ ...link("no-limit", "FLT-SES-002"), killedBy }],
      });
    expect(complaint(["session/length"])).toEqual([]);
    expect(complaint([])).toEqual(["links.json: mutant no-limit names no case that kills it"]);
    expect(complaint(["session/width"])).toEqual([
      "links.json: mutant no-limit shall be killed by session/width, which is no case",
    ]);
  });
});

describe("the codec", () => {
  test("must have the table's constants and opcodes", () => {
    const codec = { ...fixtureCodec(), constants: new Map([["MAX_LENGTH", 4095]]) };
    expect(complaints(fixture(), NO_LINKS, codec)).toEqual([
      "spec/tables/constants.json:4: MAX_LENGTH is 4096, the codec has 4095",
    ]);
    expect(complaints(fixture(), NO_LINKS, { ...fixtureCodec(), opcodes: new Map([["Pong", 0]]) })).toEqual([
      "spec/tables/packets.json: the codec's opcode 0 is Pong, the table's is Ping",
    ]);
    expect(complaints(fixture(), NO_LINKS, { ...fixtureCodec(), opcodes: new Map() })).toEqual([
      "spec/tables/packets.json:5: the codec has no opcode 0 (Ping)",
    ]);
  });

  test.each([
    ['"type": "u32"', '"type": "u16"'],
    ['"count": "u8"', '"count": "u16"'],
    ['"type": "counted"', '"type": "bytes", "size": 3'],
  ])("must have the table's layout: %s against %s", (find, replace) => {
    const texts = fixture();
    texts.data.set("tables/packets.json", texts.data.get("tables/packets.json")!.replace(find, replace));
    expect(complaints(texts)).toContainEqual(expect.stringMatching(/^spec\/tables\/packets\.json:\d+: layout ping: /));
  });

  test("must know each packet", () => {
    expect(complaints(fixture(), NO_LINKS, { ...fixtureCodec(), packets: new Map() })).toContainEqual(
      expect.stringContaining("layout ping: the codec has no such packet"),
    );
  });
});

describe("an embedded example", () => {
  test.each([
    ["aabb  # two bytes", "aa", "does not decode: "],
    ["aabb  # two bytes", "aabbcc", "1 bytes follow the end of the packet"],
    ["hex ping\n", "hex pong\n", "unknown packet, expected one of ping"],
    ["invalid SHORT", "invalid RANGE", "expected the error RANGE, got SHORT"],
    ["000000\n", "00000000 00\n", "decodes, but is marked invalid with SHORT"],
  ])("with %s changed to %s is a fault", (find, replace, message) => {
    expect(complaintsAfter(CHAPTER, find, replace)).toEqual([
      expect.stringMatching(new RegExp(`^spec/02-session\\.md:\\d+: example of p[io]ng: ${message}`)),
    ]);
  });

  test("must be hexadecimal of whole bytes under a proper head", () => {
    expect(complaintsAfter(CHAPTER, "aabb  #", "aab  #")).toEqual([
      expect.stringContaining("not lower-case hexadecimal of whole bytes"),
    ]);
    expect(complaintsAfter(CHAPTER, "invalid SHORT", "invalid")).toEqual([
      expect.stringContaining('expected "hex PACKET" or'),
    ]);
  });
});

test("links lead to files and headings", () => {
  const texts = fixture();
  const faults = (line: string): string[] => {
    texts.chapters.set("01-links.md", `# On links: a title\n\n${line}\n`);
    return checkHyperlinks(parseSpec(texts), (path) => path === "README.md").map(formatProblem);
  };
  expect(
    faults("[a](00-introduction.md#introduction) [b](../README.md) [c](#on-links-a-title) [d](https://example.org)"),
  ).toEqual([]);
  expect(faults("`[a](gone.md)` is code")).toEqual([]);
  expect(faults("[a](gone.md)")).toEqual(["spec/01-links.md:3: the link gone.md leads to no file"]);
  expect(faults("[a](00-introduction.md#gone)")).toEqual([
    "spec/01-links.md:3: the link 00-introduction.md#gone leads to no heading",
  ]);
});
