import { expect, test } from "vitest";
import { LargeBodies } from "./large-bodies.ts";

test("a body is under way until it has ended", () => {
  const bodies = new LargeBodies();
  const first = { writable: true };
  const second = { writable: true };
  expect(bodies.areUnderWay).toBe(false);
  bodies.add(first);
  bodies.add(second);
  first.writable = false;
  expect(bodies.areUnderWay).toBe(true);
  second.writable = false;
  expect(bodies.areUnderWay).toBe(false);
});

test("bodies that have ended are not kept, where nobody asks", () => {
  const bodies = new LargeBodies();
  for (let i = 0; i < 1_000; i++) {
    const stream = { writable: true };
    bodies.add(stream);
    stream.writable = false;
  }
  expect(bodies.size).toBeLessThanOrEqual(1);
});
