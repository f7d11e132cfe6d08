import { describe, expect, it } from "vitest";
import { fuzz } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";

// Another seed on every run; a failure prints it, and the script of the same name repeats it.
const seed = Date.now() % 0x1_0000_0000;

describe(`decoders under seed ${seed}`, () => {
  it.each(TARGETS)("$name", (target) => {
    const { inputs, accepted, failure } = fuzz(target, seed, { inputs: 10_000_000, milliseconds: 250 });
    expect(failure && { ...failure, input: Buffer.from(failure.input).toString("hex") }).toBeUndefined();
    // Both ways out were taken: else the inputs test nothing.
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(target.name === "message" ? inputs : 0.9 * inputs);
  });

  it("reports what is no WireError, with the input that shows it", () => {
    const broken = {
      name: "broken",
      valid: () => Uint8Array.of(1, 2, 3),
      decode: (bytes: Uint8Array) => {
        if (bytes[0] === 255) throw new RangeError("out of bounds");
      },
    };
    const { failure } = fuzz(broken, 1, { inputs: 100_000 });
    expect(failure?.error).toBeInstanceOf(RangeError);
    expect(failure?.input[0]).toBe(255);
    expect(fuzz(broken, 1, { inputs: 100_000 }).failure).toEqual(failure);
  });
});
