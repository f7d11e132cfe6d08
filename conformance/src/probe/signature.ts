import { createHash } from "node:crypto";
import { portable as crypto } from "flatend/crypto";
import type { SignatureForm } from "../steps/packets.ts";
import { concat } from "./bytes.ts";

/** The order of the prime subgroup of edwards25519. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const fromLittleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const toLittleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse());
const sha512 = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash("sha512")
      .update(concat(...parts))
      .digest(),
  );

/** The secret scalar of a seed, little-endian: RFC 8032, 5.1.5. */
function clampedHalf(seed: Uint8Array): Uint8Array {
  const half = sha512(seed).slice(0, 32);
  half[0] = (half[0] ?? 0) & 248;
  half[31] = ((half[31] ?? 0) & 127) | 64;
  return half;
}

/** The neutral element, and the same point written with a y of p + 1. */
const NEUTRAL = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0));
const NEUTRAL_NON_CANONICAL = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xee : i === 31 ? 0x7f : 0xff));

/**
 * With the neutral element as R and S = k·a the equation S·B − k·A = R holds, so that only a verifier which looks at R itself
 * refuses it.
 */
function signWithR(r: Uint8Array, seed: Uint8Array, publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const half = clampedHalf(seed);
  const k = fromLittleEndian(sha512(r, publicKey, message)) % L;
  return concat(r, toLittleEndian((k * fromLittleEndian(half)) % L));
}

/** For a public key that is the neutral element, R = r·B and S = r sign every message. */
function signForNeutralKey(seed: Uint8Array): Uint8Array {
  // The public key of a seed is a·B with a its clamped half, so that it serves as R with r = a.
  return concat(crypto.ed25519PublicKey(seed), toLittleEndian(fromLittleEndian(clampedHalf(seed)) % L));
}

/** A signature over the ID and the names, in the form a case asks for. */
export function sign(
  form: SignatureForm,
  seed: Uint8Array,
  publicKey: Uint8Array,
  id: Uint8Array,
  names: Uint8Array,
): Uint8Array {
  const message = concat(id, names);
  switch (form) {
    case "valid":
      return crypto.ed25519Sign(seed, message);
    case "names-left-out":
      return crypto.ed25519Sign(seed, id);
    case "flipped": {
      const signature = crypto.ed25519Sign(seed, message).slice();
      signature[0] = (signature[0] ?? 0) ^ 1;
      return signature;
    }
    case "s-plus-l": {
      const signature = crypto.ed25519Sign(seed, message);
      return concat(signature.subarray(0, 32), toLittleEndian(fromLittleEndian(signature.subarray(32)) + L));
    }
    case "small-order-key":
      return signForNeutralKey(seed);
    case "small-order-r":
      return signWithR(NEUTRAL, seed, publicKey, message);
    case "non-canonical-r":
      return signWithR(NEUTRAL_NON_CANONICAL, seed, publicKey, message);
  }
}
