import { createPublicKey, verify } from "node:crypto";
import { native } from "flatend/crypto";
import { describe, expect, it } from "vitest";
import { concat } from "./bytes.ts";
import { withTorsion } from "./edwards.ts";
import { sign } from "./signature.ts";

/** The bare equation without the cofactor, by a library that looks at neither the key's order nor R's. */
function holds(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const der = concat(Buffer.from("302a300506032b6570032100", "hex"), publicKey);
  const key = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
  return verify(null, message, key, signature);
}

const seeds = Array.from({ length: 5 }, (_, i) => new Uint8Array(32).fill(i + 1));
const id = new Uint8Array(39).fill(7);
const names = new TextEncoder().encode("conformance");
const message = concat(id, names);

describe("signatures that no honest library makes", () => {
  it.each([
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ])("hold for the key of small order %s, which only a look at the key finds", (hex) => {
    const publicKey = new Uint8Array(Buffer.from(hex, "hex"));
    for (const seed of seeds)
      expect(holds(publicKey, message, sign("small-order-key", seed, publicKey, id, names))).toBe(true);
  });

  it("hold for a key of mixed order with or without the cofactor, as asked for", () => {
    for (const seed of seeds) {
      const own = native.ed25519PublicKey(seed);
      const mixed = withTorsion(own);
      expect(holds(mixed, message, sign("mixed-order-key-holds", seed, mixed, id, names))).toBe(true);
      expect(holds(mixed, message, sign("mixed-order-key-with-cofactor", seed, mixed, id, names))).toBe(false);
    }
  });

  it("hold with an R that is the neutral element, and are refused for each other reason", () => {
    for (const seed of seeds) {
      const own = native.ed25519PublicKey(seed);
      expect(holds(own, message, sign("small-order-r", seed, own, id, names))).toBe(true);
      expect(native.ed25519Verify(own, message, sign("small-order-r", seed, own, id, names))).toBe(false);
      expect(holds(own, message, sign("mixed-order-r-with-cofactor", seed, own, id, names))).toBe(false);
      expect(holds(own, message, sign("valid", seed, own, id, names))).toBe(true);
    }
  });
});

describe("a point of order 8", () => {
  it("is gone after eight additions", () => {
    const own = native.ed25519PublicKey(seeds[0] as Uint8Array);
    let sum = own;
    const seen = new Set<string>();
    for (let i = 0; i < 8; i++) {
      sum = withTorsion(sum);
      seen.add(Buffer.from(sum).toString("hex"));
    }
    expect(sum).toEqual(own);
    expect(seen.size).toBe(8);
  });
});
