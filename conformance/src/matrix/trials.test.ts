import { expect, test } from "vitest";
import { groupsOf, TRIALS } from "./trials.ts";

test("every trial has an id of its own", () => {
  expect(new Set(TRIALS.map(({ id }) => id)).size).toBe(TRIALS.length);
});

test("the groups hold every trial once, in their order", () => {
  expect(groupsOf(TRIALS).flatMap(({ trials }) => trials)).toEqual(TRIALS);
});

test("a group is one trial without a direction, or one each way", () => {
  for (const { trials } of groupsOf(TRIALS))
    expect([[undefined], ["forth", "back"]]).toContainEqual(trials.map(({ direction }) => direction));
});
