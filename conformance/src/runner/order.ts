import type { Case } from "../case.ts";
import { shuffled } from "../probe/random.ts";
import type { Step } from "../steps/types.ts";

/** Bytes of a short write, such as a key, that a slow connection has to carry at the least. */
const SHORT_WRITE = 32;

function waitOf(step: Step): number {
  if (step.step === "pause") return step.ms;
  if (step.step === "expect-http") return step.notBefore ?? 0;
  if (step.step === "expect-close") return step.within ?? 0;
  if (step.step === "fragment" && step.size !== null) return ((step.everyMs ?? 0) * SHORT_WRITE) / step.size;
  return 0;
}

function waits(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + waitOf(step), 0);
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

/** Cases that wait longer than this start first, the longest before all, ms. */
const LONG_MS = 1000;

export function inOrder(cases: readonly Case[], shuffleSeed: number | undefined): Case[] {
  const base = shuffleSeed === undefined ? [...cases] : shuffled(cases, shuffleSeed);
  const weights = new Map(base.map((one) => [one, expectedWait(one)]));
  const weight = (one: Case): number => {
    const wait = weights.get(one) ?? 0;
    return wait > LONG_MS ? wait : 0;
  };
  return base.sort((a, b) => weight(b) - weight(a));
}
