import type { Case } from "../case.ts";
import { shuffled } from "../probe/random.ts";
import type { Step } from "../steps/types.ts";

function waits(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, step) => sum + (step.step === "pause" ? step.ms : step.step === "expect-close" ? (step.within ?? 0) : 0),
    0,
  );
}

/** Roughly how long a case waits by its own words, ms: such cases start first, so that the others run beside them. */
export function expectedWait(one: Case): number {
  let sum = waits(one.control);
  if (one.change !== undefined) {
    const { edit } = one.change;
    sum *= 2;
    if (edit.edit === "instead" || edit.edit === "before" || edit.edit === "after") sum += waits(edit.steps);
  }
  const expectation = one.expect.expect === "closes-or" ? one.expect.other : one.expect;
  if (expectation.expect === "closes") sum += expectation.within ?? 0;
  if (expectation.expect === "answers") sum += waits(expectation.steps);
  return sum;
}

export function inOrder(cases: readonly Case[], shuffleSeed: number | undefined): Case[] {
  const base = shuffleSeed === undefined ? [...cases] : shuffled(cases, shuffleSeed);
  return base.sort(
    (a, b) =>
      Number(expectedWait(b) > 1000) - Number(expectedWait(a) > 1000) ||
      (expectedWait(b) > 1000 ? expectedWait(b) - expectedWait(a) : 0),
  );
}
