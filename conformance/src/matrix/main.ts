// npm run matrix [-- --check] [-- --python PROGRAM]: every implementation dials every other, and itself. Writes the page and the
// picture, or with --check demands that they are up to date. Exit code 1 when an outcome is not the one that is expected.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { differences, parseExpected } from "./expected.ts";
import { IMPLEMENTATION_IDS, NAMES } from "./implementations.ts";
import { renderMarkdown } from "./markdown.ts";
import type { PairResult } from "./outcome.ts";
import { killAll } from "./peer.ts";
import { runPair } from "./run-pair.ts";
import { renderSvg } from "./svg.ts";

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const FOLDER = "conformance/matrix";

/** A Python 3 with the packages of `vectors/verify/python/requirements.txt`. */
function findPython(): string | undefined {
  const own = [".venv/bin/python", ".venv/Scripts/python.exe"].map(inRepository).filter((path) => existsSync(path));
  return [...own, "python3", "python"].find(
    (program) => spawnSync(program, ["-c", "import cryptography"], { stdio: "ignore" }).status === 0,
  );
}

async function runAll(python: string): Promise<PairResult[]> {
  const results: PairResult[] = [];
  // One after the other: two pairs at a time would be measured against each other's load.
  for (const dialer of IMPLEMENTATION_IDS) {
    for (const listener of IMPLEMENTATION_IDS) {
      const result = await runPair({ dialer, listener }, python);
      results.push(result);
      const states = [...result.outcomes.values()].map(({ state }) => state);
      const count = (wanted: string) => states.filter((state) => state === wanted).length;
      console.log(
        `${NAMES[dialer]} dials ${NAMES[listener]}: ${count("pass")} pass, ${count("fail")} fail, ${count("not-run")} not run`,
      );
    }
  }
  return results;
}

/** What is wrong with a committed file. */
function keep(name: string, content: string, check: boolean): string[] {
  const path = inRepository(`${FOLDER}/${name}`);
  if (!check) writeFileSync(path, content);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== content)
    return [`${FOLDER}/${name}: is not up to date: run "npm run matrix" and commit the result`];
  return [];
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false }, python: { type: "string" } } });
  const python = values.python ?? findPython();
  if (python === undefined) {
    console.error("needs Python 3 with the packages of vectors/verify/python/requirements.txt");
    return 2;
  }
  const expected = parseExpected(readFileSync(inRepository(`${FOLDER}/expected.toml`), "utf8"));
  const results = await runAll(python);
  const problems = [
    ...differences(results, expected),
    ...keep("matrix.md", renderMarkdown(results, expected), values.check),
    ...keep("matrix.svg", renderSvg(results, expected), values.check),
  ];
  for (const problem of problems) console.log(`NOT AS EXPECTED  ${problem}`);
  const cells = results.reduce((sum, { outcomes }) => sum + outcomes.size, 0);
  console.log(`${Math.max(0, cells - problems.length)} passed, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}

process.on("exit", killAll);
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
process.exitCode = await main();
