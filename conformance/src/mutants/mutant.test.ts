import { describe, expect, it } from "vitest";
import { applyMutant } from "./mutant.ts";

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
