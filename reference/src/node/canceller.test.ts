import { expect, it, vi } from "vitest";
import { Canceller } from "./canceller.ts";

it("tells its listeners once, and not those that were taken away", () => {
  const canceller = new Canceller();
  const [one, other] = [vi.fn(), vi.fn()];
  const takeAway = canceller.onCancel(one);
  canceller.onCancel(other);
  takeAway();
  takeAway();
  expect(canceller.cancelled).toBe(false);
  canceller.cancel("why");
  canceller.cancel("why not");
  expect([canceller.cancelled, canceller.reason]).toEqual([true, "why"]);
  expect([one.mock.calls.length, other.mock.calls.length]).toEqual([0, 1]);
});
