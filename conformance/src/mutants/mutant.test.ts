import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { applyMutant, isOfGateway, loadMutants } from "./mutant.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const mutant = { id: "session/example", file: "session/frame.ts", find: "a < b", replace: "a <= b" };

describe("applyMutant", () => {
  it("replaces the text", () => {
    expect(applyMutant("if (a < b) close();", mutant)).toBe("if (a <= b) close();");
  });

  it("refuses a source in which the text stands twice or not at all", () => {
    expect(() => applyMutant("a < b; a < b", mutant)).toThrow(/found it 2 times/);
    expect(() => applyMutant("b > a", mutant)).toThrow(/found it 0 times/);
  });
});

// Whoever changes a line learns of it here, and not half an hour later when the mutants are built.
it("each mutant fits the sources as they are", () => {
  const mutants = loadMutants(join(root, "conformance/mutants"));
  expect(mutants.length).toBeGreaterThan(0);
  const faults = mutants.flatMap((one) => {
    const source = readFileSync(join(root, isOfGateway(one) ? "gateway/src" : "reference/src", one.file), "utf8");
    try {
      applyMutant(source.replaceAll("\r\n", "\n"), one);
      return [];
    } catch (error) {
      return [String(error)];
    }
  });
  expect(faults).toEqual([]);
});
