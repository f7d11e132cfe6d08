import { createHash } from "node:crypto";
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { native, portable } from "./index.ts";
import { GROUP_ORDER as L, littleEndian } from "./signature.ts";

const { Point } = ed25519;
const P = 2n ** 255n - 19n;
const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const seed = bytes(32);
const message = bytes(0, 60);
/** Points whose eightfold is zero; the first is zero itself. */
const torsion = ED25519_TORSION_SUBGROUP.map((text) => Point.fromHex(text));

function encode(value: bigint): Uint8Array {
  const out = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) out[i] = Number(rest & 255n);
  return out;
}

const challenge = (r: Uint8Array, a: Uint8Array, text: Uint8Array): bigint =>
  littleEndian(createHash("sha512").update(r).update(a).update(text).digest()) % L;

/** What both providers say, which must be the same. */
function verdict(publicKey: Uint8Array, text: Uint8Array, signature: Uint8Array): boolean {
  const said = native.ed25519Verify(publicKey, text, signature);
  expect(portable.ed25519Verify(publicKey, text, signature)).toBe(said);
  return said;
}

/** A signature by the secret scalar `a` for whatever key is presented: what verifies is then up to the torsion in it. */
function signFor(presented: Uint8Array, r: bigint, offset: typeof Point.ZERO, a: bigint, text: Uint8Array): Uint8Array {
  const big = Point.BASE.multiply(r).add(offset).toBytes();
  const s = (r + challenge(big, presented, text) * a) % L;
  return Uint8Array.of(...big, ...encode(s));
}

describe("strict signatures (FLT-HSK-023 to FLT-HSK-027)", () => {
  it("verify when they are true, and not with one bit changed", () => {
    fc.assert(
      fc.property(seed, message, fc.nat({ max: 511 }), (secret, text, bit) => {
        const publicKey = portable.ed25519PublicKey(secret);
        const signature = portable.ed25519Sign(secret, text);
        expect(verdict(publicKey, text, signature)).toBe(true);
        const changed = signature.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(verdict(publicKey, text, changed)).toBe(false);
        const otherKey = publicKey.slice();
        otherKey[bit >> 4]! ^= 1 << (bit & 7);
        expect(verdict(otherKey, text, signature)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("are refused with S + L, where S + L still fits 32 bytes", () => {
    fc.assert(
      fc.property(seed, message, fc.bigInt({ min: 1n, max: 14n }), (secret, text, times) => {
        const signature = native.ed25519Sign(secret, text);
        const s = littleEndian(signature.subarray(32)) + times * L;
        fc.pre(s < 2n ** 256n);
        const grown = Uint8Array.of(...signature.subarray(0, 32), ...encode(s));
        expect(verdict(native.ed25519PublicKey(secret), text, grown)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it.each(torsion.map((point, index) => [index, point] as const))(
    "refuse the small-order point %i as key or R",
    (_, point) => {
      const small = point.toBytes();
      const text = new Uint8Array(3);
      // S = 0 fits R = −k·A, which a lax verifier takes for every message.
      for (const other of torsion) {
        expect(verdict(small, text, Uint8Array.of(...other.toBytes(), ...encode(0n)))).toBe(false);
      }
      const secret = new Uint8Array(32).fill(3);
      const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(secret);
      const s = (challenge(small, pointBytes, text) * scalar) % L;
      expect(verdict(pointBytes, text, Uint8Array.of(...small, ...encode(s)))).toBe(false);
    },
  );

  it("refuse every encoding of y at or above p, and a sign bit on x = 0", () => {
    const secret = new Uint8Array(32).fill(5);
    const signature = native.ed25519Sign(secret, new Uint8Array(0));
    const encodings = [1n | (1n << 255n), (P - 1n) | (1n << 255n)];
    for (let y = P; y < 2n ** 255n; y++) encodings.push(y, y | (1n << 255n));
    for (const encoding of encodings.map(encode)) {
      expect(verdict(encoding, new Uint8Array(0), signature)).toBe(false);
      const withR = Uint8Array.of(...encoding, ...signature.subarray(32));
      expect(verdict(native.ed25519PublicKey(secret), new Uint8Array(0), withR)).toBe(false);
    }
  });

  it("by a key of mixed order verify without the cofactor: only where k takes the small part away", () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(
        seed,
        message,
        fc.integer({ min: 1, max: 7 }),
        fc.bigInt({ min: 1n, max: L - 1n }),
        (secret, text, index, r) => {
          const small = torsion[index]!;
          const { scalar, point } = ed25519.utils.getExtendedPublicKey(secret);
          const presented = point.add(small).toBytes();
          const signature = signFor(presented, r, Point.ZERO, scalar, text);
          const k = challenge(signature.subarray(0, 32), presented, text);
          const vanishes = k === 0n || small.multiplyUnsafe(k).equals(Point.ZERO);
          expect(verdict(presented, text, signature)).toBe(vanishes);
          seen.add(vanishes);
        },
      ),
      { numRuns: 100 },
    );
    expect(seen.size).toBe(2);
  });

  it("with an R of mixed order never verify for a plain key, and for a mixed key only where both parts cancel", () => {
    fc.assert(
      fc.property(seed, message, fc.nat({ max: 7 }), fc.integer({ min: 1, max: 7 }), (secret, text, inKey, inR) => {
        const { scalar, point } = ed25519.utils.getExtendedPublicKey(secret);
        const presented = point.add(torsion[inKey]!).toBytes();
        const signature = signFor(presented, 12345n, torsion[inR]!, scalar, text);
        const k = challenge(signature.subarray(0, 32), presented, text);
        const part = k === 0n || inKey === 0 ? Point.ZERO : torsion[inKey]!.multiplyUnsafe(k);
        expect(verdict(presented, text, signature)).toBe(part.negate().equals(torsion[inR]!));
      }),
      { numRuns: 60 },
    );
  });

  it("get the same verdict from both providers whatever the bytes are", () => {
    fc.assert(
      fc.property(bytes(32), message, bytes(64), (publicKey, text, signature) => {
        signature[63]! &= 0x0f;
        verdict(publicKey, text, signature);
      }),
      { numRuns: 150 },
    );
  });
});
