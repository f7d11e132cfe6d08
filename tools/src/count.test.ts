import { describe, expect, test } from "vitest";
import { countOutput, countVitest } from "./count.ts";
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

describe("vitest's report", () => {
  test("counts tests, and files that did not load", () => {
    expect(countVitest({ numPassedTests: 9, numFailedTests: 0, success: true })).toEqual({ passed: 9, failed: 0 });
    expect(countVitest({ numPassedTests: 9, numFailedTests: 2, success: false })).toEqual({ passed: 9, failed: 2 });
    expect(countVitest({ numPassedTests: 9, numFailedTests: 0, success: false })).toEqual({ passed: 9, failed: 1 });
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
