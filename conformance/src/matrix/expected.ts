// The failures that are known, and whether a run agrees with them.
import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { IMPLEMENTATION_IDS, NAMES } from "./implementations.ts";
import type { Outcome, Pair, PairResult } from "./outcome.ts";
import { TRIALS } from "./trials.ts";

const implementation = z.enum(IMPLEMENTATION_IDS);
const trial = z.enum(TRIALS.map(({ id }) => id));
const fileSchema = z.strictObject({
  failure: z
    .array(
      z.strictObject({
        /** One line, for the picture. */
        title: z.string().min(1).max(110),
        reason: z.string().min(1),
        trials: z.array(trial).min(1),
        /** Dialer and listener. */
        pairs: z.array(z.tuple([implementation, implementation])).min(1),
      }),
    )
    .default([]),
});

export type ExpectedFailure = z.output<typeof fileSchema>["failure"][number];

/** A list that cannot be read. */
export class BadExpectations extends Error {
  override readonly name = "BadExpectations";
}

/** Reads the TOML text of the list. */
export function parseExpected(text: string): ExpectedFailure[] {
  let data: unknown;
  try {
    data = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new BadExpectations(error.message);
  }
  const parsed = fileSchema.safeParse(data);
  if (!parsed.success) throw new BadExpectations(z.prettifyError(parsed.error));
  return parsed.data.failure;
}

/** Its place in the list, by which documents refer to it; -1 when it is not expected to fail. */
export function indexOf(expected: readonly ExpectedFailure[], pair: Pair, trialId: string): number {
  return expected.findIndex(
    ({ trials, pairs }) =>
      trials.includes(trialId) &&
      pairs.some(([dialer, listener]) => dialer === pair.dialer && listener === pair.listener),
  );
}

/** Where a run and the list differ, one line each. */
export function differences(results: readonly PairResult[], expected: readonly ExpectedFailure[]): string[] {
  return results.flatMap((pair) =>
    [...pair.outcomes].flatMap(([id, outcome]) => {
      const what = difference(pair, id, outcome, expected);
      return what === undefined ? [] : [`${NAMES[pair.dialer]} dials ${NAMES[pair.listener]}: ${id} ${what}`];
    }),
  );
}

function difference(
  pair: Pair,
  id: string,
  outcome: Outcome,
  expected: readonly ExpectedFailure[],
): string | undefined {
  const listed = (trialId: string) => indexOf(expected, pair, trialId) >= 0;
  switch (outcome.state) {
    case "pass":
      return listed(id) ? "passes, and is expected to fail" : undefined;
    case "fail":
      return listed(id) ? undefined : `fails: ${outcome.what}`;
    case "not-run":
      return listed(outcome.because) ? undefined : `was not run, since ${outcome.because} failed`;
  }
}
