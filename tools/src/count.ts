/** Counts what a check has passed and failed. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** A check whose last such line is `N passed, N failed` counts as so many; any other as one. */
export function countOutput(code: number, output: string): Count {
  const last = [...output.matchAll(/\b(\d+) passed, (\d+) failed\b/g)].at(-1);
  if (!last) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const count = { passed: Number(last[1]), failed: Number(last[2]) };
  // The exit code has the last word: a check that fails has failed something.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** Reads vitest's JSON report. A file that could not even be loaded has no tests, and is one failure. */
export function countVitest(report: unknown): Count {
  const { numPassedTests, numFailedTests, success } = report as Readonly<Record<string, unknown>>;
  if (typeof numPassedTests !== "number" || typeof numFailedTests !== "number") {
    throw new Error("expected numPassedTests and numFailedTests in vitest's report");
  }
  const failed = success === false && numFailedTests === 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed: numPassedTests + failed === 0 ? 1 : failed };
}
