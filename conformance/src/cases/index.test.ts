import { describe, expect, it } from "vitest";
import { lintCases } from "../case.ts";
import { cases } from "./index.ts";

describe("the cases", () => {
  it("have no faults that show before anything runs", () => {
    expect(lintCases(cases)).toEqual([]);
  });

  it("state a reason that no case of another file for the same role states, because a copied one explains nothing", () => {
    const fileOf = (id: string) => id.slice(0, id.lastIndexOf("/"));
    const seen = new Map<string, string>();
    const copied = cases.flatMap((one) => {
      const first = seen.get(`${one.role} ${one.why}`) ?? one.id;
      seen.set(`${one.role} ${one.why}`, first);
      return fileOf(first) === fileOf(one.id) ? [] : [`${one.id} says what ${first} says`];
    });
    expect(copied).toEqual([]);
  });
});
