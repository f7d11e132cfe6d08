import { describe, expect, test } from "vitest";
import { parseExpected } from "./expected.ts";
import { IMPLEMENTATION_IDS } from "./implementations.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Outcome } from "./outcome.ts";
import { renderSvg } from "./svg.ts";
import { TRIALS } from "./trials.ts";

const expected = parseExpected(`
[[failure]]
title = "cut & <short>"
reason = "It counts otherwise."
trials = ["utf8-forth"]
pairs = [["python", "original"]]
`);

/** Every pair, all passed but for what is given for Python dialing the original. */
function resultsWith(special: Readonly<Record<string, Outcome>>) {
  return IMPLEMENTATION_IDS.flatMap((dialer) =>
    IMPLEMENTATION_IDS.map((listener) => {
      const own = dialer === "python" && listener === "original" ? special : {};
      const outcomes = new Map(TRIALS.map(({ id }) => [id, own[id] ?? ({ state: "pass" } as const)]));
      return { dialer, listener, outcomes };
    }),
  );
}
const listed = { "utf8-forth": { state: "fail", what: "port 12345, 678 ms" } } as const;
const unlisted = { "large-back": { state: "fail", what: "a\n  long story" } } as const;
const notRun = { "large-back": { state: "not-run", because: "utf8-forth" } } as const;

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

describe("the page", () => {
  test("has a row for each pair and a column for each trial", () => {
    const rows = renderMarkdown(resultsWith({}), expected)
      .split("\n")
      .filter((line) => /^\| (reference|Python|npm)/.test(line));
    expect(rows).toHaveLength(9);
    for (const row of rows) expect(occurrences(row, " pass ")).toBe(TRIALS.length);
  });
  test("gives a listed failure the number of its reason, and nothing that changes from run to run", () => {
    const page = renderMarkdown(resultsWith(listed), expected);
    expect(page).toContain("| **fail** (1) |");
    expect(page).toContain("1. **cut & <short>.** It counts otherwise.");
    expect(page).not.toMatch(/12345|678/);
  });
  test("tells on one line what happened where a failure is not listed", () => {
    const page = renderMarkdown(resultsWith(unlisted), expected);
    expect(page).toContain("| **fail** |");
    expect(page).toContain("- Python dials npm 0.0.8, large-back: not expected: a long story");
  });
  test("says why something was not run", () => {
    const page = renderMarkdown(resultsWith({ ...listed, ...notRun }), expected);
    expect(page).toContain("| not run |");
    expect(page).toContain("- Python dials npm 0.0.8, large-back: not run, since utf8-forth failed");
  });
  test("says so when nothing fails", () => expect(renderMarkdown(resultsWith({}), [])).toContain("\nNothing.\n"));
});

describe("the picture", () => {
  const picture = renderSvg(resultsWith({ ...listed, ...notRun }), expected);
  test("has a cell for each trial of each pair, which says in words what it shows", () => {
    expect(occurrences(picture, '<g class="mark ')).toBe(9 * TRIALS.length);
    expect(picture).toContain("<title>Python dials npm 0.0.8, UTF-8 headers A→B: fails</title>");
    expect(picture).toContain("<title>Python dials npm 0.0.8, 1 MiB B→A: not run</title>");
  });
  test("stays within its frame", () => {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(picture)?.map(Number) ?? [];
    const corners = [...picture.matchAll(/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)];
    expect(corners.length).toBeGreaterThan(0);
    for (const [, x, y, w, h] of corners) {
      expect(Number(x) + Number(w)).toBeLessThan(width ?? 0);
      expect(Number(y) + Number(h)).toBeLessThan(height ?? 0);
    }
  });
  test("suits light and dark pages and loads nothing", () => {
    expect(picture).toContain("@media (prefers-color-scheme: dark)");
    expect(picture.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|@import|@font-face|url\(/);
  });
  test("escapes what a text may hold", () => expect(picture).toContain("1  cut &amp; &lt;short&gt;."));
  test("is the same for the same results", () => {
    expect(renderSvg(resultsWith({ ...listed, ...notRun }), expected)).toBe(picture);
  });
});
