import { WireError } from "flatend/wire";
import { Random } from "./random.ts";
import type { Target } from "./targets.ts";

/** A few hundred inputs to start from, as many as memory likes to keep at hand. */
const HERD = 256;
const LONGEST = 4_096;
/** Values that lengths, counts and flags turn on. */
const EDGES = Uint8Array.of(0, 1, 2, 3, 4, 5, 8, 16, 32, 64, 127, 128, 192, 254, 255);
const ROUNDS_BETWEEN_LOOKS = 4_096;

export interface Outcome {
  readonly name: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly milliseconds: number;
  readonly failure?: { readonly input: Uint8Array; readonly error: unknown };
}

export interface Limits {
  readonly inputs: number;
  readonly milliseconds?: number;
}

/** Feeds one decoder with random and bred inputs until a limit is reached or it throws something it must not. */
export function fuzz(target: Target, seed: number, limits: Limits): Outcome {
  // Most of the time would go into stacks that nobody reads.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const outcome = run(target, seed, limits);
  Error.stackTraceLimit = stackTraceLimit;
  const { failure } = outcome;
  return failure === undefined ? outcome : { ...outcome, failure: { ...failure, error: again(target, failure.input) } };
}

/** The error once more, this time with its stack. */
function again(target: Target, input: Uint8Array): unknown {
  try {
    target.decode(input);
  } catch (error) {
    return error;
  }
  return new Error("the same input was accepted the second time");
}

function run(target: Target, seed: number, limits: Limits): Outcome {
  const random = new Random(seed);
  const herd = Array.from({ length: HERD }, () => target.valid(random));
  const buffer = new Uint8Array(LONGEST);
  const started = performance.now();
  const until = started + (limits.milliseconds ?? Number.POSITIVE_INFINITY);
  let accepted = 0;
  let inputs = 0;
  const outcome = (failure?: Outcome["failure"]): Outcome => ({
    name: target.name,
    inputs,
    accepted,
    milliseconds: performance.now() - started,
    ...(failure && { failure }),
  });
  while (inputs < limits.inputs) {
    if (inputs % ROUNDS_BETWEEN_LOOKS === 0 && performance.now() >= until) break;
    inputs++;
    const input = buffer.subarray(0, breed(buffer, herd, random));
    try {
      target.decode(input);
      accepted++;
    } catch (error) {
      if (!isProperError(error, input.length)) return outcome({ input: input.slice(), error });
    }
  }
  return outcome();
}

/** Only a WireError, and one that says where in the input the fault lies, may come out of a decoder. */
function isProperError(error: unknown, length: number): boolean {
  if (!(error instanceof WireError)) return false;
  const { offset, expected, message } = error;
  return Number.isInteger(offset) && offset >= 0 && offset <= length && expected !== "" && message !== "";
}

/** Puts the next input at the start of the buffer and returns its length. */
function breed(buffer: Uint8Array, herd: readonly Uint8Array[], random: Random): number {
  const way = random.below(8);
  if (way === 0) {
    // Mostly short: a decoder that survives its first bytes is reached by breeding.
    const length = random.below(random.below(16) === 0 ? LONGEST : 80);
    for (let i = 0; i < length; i++) buffer[i] = random.bits();
    return length;
  }
  const parent = herd[random.below(HERD)]!;
  buffer.set(parent);
  let length = parent.length;
  if (way === 1) {
    const other = herd[random.below(HERD)]!;
    const cut = random.below(length + 1);
    const from = random.below(other.length + 1);
    buffer.set(other.subarray(from, from + LONGEST - cut), cut);
    length = Math.min(LONGEST, cut + other.length - from);
  } else if (way === 2) {
    length = random.below(length + 1);
  } else if (way === 3) {
    const more = random.below(Math.min(24, LONGEST - length) + 1);
    for (let i = 0; i < more; i++) buffer[length + i] = random.bits();
    length += more;
  }
  for (let changes = random.below(4); changes > 0 && length > 0; changes--) {
    // Counts and flags stand near the front, so that every second change goes there.
    const place = random.below(random.below(2) === 0 ? Math.min(length, 64) : length);
    buffer[place] = random.below(2) === 0 ? random.bits() : (EDGES[random.below(EDGES.length)] as number);
  }
  return length;
}
