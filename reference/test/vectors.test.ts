// The reference against every vector, under both providers of cryptography.
import { describe, expect, test } from "vitest";
import { native, portable } from "../src/crypto/index.ts";
import { Fault } from "./vectors/fault.ts";
import { type Fields, suites, type Vector } from "./vectors/files.ts";
import { expectedOf, OPERATIONS } from "./vectors/operations.ts";
import { runStreams } from "./vectors/streams.ts";

async function faultOf(run: () => unknown): Promise<Fault | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** A refusal to the user has fewer kinds in the reference than in the vectors. */
function kindOf({ op, error }: Vector): string | undefined {
  if (error?.action !== "reject") return error?.kind;
  if (op === "offer") return "INVALID_ARGUMENT";
  return error.kind === "TOO_LARGE" ? "TOO_LARGE" : "INVALID";
}

/** The order in which header values are listed means nothing. */
const sorted = (result: unknown): unknown => {
  const values = (result as { values?: string[][] } | undefined)?.values;
  return values ? { values: [...values].sort() } : result;
};

async function check(vector: Vector, crypto: typeof native): Promise<void> {
  const expected = vector.expect && expectedOf(vector.op, vector.input, vector.expect);
  let result: unknown;
  const fault = await faultOf(async () => {
    if (vector.op === "stream") {
      runStreams(crypto, vector.input, (expected?.streams ?? []) as Fields[], vector.result === "invalid");
      result = expected;
      return;
    }
    const operation = OPERATIONS[vector.op];
    if (operation === undefined) throw new RangeError(`no operation "${vector.op}"`);
    result = await operation(vector.input, crypto);
  });
  if (vector.result === "valid") {
    expect(fault).toBeUndefined();
    expect(sorted(result)).toEqual(sorted(expected));
    return;
  }
  expect(fault?.kind).toBe(kindOf(vector));
  if (vector.error?.at !== undefined) expect(fault?.at).toBe(vector.error.at);
  if (vector.op !== "stream") expect(fault?.left).toEqual(expected);
}

describe.each([native, portable])("$name", (crypto) => {
  for (const { suite, vectors } of suites()) {
    describe(suite, () => {
      for (const vector of vectors) {
        test(vector.id, () => check(vector, crypto));
      }
    });
  }
});
