import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "./index.ts";
import { bytes, CODECS, DECODERS } from "./testing-only/packets.ts";

/** What a decoder threw, or `undefined`. */
function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A complaint that says what, where, what was expected and what came. */
function expectWireError(error: unknown, length: number): asserts error is WireError {
  expect(error).toBeInstanceOf(WireError);
  const { code, offset, expected, got, message } = error as WireError;
  expect(["SHORT", "RANGE", "UTF8"]).toContain(code);
  expect(Number.isInteger(offset) && offset >= 0 && offset <= length).toBe(true);
  expect(expected).not.toBe("");
  expect(message).toContain(`at offset ${offset}: expected ${expected}, got ${got}`);
}

describe.each(CODECS)("$name", ({ valid, decode }) => {
  it("decodes to what was encoded, and leaves what follows", () => {
    fc.assert(
      fc.property(valid, bytes(0, 20), ({ packet, encoded }, rest) => {
        const decoded = decode(Uint8Array.of(...encoded, ...rest));
        expect(decoded.packet).toEqual(packet);
        expect(decoded.trailing).toEqual(rest);
      }),
    );
  });

  it("reads a packet that lies in the middle of a larger array", () => {
    fc.assert(
      fc.property(valid, bytes(0, 20), ({ packet, encoded }, before) => {
        const larger = Uint8Array.of(...before, ...encoded, 255, 255);
        const part = larger.subarray(before.length, before.length + encoded.length);
        expect(decode(part)).toMatchObject({ packet, trailing: new Uint8Array(0) });
      }),
    );
  });

  it("finds every proper prefix too short", () => {
    fc.assert(
      fc.property(valid, ({ encoded }) => {
        for (let length = 0; length < encoded.length; length++) {
          const error = thrownBy(() => decode(encoded.subarray(0, length)));
          if (!(error instanceof WireError) || error.code !== "SHORT") expect.fail(`${length} bytes: ${String(error)}`);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("takes a packet with changed bytes for another packet, or refuses it with a WireError", () => {
    fc.assert(
      fc.property(
        valid,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        ({ encoded }, changes) => {
          const changed = encoded.slice();
          for (const [place, value] of changes) changed[place % changed.length] = value;
          const error = thrownBy(() => decode(changed));
          if (error !== undefined) expectWireError(error, changed.length);
        },
      ),
    );
  });
});

describe.each(DECODERS)("any bytes as $name", ({ seeds, decode }) => {
  it("decode or are refused with a WireError", () => {
    fc.assert(
      fc.property(fc.oneof(bytes(0, 200), bytes(0, 8)), (input) => {
        const error = thrownBy(() => decode(input));
        if (error !== undefined) expectWireError(error, input.length);
      }),
      { numRuns: 500 },
    );
  });

  it("leave the input as it was", () => {
    fc.assert(
      fc.property(seeds, (input) => {
        const before = input.slice();
        thrownBy(() => decode(input));
        expect(input).toEqual(before);
      }),
    );
  });
});
