import { describe, expect, it } from "vitest";
import {
  assertRewritable,
  matches,
  NOTHING_KNOWN,
  parseKnownFailures,
  staleEntries,
  updateKnownFailures,
} from "./known-failures.ts";
import type { CaseResult, Death, Verdict } from "./runner/verdict.ts";

const TODAY = "2026-06-15";
const IDS = new Set(["rpc/a", "rpc/b", "rpc/c"]);
const DEATH: Death = { exitCode: 1, signal: null, stderr: "" };

function result(id: string, verdict: Verdict, more: Partial<CaseResult> = {}): CaseResult {
  return { id, verdict, requirements: ["FLT-RPC-001"], durationMs: 1, transcript: [], ...more };
}
function list(lines: string): string {
  return `[[failure]]\n${lines}\n`;
}
const A = 'case = "rpc/a"\nverdict = "fail"\nreason = "it does"';

describe("parseKnownFailures", () => {
  it("reads what an entry says, and takes no death for granted", () => {
    expect(parseKnownFailures(list(A), "list.toml").failures).toEqual([
      { case: "rpc/a", verdict: "fail", crash: false, varies: false, reason: "it does" },
    ]);
    const full = `${A}\ncrash = true\nlink = "https://example.org/1"\nexpires = "2026-07-01"`;
    expect(parseKnownFailures(list(full), "list.toml").failures).toEqual([
      {
        case: "rpc/a",
        verdict: "fail",
        crash: true,
        varies: false,
        reason: "it does",
        link: "https://example.org/1",
        expires: "2026-07-01",
      },
    ]);
  });

  it("takes a date of TOML for what it is", () => {
    expect(parseKnownFailures(list(`${A}\nexpires = 2026-07-01`), "list.toml").failures[0]?.expires).toBe("2026-07-01");
  });

  it("takes an empty file and one of comments for an empty list", () => {
    expect(parseKnownFailures("", "list.toml")).toEqual(NOTHING_KNOWN);
    expect(parseKnownFailures("# nothing is known\n", "list.toml")).toEqual(NOTHING_KNOWN);
  });

  it.each([
    ["no TOML at all", "[[failure", /list\.toml: /],
    ["a case listed twice", list(A) + list(A), /"rpc\/a" is listed twice/],
    ["a word it does not know", list(`${A}\nreasons = "two"`), /reasons/],
    ["another table", "[[failures]]\n", /failures/],
    ["a death without a bound", '[[death]]\nstderr = "EPIPE"\nreason = "x"', /most/],
    ["a death of any sign", '[[death]]\nstderr = ""\nmost = 1\nreason = "x"', /stderr/],
    ["no reason", list('case = "rpc/a"\nverdict = "fail"'), /reason/],
    ["an empty reason", list('case = "rpc/a"\nverdict = "fail"\nreason = ""'), /reason/],
    ["a verdict that is none", list('case = "rpc/a"\nverdict = "red"\nreason = "x"'), /verdict/],
    ["a pass", list('case = "rpc/a"\nverdict = "pass"\nreason = "x"'), /verdict/],
    ["a link that is none", list(`${A}\nlink = "see above"`), /link/],
    ["a day that is none", list(`${A}\nexpires = "soon"`), /expires/],
    ["a day that does not exist", list(`${A}\nexpires = "2026-02-30"`), /expires/],
    ["a time of day", list(`${A}\nexpires = 07:32:00`), /expires/],
  ])("refuses %s and names the file", (_, text, message) => {
    expect(() => parseKnownFailures(text, "list.toml")).toThrow(message);
    expect(() => parseKnownFailures(text, "list.toml")).toThrow(/^list\.toml: /);
    expect(() => parseKnownFailures(text, "list.toml")).toThrow(expect.objectContaining({ name: "BadKnownFailures" }));
  });
});

describe("an entry", () => {
  const entry = { case: "rpc/a", verdict: "fail", crash: false, varies: false, reason: "it does" } as const;

  it("takes whatever comes of an entry that varies, but for a case that did not run", () => {
    const varying = { ...entry, varies: true };
    expect(matches(varying, result("rpc/a", "pass"))).toBe(true);
    expect(matches(varying, result("rpc/a", "fail", { death: DEATH }))).toBe(true);
    expect(matches(varying, result("rpc/a", "unimplemented"))).toBe(false);
    expect(matches(varying, result("rpc/a", "error"))).toBe(false);
    expect(staleEntries([varying], IDS, [result("rpc/a", "pass")], TODAY)).toEqual([]);
  });

  it("matches the verdict and the death it names, and no other", () => {
    expect(matches(entry, result("rpc/a", "fail"))).toBe(true);
    expect(matches(entry, result("rpc/a", "non-strict"))).toBe(false);
    expect(matches(entry, result("rpc/a", "fail", { death: DEATH }))).toBe(false);
    expect(matches({ ...entry, crash: true, varies: false }, result("rpc/a", "fail", { death: DEATH }))).toBe(true);
  });

  it("agrees in silence with a run that came out as listed, that did not select it or skipped it", () => {
    expect(staleEntries([entry], IDS, [result("rpc/a", "fail")], TODAY)).toEqual([]);
    expect(staleEntries([entry], IDS, [result("rpc/b", "pass")], TODAY)).toEqual([]);
    expect(staleEntries([entry], IDS, [result("rpc/a", "skipped")], TODAY)).toEqual([]);
  });

  it("is a problem when its case passes", () => {
    expect(staleEntries([entry], IDS, [result("rpc/a", "pass")], TODAY)).toEqual([
      "unexpected pass: rpc/a is listed as a known failure (it does)",
    ]);
  });

  it("is a problem when no case has its name, even if nothing of the kind was run", () => {
    expect(staleEntries([{ ...entry, case: "rpc/gone" }], IDS, [], TODAY)).toEqual([
      'stale known failure: no case is called "rpc/gone"',
    ]);
  });

  it("holds through its last day and is a problem from the day after", () => {
    const failed = [result("rpc/a", "fail")];
    expect(staleEntries([{ ...entry, expires: TODAY }], IDS, failed, TODAY)).toEqual([]);
    expect(staleEntries([{ ...entry, expires: "2026-06-14" }], IDS, failed, TODAY)).toEqual([
      "expired known failure (2026-06-14): rpc/a",
    ]);
  });

  it("is a problem when its case comes out otherwise: another verdict, a death more, a death less", () => {
    const died = result("rpc/a", "fail", { death: DEATH });
    expect(staleEntries([entry], IDS, [result("rpc/a", "inconclusive")], TODAY)).toEqual([
      "rpc/a is listed as fail and came out as inconclusive",
    ]);
    expect(staleEntries([entry], IDS, [died], TODAY)).toEqual([
      "rpc/a is listed as fail and came out as fail with a crash",
    ]);
    expect(staleEntries([{ ...entry, crash: true, varies: false }], IDS, [result("rpc/a", "fail")], TODAY)).toEqual([
      "rpc/a is listed as fail with a crash and came out as fail",
    ]);
  });
});

