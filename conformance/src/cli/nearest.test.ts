import { describe, expect, it } from "vitest";
import { distance, nearest } from "./nearest.ts";

describe("distance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["frame", "frame", 0],
    ["frame", "fame", 1],
    ["only", "onyl", 1],
    ["kitten", "sitting", 3],
  ])("from %j to %j is %i", (a, b, edits) => {
    expect(distance(a, b)).toBe(edits);
    expect(distance(b, a)).toBe(edits);
  });
});

describe("nearest", () => {
  it("finds a word with letters changed, left out or in another order", () => {
    expect(nearest("trasncript", ["target", "transcript", "timeout"])).toBe("transcript");
    expect(nearest("FLT-SSE-023", ["FLT-HSK-023", "FLT-SES-023"])).toBe("FLT-SES-023");
  });

  it("takes a part of a word for the whole, whatever stars are around it", () => {
    expect(nearest("*byte*", ["session/frame/byte-by-byte", "rpc/a"])).toBe("session/frame/byte-by-byte");
  });

  it("finds nothing rather than something unlike", () => {
    expect(nearest("xyzzy", ["target", "only"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });
});
