/** The checks beside vitest, in the order of how soon they fail. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Result, run, runNode, runPackage } from "./process.ts";
import { root } from "./root.ts";

export interface Step {
  readonly name: string;
  /** What this machine lacks to run it; undefined when nothing. */
  missing(): string | undefined;
  run(): Result;
}

export function steps(): readonly Step[] {
  return [
    step("lint", () => runPackage("@biomejs/biome", "biome", ["check", "."])),
    step("types of the tests", () => runPackage("typescript", "tsc", ["-p", "tsconfig.test.json"])),
    step("import walls", () => runNode(["tools/dist/check-walls.js"])),
    step("unused code and packages", () => runPackage("knip", "knip", ["--no-progress"])),
    step("specification", () => runNode(["spec/tools/dist/main.js", "check"])),
    step("packages", () => runNode(["tools/dist/check-packages.js"])),
    step("packed packages in an empty project", () => runNode(["tools/dist/try-packages.js"])),
    python("vectors in Python", "vectors/verify/python/verify.py"),
    step("embedded reference node under the kit", () => runNode(["conformance/bin/flatend-conformance.js"])),
    step("mutants", () => runNode(["conformance/dist/mutants/main.js"])),
  ];
}

function step(name: string, start: () => Result): Step {
  return { name, missing: () => undefined, run: start };
}

/** A script that needs Python 3 with the packages of `vectors/verify/python/requirements.txt`. */
function python(name: string, script: string): Step {
  const interpreters = [".venv/bin/python", ".venv/Scripts/python.exe"]
    .map((path) => join(root, path))
    .filter((path) => existsSync(path));
  const found = [...interpreters, "python3", "python"].find(
    (program) => run(program, ["-c", "import cryptography"]).code === 0,
  );
  return {
    name,
    missing: () =>
      found === undefined ? "needs Python 3 with the packages of vectors/verify/python/requirements.txt" : undefined,
    run: () => run(found ?? "python3", [script]),
  };
}
