import { describe, expect, it } from "vitest";
import { lintCases } from "../case.ts";
import { cases } from "./index.ts";

describe("the cases", () => {
  it("have no faults that show before anything runs", () => {
    expect(lintCases(cases)).toEqual([]);
  });

  it("state a reason of their own, because a copied one explains nothing", () => {
    const seen = new Map<string, string>();
    const copied = cases.flatMap((one) => {
      const first = seen.get(one.why);
      if (first === undefined) seen.set(one.why, one.id);
      return first === undefined ? [] : [`${one.id} says what ${first} says`];
    });
    expect(copied).toEqual([]);
  });
});
