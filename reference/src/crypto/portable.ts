import { gcm } from "@noble/ciphers/aes.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { CryptoError, checkLength } from "./errors.ts";
import { acceptableSignature, GROUP_ORDER, littleEndian } from "./signature.ts";
import type { Aead, Crypto } from "./types.ts";

const { Point } = ed25519;

function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const input = new Uint8Array(64 + message.length);
  input.set(r);
  input.set(publicKey, 32);
  input.set(message, 64);
  const k = littleEndian(sha512(input)) % GROUP_ORDER;
  try {
    const a = Point.fromBytes(publicKey);
    // The library's own verify multiplies by the cofactor and would accept keys and signatures that others refuse.
    const sB = s === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(s);
    const kA = k === 0n ? Point.ZERO : a.multiplyUnsafe(k);
    const expected = sB.subtract(kA).toBytes();
    return expected.every((byte, i) => byte === r[i]);
  } catch {
    return false;
  }
}

function aead(key: Uint8Array): Aead {
  checkLength(key, 32, "AES-256 key");
  // Not slice(), which does not copy when the caller's key is a Buffer.
  const held = new Uint8Array(key);
  const open = (nonce: Uint8Array, sealed: Uint8Array): Uint8Array => {
    if (sealed.length < 16) {
      throw new CryptoError("BAD_TAG", `sealed bytes: expected at least a 16-byte tag, got ${sealed.length} bytes`);
    }
    try {
      return gcm(held, nonce).decrypt(sealed);
    } catch {
      throw new CryptoError("BAD_TAG", `the tag of ${sealed.length} sealed bytes does not verify`);
    }
  };
  return {
    sealInto(nonce, plaintext, out, offset) {
      out.set(gcm(held, nonce).encrypt(plaintext), offset);
    },
    open,
    openInPlace(nonce, sealed) {
      const plaintext = open(nonce, sealed);
      sealed.set(plaintext);
      return sealed.subarray(0, plaintext.length);
    },
  };
}

/** Runs wherever JavaScript does. Slower than the native provider in bulk. */
export const portable: Crypto = {
  name: "portable",
  x25519PublicKey(privateKey) {
    checkLength(privateKey, 32, "X25519 private key");
    return x25519.getPublicKey(privateKey);
  },
  x25519(privateKey, publicKey) {
    checkLength(privateKey, 32, "X25519 private key");
    checkLength(publicKey, 32, "X25519 public key");
    try {
      return x25519.getSharedSecret(privateKey, publicKey);
    } catch {
      throw new CryptoError("LOW_ORDER_POINT", "X25519 gave all zeros: the public key is of small order");
    }
  },
  ed25519PublicKey(seed) {
    checkLength(seed, 32, "Ed25519 seed");
    return ed25519.getPublicKey(seed);
  },
  ed25519Sign(seed, message) {
    checkLength(seed, 32, "Ed25519 seed");
    return ed25519.sign(message, seed);
  },
  ed25519Verify(publicKey, message, signature) {
    checkLength(publicKey, 32, "Ed25519 public key");
    checkLength(signature, 64, "Ed25519 signature");
    return acceptableSignature(publicKey, signature) && verify(publicKey, message, signature);
  },
  blake2b256: (data) => blake2b(data, { dkLen: 32 }),
  sha256: (data) => sha256(data),
  hkdfSha256: (ikm, salt, info, length) => hkdf(sha256, ikm, salt, info, length),
  aes256gcm: aead,
};
