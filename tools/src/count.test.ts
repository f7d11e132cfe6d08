import { describe, expect, test } from "vitest";
import { countOutput, countVitest, failedTests, faultLines } from "./count.ts";
import { tarballName } from "./pack.ts";

describe("a check's output", () => {
  test("counts as it says itself, or as one", () => {
    expect(countOutput(0, "fine")).toEqual({ passed: 1, failed: 0 });
    expect(countOutput(1, "bad")).toEqual({ passed: 0, failed: 1 });
    expect(countOutput(0, "a: 1 passed, 0 failed\nall: 412 passed, 0 failed\n")).toEqual({ passed: 412, failed: 0 });
    expect(countOutput(1, "410 passed, 2 failed")).toEqual({ passed: 410, failed: 2 });
  });

  test("never hides an exit code", () => {
    expect(countOutput(1, "412 passed, 0 failed\nand then it crashed")).toEqual({ passed: 412, failed: 1 });
  });
});

test("the lines that name what is wrong are found in a long output, or else the last", () => {
  const mutants = "killed    a/b\nSURVIVES  c/d  FLT-STR-001\n          c says pass\nkilled    e/f\n1 of 2 killed";
  expect(faultLines(mutants)).toEqual(["SURVIVES  c/d  FLT-STR-001"]);
  expect(faultLines("✓ pass  a\n✗ fail  b 3 ms\n2 cases")).toEqual(["✗ fail  b 3 ms"]);
  expect(faultLines("one\n\ntwo\n")).toEqual(["one", "two"]);
});

describe("vitest's report", () => {
  test("counts tests, and files that did not load", () => {
    expect(countVitest({ numPassedTests: 9, numFailedTests: 0, success: true })).toEqual({ passed: 9, failed: 0 });
    expect(countVitest({ numPassedTests: 9, numFailedTests: 2, success: false })).toEqual({ passed: 9, failed: 2 });
    expect(countVitest({ numPassedTests: 9, numFailedTests: 0, success: false })).toEqual({ passed: 9, failed: 1 });
  });

  test("names the tests that failed, and files that did not load", () => {
    const failed = { fullName: "a sum is right", status: "failed", failureMessages: ["expected 2\n at x"] };
    const passed = { fullName: "b", status: "passed", failureMessages: [] };
    const testResults = [
      { name: "a.test.ts", status: "failed", message: "", assertionResults: [failed, passed] },
      { name: "b.test.ts", status: "failed", message: "no such module", assertionResults: [] },
    ];
    expect(failedTests({ testResults })).toEqual(["a sum is right: expected 2", "b.test.ts: no such module"]);
  });

  test("is no success when it is empty or no report", () => {
    expect(countVitest({ numPassedTests: 0, numFailedTests: 0, success: true })).toEqual({ passed: 0, failed: 1 });
    expect(() => countVitest({})).toThrow("expected numPassedTests");
  });
});

test("the tarball's name is found among npm's warnings", () => {
  expect(tarballName('npm warn x\n[{ "filename": "flatend-1.0.0.tgz" }]')).toBe("flatend-1.0.0.tgz");
  expect(() => tarballName("npm error")).toThrow("npm pack named no tarball");
});
