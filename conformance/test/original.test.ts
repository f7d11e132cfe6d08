import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { cases } from "../src/cases/index.ts";
import { parseArguments } from "../src/cli/arguments.ts";
import { runCases } from "../src/cli/run.ts";

const program = fileURLToPath(new URL("../peers/original/node.mjs", import.meta.url));

// The original is a real node with real faults: a kit that passes it, or that cannot tell one fault from another, is of no use.
const EXPECTED = {
  "session/frame/byte-by-byte": "pass",
  "stream/echo/five-thousand-bytes": "pass",
  "session/frame/longer-than-allowed": "fail",
  "rpc/opcode/6-with-zero": "fail",
  "session/frame/length-0": "fail, crash",
} as const;

it("judges npm flatend 0.0.8: what it gets right, what it gets wrong, and what it dies of", {
  timeout: 60_000,
}, async () => {
  const silent = { write: () => {}, isTTY: false, columns: 80, colors: false };
  const args = [
    "--exec",
    `${process.execPath} ${program} {bind}`,
    ...Object.keys(EXPECTED).flatMap((id) => ["--only", id]),
  ];
  const report = await runCases(parseArguments(args), {
    stdout: silent,
    stderr: silent,
    version: "1.0.0",
    cases,
    interrupt: new AbortController().signal,
  });
  const came = report.cases.map(({ id, verdict, crash }) => [id, crash ? `${verdict}, crash` : verdict]);
  expect(Object.fromEntries(came)).toEqual(EXPECTED);
  expect(report).toMatchObject({
    exitCode: 1,
    conclusion: "does not conform",
    deaths: [],
    summary: { pass: 2, fail: 3 },
  });
  expect(report.target.services).toEqual(expect.arrayContaining(["echo", "sink", "source", "call"]));
  const died = report.cases.find(({ crash }) => crash);
  expect(died).toMatchObject({ exitCode: 1, signal: null });
  expect(died?.stderr).not.toBe("");
  expect(died?.requirements).toContain("FLT-ERR-002");
  const failed = report.cases.find(({ id }) => id === "rpc/opcode/6-with-zero");
  expect(failed?.failure?.expected).toMatch(/a close \(FIN or RST\)/);
  expect(failed?.repeat).toContain("--only rpc/opcode/6-with-zero --seed ");
});
