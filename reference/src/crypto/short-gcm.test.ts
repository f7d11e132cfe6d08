import { createCipheriv } from "node:crypto";
import { gcm } from "@noble/ciphers/aes.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CryptoError } from "./errors.ts";
import { type GcmEngine, gcmEngine } from "./gcm-engine.ts";
import { ShortGcm } from "./short-gcm.ts";

const engine = gcmEngine() as GcmEngine;
const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });

/** The cipher under test, and how many calls and blocks it has cost. */
function shortGcm(key: Uint8Array) {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  const cost = { calls: 0, blocks: 0 };
  const aead = new ShortGcm(engine, (blocks) => {
    cost.calls++;
    cost.blocks += blocks.length / 16;
    return cipher.update(blocks);
  });
  return { aead, cost };
}

/** The nonce of a frame. */
function nonceOf(counter: bigint): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(0, counter);
  return nonce;
}

function seal(aead: ShortGcm, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const out = new Uint8Array(plaintext.length + 16);
  aead.sealInto(nonce, plaintext, out, 0);
  return out;
}

function open(aead: ShortGcm, nonce: Uint8Array, sealed: Uint8Array): Uint8Array {
  const plaintext = new Uint8Array(sealed.length - 16);
  aead.openInto(nonce, sealed, plaintext);
  return plaintext;
}

describe("AES-256-GCM for short messages", () => {
  it("is what another implementation makes of each length", () => {
    const key = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
    const { aead } = shortGcm(key);
    for (let length = 0; length <= engine.mostData; length++) {
      const nonce = nonceOf(BigInt(length));
      const text = Uint8Array.from({ length }, (_, i) => 31 * i + length);
      const sealed = seal(aead, nonce, text);
      expect(sealed).toEqual(gcm(key, nonce).encrypt(text));
      expect(open(aead, nonce, sealed)).toEqual(text);
    }
  });

  it("is so in whatever order nonces come, near each overflow of a word too", () => {
    const near = (end: bigint) => fc.bigInt({ min: end - 40n, max: end - 1n });
    const start = fc.oneof(near(40n), near(2n ** 32n), near(2n ** 53n), fc.bigInt({ min: 0n, max: 2n ** 64n - 100n }));
    const steps = fc.array(
      fc.tuple(
        fc.constantFrom(1n, 1n, 1n, 1n, 0n, 2n, 50n),
        fc.oneof(bytes(0, 120), bytes(0, 400), bytes(0, engine.mostData)),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(bytes(32), start, steps, (key, first, list) => {
        const { aead } = shortGcm(key);
        let counter = first;
        for (const [step, text] of list) {
          const nonce = nonceOf(counter);
          expect(seal(aead, nonce, text)).toEqual(gcm(key, nonce).encrypt(text));
          counter += step;
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is so for more keys in turn than have a table at the same time", () => {
    const keys = Array.from({ length: 150 }, (_, i) => new Uint8Array(32).fill(i));
    const aeads = keys.map((key) => shortGcm(key).aead);
    const text = new Uint8Array(100).fill(5);
    for (let counter = 0n; counter < 3n; counter++) {
      for (const [i, aead] of aeads.entries()) {
        const sealed = seal(aead, nonceOf(counter), text);
        expect(sealed).toEqual(gcm(keys[i] as Uint8Array, nonceOf(counter)).encrypt(text));
        expect(open(aead, nonceOf(counter), sealed)).toEqual(text);
      }
    }
  });

  it("takes nonces that are no counters", () => {
    fc.assert(
      fc.property(bytes(32), fc.array(bytes(12), { maxLength: 4 }), bytes(0, 120), (key, nonces, text) => {
        const { aead } = shortGcm(key);
        for (const nonce of nonces) expect(seal(aead, nonce, text)).toEqual(gcm(key, nonce).encrypt(text));
      }),
      { numRuns: 40 },
    );
  });

  it("refuses every changed bit of a tag and of its bytes", () => {
    const { aead } = shortGcm(new Uint8Array(32));
    const sealed = seal(
      aead,
      nonceOf(3n),
      Uint8Array.from({ length: 20 }, (_, i) => i),
    );
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = sealed.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(aead, nonceOf(3n), changed)).toThrow(CryptoError);
    }
  });

  it("opens a message where it is", () => {
    const { aead } = shortGcm(new Uint8Array(32));
    const text = Uint8Array.from({ length: 700 }, (_, i) => i);
    const sealed = seal(aead, nonceOf(9n), text);
    aead.openInto(nonceOf(9n), sealed, sealed);
    expect(sealed.subarray(0, 700)).toEqual(text);
  });

  it("asks for the blocks of many nonces at once when they follow each other, and of few when they do not", () => {
    const { aead, cost } = shortGcm(new Uint8Array(32));
    for (let counter = 0n; counter < 1_000n; counter++) seal(aead, nonceOf(counter), new Uint8Array(75));
    expect(cost.calls).toBeLessThan(50);
    cost.calls = 0;
    cost.blocks = 0;
    for (let counter = 0n; counter < 1_000n; counter++) seal(aead, nonceOf(500n * counter), new Uint8Array(75));
    expect(cost.blocks).toBeLessThanOrEqual(16_000);
  });
});
