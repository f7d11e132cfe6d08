/** The checks beside vitest, in the order of how soon they fail. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { judgeByList } from "./original.ts";
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
    step("reference pages without a warning", () =>
      runPackage("typedoc", "typedoc", [
        "--options",
        "reference/typedoc.json",
        "--tsconfig",
        "reference/tsconfig.json",
      ]),
    ),
    step("WebAssembly of its source", () => runNode(["tools/wasm.mjs", "--check"])),
    step("packages", () => runNode(["tools/dist/check-packages.js"])),
    step("packed packages in an empty project", () => runNode(["tools/dist/try-packages.js"])),
    step("the gateway as one file and as one executable", () => runNode(["tools/dist/try-executable.js"])),
    python("vectors in Python", "vectors/verify/python/verify.py"),
    python("the Python node against the vectors", "conformance/peers/python/vectors_test.py"),
    python("the Python node among its own", "conformance/peers/python/selftest.py"),
    step("embedded reference node under the kit", () => judge([])),
    step("the same twice, in shuffled order", () => judge(["--verify", "2"])),
    step("the same on a busy machine", () => busy(() => judge([]))),
    step("the gateway under the kit", () =>
      judge(["--gateway-exec", `"${process.execPath}" gateway/bin/flatend-gateway.js -c {config}`]),
    ),
    step("a mesh of a hundred nodes that start at one moment, in memory", () =>
      runNode(["reference/simulate/dist/main.js", "mesh", "100"]),
    ),
    step("lookups among a thousand nodes, with churn, liars and partitions", () =>
      runNode(["reference/simulate/dist/main.js", "dht", "1000", "--lookups", "3000", "--check"]),
    ),
    step("memory while bodies pass, and after streams and peers that came and went", () =>
      runNode(["--expose-gc", "bench/dist/soak/main.js", "--gib", "0.25", "--streams", "2000", "--peers", "200"]),
    ),
    step("bad clients, services that die and an end under load, before the gateway", () =>
      runNode(["bench/dist/abuse/main.js", "--quick"]),
    ),
    step("mutants", () => runNode(["conformance/dist/mutants/main.js"])),
    pythonNode("the Python node under the kit, in every role"),
    matrix("every implementation dials every other"),
    step("npm original with its known failures, in every role", () =>
      judgeByList([...ORIGINAL, "--known-failures", ORIGINAL_LIST]),
    ),
    step("npm original without them must not conform", () => {
      const { code, output } = judge([...ORIGINAL, "--only", "session/seal/**"]);
      return { code: code === 1 ? 0 : 1, output: `${output}\nexpected exit code 1, got ${code}` };
    }),
  ];
}

/** With the address of a peer, so that it dials as well: the same as `npm run judge:original`. */
const ORIGINAL = ["--exec", "node conformance/peers/original/node.mjs {bind} {bootstrap}"];
const ORIGINAL_LIST = "conformance/known-failures/npm-flatend-0.0.8.toml";

const judge = (args: readonly string[]): Result => runNode(["conformance/bin/flatend-conformance.js", ...args]);

/** Runs while every core has something else to do as well. */
function busy(work: () => Result): Result {
  const burners = availableParallelism();
  const children = Array.from({ length: burners }, () =>
    spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
  );
  try {
    return work();
  } finally {
    for (const child of children) child.kill();
  }
}

function step(name: string, start: () => Result): Step {
  return { name, missing: () => undefined, run: start };
}

const NO_PYTHON = "needs Python 3 with the packages of vectors/verify/python/requirements.txt";

/** A Python 3 with the packages of `vectors/verify/python/requirements.txt`. */
function findPython(): string | undefined {
  const interpreters = [".venv/bin/python", ".venv/Scripts/python.exe"]
    .map((path) => join(root, path))
    .filter((path) => existsSync(path));
  return [...interpreters, "python3", "python"].find(
    (program) => run(program, ["-c", "import cryptography"]).code === 0,
  );
}

function python(name: string, script: string): Step {
  const found = findPython();
  return {
    name,
    missing: () => (found === undefined ? NO_PYTHON : undefined),
    run: () => run(found ?? "python3", [script]),
  };
}

function pythonNode(name: string): Step {
  const found = findPython();
  return {
    name,
    missing: () => (found === undefined ? NO_PYTHON : undefined),
    // The path of an interpreter may hold spaces, or backslashes, which quotes keep.
    run: () => judge(["--exec", `"${found}" conformance/peers/python/node.py {bind} {bootstrap}`]),
  };
}

function matrix(name: string): Step {
  const found = findPython();
  return {
    name,
    missing: () => (found === undefined ? NO_PYTHON : undefined),
    run: () => runNode(["conformance/dist/matrix/main.js", "--check", "--python", found ?? "python3"]),
  };
}
