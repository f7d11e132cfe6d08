import { expect, test } from "vitest";
import { Allowance } from "./allowance.ts";

test("a burst, then what the seconds bring, and never more than the burst", () => {
  let now = 0;
  const allowance = new Allowance(2, 4, () => now);
  const takeAll = (): number => {
    let taken = 0;
    while (allowance.take()) taken += 1;
    return taken;
  };
  expect(takeAll()).toBe(2);
  now = 250;
  expect(takeAll()).toBe(1);
  now = 100_000;
  expect(takeAll()).toBe(2);
});
