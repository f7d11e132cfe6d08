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

/** The lines in which a check names what it found wrong; its last lines, where it names nothing. At most twenty. */
export function faultLines(output: string): readonly string[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const named = lines.filter((line) => /^\s*(FAILED|SURVIVES|PRISTINE|not ok|error)\b|^\s*✗|\bFAIL\b/.test(line));
  return (named.length > 0 ? named : lines.slice(-5)).slice(0, 20);
}

/** The names of tests that failed, and of files that did not load, from vitest's JSON report. At most twenty. */
export function failedTests(report: unknown): readonly string[] {
  const files = (report as { readonly testResults?: readonly VitestFile[] }).testResults ?? [];
  const names = files.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0) return status === "failed" ? [`${name}: ${message}`] : [];
    return failed.map((test) => `${test.fullName}: ${test.failureMessages[0]?.split("\n")[0] ?? ""}`);
  });
  return names.slice(0, 20);
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}
