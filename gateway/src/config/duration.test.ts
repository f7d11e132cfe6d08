import { expect, test } from "vitest";
import { durationMs } from "./duration.ts";

test.each([
  ["10s", 10_000],
  ["1m30s", 90_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1.s", 1_000],
  ["0", 0],
  ["0s", 0],
  ["1us", 1],
  ["1500\u00b5s", 2],
  ["1500\u03bcs", 2],
  ["1ns", 1],
  ["1h1m1s1ms", 3_661_001],
])("%s is %d ms", (text, expected) => expect(durationMs(text)).toBe(expected));

test.each(["", "10", "s", "10 s", "-1s", "+1s", "1d", "1S", ".s", "1s2", "1..0s", "ten seconds"])(
  "%j is none",
  (text) => expect(durationMs(text)).toBeNaN(),
);
