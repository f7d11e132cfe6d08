import { expect, it } from "vitest";
import { doubtfulCases } from "./original.ts";

const report = {
  problems: ["2 cases fail", 'c/stale: "c/stale" is listed and passes', "the target died 1 times of no single case"],
  deaths: [{ around: ["d/near"] }],
  cases: [
    { id: "a/pass", verdict: "pass" },
    { id: "b/listed", verdict: "fail", known: { reason: "as ever" } },
    { id: "b/new", verdict: "fail" },
    { id: "b/open", verdict: "inconclusive" },
    { id: "c/stale", verdict: "pass" },
    { id: "d/near", verdict: "pass" },
    { id: "e/skipped", verdict: "skipped" },
  ],
};

it("looks again at what failed unlisted, at entries that did not hold and at what was near a death, and at nothing else", () => {
  expect(doubtfulCases(report)).toEqual(["b/new", "b/open", "c/stale", "d/near"]);
  expect(doubtfulCases({ problems: [], deaths: [], cases: report.cases.slice(0, 2) })).toEqual([]);
});
