import { describe, expect, test } from "vitest";
import { BadExpectations, differences, indexOf, parseExpected } from "./expected.ts";
import type { Outcome } from "./outcome.ts";

const LIST = `
[[failure]]
title = "it is old"
reason = "Because."
trials = ["call-forth", "dial"]
pairs = [["python", "original"]]
`;
const pair = { dialer: "python", listener: "original" } as const;
const run = (...outcomes: (readonly [string, Outcome])[]) => [{ ...pair, outcomes: new Map(outcomes) }];
const passed: Outcome = { state: "pass" };
const failed: Outcome = { state: "fail", what: "nothing came" };

describe("the list of expected failures", () => {
  test("names trials of pairs", () => {
    const expected = parseExpected(LIST);
    expect(indexOf(expected, pair, "dial")).toBe(0);
    expect(indexOf(expected, pair, "call-back")).toBe(-1);
    expect(indexOf(expected, { dialer: "original", listener: "python" }, "dial")).toBe(-1);
  });
  test("may be empty", () => expect(parseExpected("")).toEqual([]));
  test.each([
    ["no TOML", "[["],
    ["an unknown trial", LIST.replace("call-forth", "call-sideways")],
    ["an unknown implementation", LIST.replace('"original"', '"other"')],
    ["no reason", LIST.replace('reason = "Because."', "")],
    ["a key nobody reads", `${LIST}\nnote = "x"`],
  ])("is refused for %s", (_, text) => expect(() => parseExpected(text)).toThrow(BadExpectations));
});

describe("a run", () => {
  const expected = parseExpected(LIST);
  test("agrees when it fails as listed and passes for the rest", () => {
    expect(differences(run(["call-forth", failed], ["call-back", passed]), expected)).toEqual([]);
  });
  test("differs by a failure that is not listed", () => {
    expect(differences(run(["call-back", failed]), expected)).toEqual([
      "Python dials npm 0.0.8: call-back fails: nothing came",
    ]);
  });
  test("differs by a pass that is listed as a failure", () => {
    expect(differences(run(["dial", passed]), expected)).toEqual([
      "Python dials npm 0.0.8: dial passes, and is expected to fail",
    ]);
  });
  test("agrees in what was not run only when the failure before is listed", () => {
    expect(differences(run(["call-back", { state: "not-run", because: "dial" }]), expected)).toEqual([]);
    expect(differences(run(["call-back", { state: "not-run", because: "empty-back" }]), expected)).toEqual([
      "Python dials npm 0.0.8: call-back was not run, since empty-back failed",
    ]);
  });
});
