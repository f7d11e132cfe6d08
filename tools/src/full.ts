/**
 * `node tools/dist/full.js [--reuse-vitest]`: every check there is. The last line is
 * `N passed, N failed`, and nothing is left out silently: what cannot run here is printed, and
 * where CI is set it counts as failed.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Count, countOutput, countVitest, failedTests, faultLines } from "./count.ts";
import { runPackage } from "./process.ts";
import { root } from "./root.ts";
import { steps } from "./steps.ts";

const REPORT = join(root, "report", "vitest.json");

let passed = 0;
let failed = 0;
const skipped: string[] = [];
/** What failed, said once more at the end: the middle of so long an output is easily lost. */
const faults: string[] = [];

const tests = vitest(process.argv.includes("--reuse-vitest"));
add("vitest", tests.count, tests.faults);
for (const step of steps()) {
  const missing = step.missing();
  if (missing === undefined) {
    console.log(`\n── ${step.name}`);
    const started = performance.now();
    const { code, output } = step.run();
    process.stdout.write(output.trimEnd() === "" ? "" : `${output.trimEnd()}\n`);
    add(
      `${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
      countOutput(code, output),
      faultLines(output),
    );
  } else {
    skipped.push(`${step.name}: ${missing}`);
  }
}

for (const reason of skipped) console.log(`\n!!!!!!!!!! SKIPPED ${reason}`);
if (process.env.CI === "true" && skipped.length > 0) {
  console.log("CI is set, so whatever was skipped counts as failed.");
  failed += skipped.length;
}
if (faults.length > 0) console.log(`\nWhat failed:\n${faults.join("\n")}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`\n${passed} passed, ${failed} failed`);

function add(name: string, count: Count, lines: readonly string[]): void {
  passed += count.passed;
  failed += count.failed;
  console.log(`${count.failed > 0 ? "FAILED" : "ok"}: ${name}: ${count.passed} passed, ${count.failed} failed`);
  if (count.failed > 0) faults.push(name, ...lines.map((line) => `  ${line}`));
}

/** The report of `npm test` is used again only when the caller has just run it. */
function vitest(reuse: boolean): { readonly count: Count; readonly faults: readonly string[] } {
  if (!reuse) {
    rmSync(REPORT, { force: true });
    mkdirSync(dirname(REPORT), { recursive: true });
    const { code } = runPackage(
      "vitest",
      "vitest",
      ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`],
      {
        show: true,
      },
    );
    if (code !== 0) console.log(`vitest ended with exit code ${code}`);
  }
  try {
    const report: unknown = JSON.parse(readFileSync(REPORT, "utf8"));
    return { count: countVitest(report), faults: failedTests(report) };
  } catch (error) {
    const fault = `there is no report of vitest: ${(error as Error).message}`;
    return { count: { passed: 0, failed: 1 }, faults: [fault] };
  }
}
