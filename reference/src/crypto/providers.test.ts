import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type Aead, CryptoError, native, portable } from "./index.ts";

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const plain = (value: Uint8Array): Uint8Array => Uint8Array.from(value);
const few = { numRuns: 40 };

/** The result as plain bytes, or the code of the error. */
function outcome(act: () => Uint8Array | boolean): unknown {
  try {
    const result = act();
    return typeof result === "boolean" ? result : plain(result);
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

function seal(aead: Aead, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const out = new Uint8Array(plaintext.length + 16 + 6).fill(0xee);
  aead.sealInto(nonce, plaintext, out, 3);
  // Nothing but the place asked for is written to.
  expect([...out.subarray(0, 3), ...out.subarray(-3)]).toEqual(Array(6).fill(0xee));
  return out.slice(3, -3);
}

describe("the providers agree on", () => {
  it("X25519, for any public key", () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), (privateKey, publicKey) => {
        expect(plain(native.x25519PublicKey(privateKey))).toEqual(plain(portable.x25519PublicKey(privateKey)));
        expect(outcome(() => native.x25519(privateKey, publicKey))).toEqual(
          outcome(() => portable.x25519(privateKey, publicKey)),
        );
      }),
      few,
    );
  });

  it("a shared secret from both sides", () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), (a, b) => {
        expect(plain(native.x25519(a, portable.x25519PublicKey(b)))).toEqual(
          plain(portable.x25519(b, native.x25519PublicKey(a))),
        );
      }),
      few,
    );
  });

  it("Ed25519 keys and signatures", () => {
    fc.assert(
      fc.property(bytes(32), bytes(0, 300), (seed, message) => {
        expect(plain(native.ed25519PublicKey(seed))).toEqual(plain(portable.ed25519PublicKey(seed)));
        expect(plain(native.ed25519Sign(seed, message))).toEqual(plain(portable.ed25519Sign(seed, message)));
      }),
      few,
    );
  });

  it("digests and HKDF", () => {
    fc.assert(
      fc.property(
        bytes(0, 300),
        bytes(0, 70),
        bytes(0, 70),
        fc.integer({ min: 1, max: 300 }),
        (data, salt, info, length) => {
          expect(plain(native.blake2b256(data))).toEqual(plain(portable.blake2b256(data)));
          expect(plain(native.sha256(data))).toEqual(plain(portable.sha256(data)));
          expect(plain(native.hkdfSha256(data, salt, info, length))).toEqual(
            plain(portable.hkdfSha256(data, salt, info, length)),
          );
        },
      ),
    );
    expect(plain(native.hkdfSha256(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(), 8160))).toEqual(
      plain(portable.hkdfSha256(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(), 8160)),
    );
  });

  it("AES-256-GCM: each opens what the other sealed", () => {
    const plaintext = fc.oneof(bytes(0, 100), bytes(0, 3000), bytes(4080));
    fc.assert(
      fc.property(bytes(32), bytes(12), plaintext, (key, nonce, text) => {
        const [a, b] = [native.aes256gcm(key), portable.aes256gcm(key)];
        const sealed = seal(a, nonce, text);
        expect(sealed).toEqual(seal(b, nonce, text));
        expect(plain(a.open(nonce, sealed))).toEqual(text);
        expect(plain(b.open(nonce, sealed))).toEqual(text);
        for (const aead of [a, b]) {
          const bytes = sealed.slice();
          const opened = aead.openInPlace(nonce, bytes);
          expect(plain(opened)).toEqual(text);
          expect(opened.buffer).toBe(bytes.buffer);
        }
      }),
      few,
    );
  });

  it("which seals are broken: any bit changed, bytes missing, another nonce or key (FLT-SES-034)", () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), bytes(0, 60), fc.nat(), (key, nonce, text, place) => {
        const sealed = seal(native.aes256gcm(key), nonce, text);
        const bit = place % (8 * sealed.length);
        const changed = sealed.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        const otherNonce = nonce.slice();
        otherNonce[place % 12]! ^= 1;
        const otherKey = key.slice();
        otherKey[place % 32]! ^= 1;
        for (const { aes256gcm } of [native, portable]) {
          expect(outcome(() => aes256gcm(key).open(nonce, changed))).toBe("BAD_TAG");
          expect(outcome(() => aes256gcm(key).openInPlace(nonce, changed.slice()))).toBe("BAD_TAG");
          expect(outcome(() => aes256gcm(key).open(nonce, sealed.subarray(0, bit >> 3)))).toBe("BAD_TAG");
          expect(outcome(() => aes256gcm(key).open(otherNonce, sealed))).toBe("BAD_TAG");
          expect(outcome(() => aes256gcm(otherKey).open(nonce, sealed))).toBe("BAD_TAG");
        }
      }),
      few,
    );
  });

  it("arguments of the wrong length, which they refuse", () => {
    const wrong = fc.oneof(bytes(0, 31), bytes(33, 40));
    fc.assert(
      fc.property(wrong, (key) => {
        const right = new Uint8Array(32);
        for (const crypto of [native, portable]) {
          const calls: (() => Uint8Array | boolean)[] = [
            () => crypto.x25519PublicKey(key),
            () => crypto.x25519(key, right),
            () => crypto.x25519(right, key),
            () => crypto.ed25519PublicKey(key),
            () => crypto.ed25519Sign(key, right),
            () => crypto.ed25519Verify(key, right, new Uint8Array(64)),
            () => crypto.ed25519Verify(right, right, key),
          ];
          for (const call of calls) expect(outcome(call)).toBe("LENGTH");
          expect(() => crypto.aes256gcm(key)).toThrow(CryptoError);
        }
      }),
      few,
    );
  });

  it("a key of their own: the caller may wipe his", () => {
    for (const { aes256gcm } of [native, portable]) {
      const key = Buffer.alloc(32, 9);
      const aead = aes256gcm(key);
      const before = seal(aead, new Uint8Array(12), new Uint8Array(5));
      key.fill(0);
      expect(seal(aead, new Uint8Array(12), new Uint8Array(5))).toEqual(before);
    }
  });

  it("the kind of array they return: never a Buffer, whose slice shares memory", () => {
    const key = new Uint8Array(32).fill(9);
    for (const crypto of [native, portable]) {
      const aead = crypto.aes256gcm(key);
      const results = [
        crypto.x25519PublicKey(key),
        crypto.x25519(key, crypto.x25519PublicKey(new Uint8Array(32).fill(1))),
        crypto.ed25519PublicKey(key),
        crypto.ed25519Sign(key, key),
        crypto.blake2b256(key),
        crypto.sha256(key),
        crypto.hkdfSha256(key, key, key, 32),
        aead.open(new Uint8Array(12), seal(aead, new Uint8Array(12), key)),
      ];
      for (const result of results) expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
    }
  });
});

describe("the native provider without WebAssembly", () => {
  it("seals and opens the same", async () => {
    const plaintext = Uint8Array.from({ length: 100 }, (_, i) => i);
    const [key, nonce] = [new Uint8Array(32).fill(7), new Uint8Array(12).fill(8)];
    const sealed = seal(native.aes256gcm(key), nonce, plaintext);
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    try {
      const { gcmEngine } = await import("./gcm-engine.ts");
      expect(gcmEngine()).toBeUndefined();
      const aead = (await import("./native.ts")).native.aes256gcm(key);
      expect(seal(aead, nonce, plaintext)).toEqual(sealed);
      expect(plain(aead.open(nonce, sealed))).toEqual(plaintext);
      expect(plain(aead.openInPlace(nonce, sealed.slice()))).toEqual(plaintext);
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
  });
});
