import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NOTHING_KNOWN } from "../known-failures.ts";
import { bareReport } from "./conclude.ts";
import { reportJsonSchema, reportSchema } from "./schema.ts";

describe("the published schema of report.json", () => {
  it("is what the kit holds its reports to; `npm run spec` writes it anew", () => {
    const published = readFileSync(new URL("../../schema/report.schema.json", import.meta.url), "utf8");
    expect(published).toBe(reportJsonSchema());
  });
});

describe("a report without cases", () => {
  const run = {
    version: "1.0.0",
    startedAt: new Date(),
    seed: 7,
    strict: true,
    forGateways: false,
    target: { kind: "none", description: "" },
    known: NOTHING_KNOWN,
    allCases: [],
    today: "2026-06-15",
    repeatCommand: () => "",
  } as const;

  it.each([2, 3, 4] as const)("for exit code %i fits the schema", (exitCode) => {
    const report = bareReport(run, exitCode, ["why"]);
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it("does not fit with a word that the schema does not know, so that a misspelt field is noticed", () => {
    expect(reportSchema.safeParse({ ...bareReport(run, 3, []), exitcode: 3 }).success).toBe(false);
  });
});
