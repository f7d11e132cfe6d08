// The reference against every vector, under both providers of cryptography.
import { describe, expect, test } from "vitest";
import { native, portable } from "../src/crypto/index.ts";
import { Fault } from "./vectors/fault.ts";
import { type Fields, suites, type Vector } from "./vectors/files.ts";
import { expectedOf, OPERATIONS } from "./vectors/operations.ts";
import { runStreams } from "./vectors/streams.ts";

/** Where the reference is known to differ. A difference that has gone fails, so that its entry goes too. */
const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  "headers/header-values/009-not-utf8": "header keys are text to its users, and all that is none looks alike",
};

function faultOf(run: () => void): Fault | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** The order in which header values are listed means nothing. */
const sorted = (result: unknown): unknown => {
  const values = (result as { values?: string[][] } | undefined)?.values;
  return values ? { values: [...values].sort() } : result;
};

function check(vector: Vector, crypto: typeof native): void {
  const expected = vector.expect && expectedOf(vector.op, vector.input, vector.expect);
  let result: unknown;
  const fault = faultOf(() => {
    if (vector.op === "stream") {
      runStreams(crypto, vector.input, (expected?.streams ?? []) as Fields[], vector.result === "invalid");
      result = expected;
      return;
    }
    const operation = OPERATIONS[vector.op];
    if (operation === undefined) throw new RangeError(`no operation "${vector.op}"`);
    result = operation(vector.input, crypto);
  });
  if (vector.result === "valid") {
    expect(fault).toBeUndefined();
    expect(sorted(result)).toEqual(sorted(expected));
    return;
  }
  expect(fault?.kind).toBe(vector.error?.kind);
  if (vector.error?.at !== undefined) expect(fault?.at).toBe(vector.error.at);
  if (vector.op !== "stream") expect(fault?.left).toEqual(expected);
}

describe.each([native, portable])("$name", (crypto) => {
  for (const { suite, vectors } of suites()) {
    describe(suite, () => {
      for (const vector of vectors) {
        const run = vector.id in KNOWN_DIFFERENCES ? test.fails : test;
        run(vector.id, () => check(vector, crypto));
      }
    });
  }
});
