import { describe, expect, it } from "vitest";
import { strayDeaths } from "./known-deaths.ts";
import { conclude, type RunDescription } from "./report/conclude.ts";
import type { SuiteResult } from "./runner/suite.ts";
import type { CaseResult, Death } from "./runner/verdict.ts";

const RESET = { stderr: "ECONNRESET", most: 2, reason: "resets" };
const died = (stderr: string): Death => ({ exitCode: 1, signal: null, stderr: `Error: read ${stderr}\n    at TCP` });
function result(id: string, death?: Death): CaseResult {
  return {
    id,
    verdict: "fail",
    requirements: ["FLT-RPC-001"],
    durationMs: 1,
    transcript: [],
    ...(death === undefined ? {} : { death }),
  };
}

describe("a death that may strike any case", () => {
  it("is known by what the target said, and by nothing else", () => {
    const [struck, other, alive] = [result("a", died("ECONNRESET")), result("b", died("EPIPE")), result("c")];
    const strays = strayDeaths([RESET], [struck, other, alive], []);
    expect([...strays.ofCases]).toEqual([[struck, RESET]]);
    expect(strays.problems).toEqual([]);
  });

  it("is taken for one of no single case too", () => {
    const [known, unknown] = [
      { death: died("ECONNRESET"), around: ["a"] },
      { death: died("EPIPE"), around: ["b"] },
    ];
    expect(strayDeaths([RESET], [], [known, unknown]).unexplained).toEqual([unknown]);
  });

  it("is a problem when it strikes more often than the list allows", () => {
    const results = ["a", "b"].map((id) => result(id, died("ECONNRESET")));
    expect(strayDeaths([RESET], results, []).problems).toEqual([]);
    expect(strayDeaths([RESET], results, [{ death: died("ECONNRESET"), around: [] }]).problems).toEqual([
      'the target died 3 times with "ECONNRESET" in cases that do not list it, where the list allows 2',
    ]);
  });
});

describe("a run with such a list", () => {
  const suite = (results: CaseResult[]): SuiteResult => ({
    results,
    unexplained: [],
    interrupted: false,
    facts: { host: "127.0.0.1", port: 1, services: [], roundTripMs: 1 },
  });
  const one = {
    id: "a",
    why: "It matters.",
    needs: [],
    role: "listener",
    requirements: ["FLT-RPC-001"],
  } as unknown as RunDescription["allCases"][number];
  const run: RunDescription = {
    version: "1",
    startedAt: new Date(),
    seed: 1,
    strict: false,
    forGateways: false,
    target: { kind: "exec", description: "x" },
    known: {
      failures: [{ case: "a", verdict: "non-strict", crash: false, varies: false, reason: "it answers alike" }],
      deaths: [RESET],
    },
    allCases: [one],
    today: "2026-06-15",
    repeatCommand: () => "",
  };

  it("passes over a death that it knows, with the reason in the report, and over no other", () => {
    const struck = conclude(run, [one], suite([result("a", died("ECONNRESET"))]));
    expect(struck.problems).toEqual([]);
    expect(struck.cases[0]?.known?.reason).toBe("resets");
    const unknown = conclude(run, [one], suite([result("a", died("EPIPE"))]));
    expect(unknown.exitCode).toBe(1);
    expect(unknown.problems).toContain("a is listed as non-strict and came out as fail with a crash");
  });
});