describe("updateKnownFailures", () => {
  const text = `# The list of one node.

# It counts from zero.
[[failure]]
case = "rpc/a"
verdict = "fail" # for now
reason = "it does"

# Of old.
[[failure]]
case = "rpc/b"
verdict = "fail"
crash = true
reason = "it dies"
`;

  it("changes nothing after a run that came out as listed", () => {
    const results = [result("rpc/a", "fail"), result("rpc/b", "fail", { death: DEATH }), result("rpc/c", "pass")];
    expect(updateKnownFailures(text, IDS, results)).toBe(text);
  });

  it("leaves entries alone whose cases were not selected or skipped", () => {
    expect(updateKnownFailures(text, IDS, [result("rpc/a", "skipped")])).toBe(text);
  });

  it("drops what passes or is gone, with the comment above it, and keeps all else", () => {
    const passed = updateKnownFailures(text, IDS, [result("rpc/a", "pass")]);
    expect(passed).not.toContain("rpc/a");
    expect(passed).not.toContain("counts from zero");
    expect(passed).toContain("# The list of one node.");
    expect(passed).toContain('# Of old.\n[[failure]]\ncase = "rpc/b"');
    expect(updateKnownFailures(text, new Set(["rpc/b"]), [])).not.toContain("rpc/a");
  });

  it("keeps the deaths that may strike any case at its head", () => {
    const death = '[[death]]\nstderr = "ECONNRESET"\nmost = 3\nreason = "resets"\n\n';
    expect(updateKnownFailures(death + text, IDS, [result("rpc/a", "fail")])).toBe(death + text);
  });

  it("changes the verdict and the death in place, and comments stay", () => {
    const updated = updateKnownFailures(text, IDS, [result("rpc/a", "non-strict"), result("rpc/b", "fail")]);
    expect(updated).toContain('verdict = "non-strict" # for now');
    expect(updated).not.toContain("crash");
    const died = updateKnownFailures(text, IDS, [result("rpc/a", "fail", { death: DEATH })]);
    expect(parseKnownFailures(died, "list.toml").failures.map(({ crash }) => crash)).toEqual([true, true]);
  });

  it("adds new failures with a reason that may say anything, in a form that can be read again", () => {
    const reason = 'expected "x";\nit said \\u0000 — "no"';
    const made = updateKnownFailures("", IDS, [
      result("rpc/a", "fail", { reason, death: DEATH }),
      result("rpc/b", "pass"),
    ]);
    expect(parseKnownFailures(made, "list.toml").failures).toEqual([
      { case: "rpc/a", verdict: "fail", crash: true, varies: false, reason },
    ]);
    expect(updateKnownFailures(text, IDS, [result("rpc/c", "error")])).toMatch(
      /it dies"\n\n\[\[failure\]\]\ncase = "rpc\/c"\nverdict = "error"\nreason = "to be explained"\n$/,
    );
  });

  it("empties a list when all of it passes", () => {
    expect(updateKnownFailures(list(A), IDS, [result("rpc/a", "pass")])).toBe("");
  });

  it("is at rest after one time", () => {
    const results = [result("rpc/a", "inconclusive"), result("rpc/b", "pass"), result("rpc/c", "fail")];
    const once = updateKnownFailures(text, IDS, results);
    expect(updateKnownFailures(once, IDS, results)).toBe(once);
    expect(staleEntries(parseKnownFailures(once, "list.toml").failures, IDS, results, TODAY)).toEqual([]);
  });

  it("refuses a list whose entries are not written one under the other, which it cannot rewrite", () => {
    const inline = 'failure = [{ case = "rpc/a", verdict = "fail", reason = "it does" }]\n';
    const entries = parseKnownFailures(inline, "list.toml").failures;
    expect(() => assertRewritable(inline, entries, "list.toml")).toThrow(/^list\.toml: .*\[\[failure\]\]/);
    expect(() => assertRewritable(text, parseKnownFailures(text, "list.toml").failures, "list.toml")).not.toThrow();
    expect(() => assertRewritable("", [], "list.toml")).not.toThrow();
  });
});
