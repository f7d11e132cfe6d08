import { createHash } from "node:crypto";
import { native as crypto } from "flatend/crypto";
import type { SignatureForm } from "../steps/packets.ts";
import { concat, u8 } from "./bytes.ts";
import { fromLittleEndian, toLittleEndian, withTorsion } from "./edwards.ts";

/** The order of the prime subgroup of edwards25519. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

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

const scalar = (seed: Uint8Array): bigint => fromLittleEndian(clampedHalf(seed));

/** No point has a y of 2. */
const NO_POINT = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 2 : 0));

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

/**
 * R = r·B (plus a point of order 8, if asked for) and S = r + k·a, with r tried until k modulo 8 is as `wanted` says. What A has of
 * small order is multiplied by k, so that it vanishes when 8 divides k, and the equation without the cofactor holds.
 */
function signWhere(
  wanted: (kModulo8: bigint) => boolean,
  a: bigint,
  seed: Uint8Array,
  publicKey: Uint8Array,
  message: Uint8Array,
  ofR: (r: Uint8Array) => Uint8Array = (r) => r,
): Uint8Array {
  for (let tries = 0; ; tries++) {
    // The public key of a seed is a·B with a its clamped half, so that another seed's serves as R.
    const nonce = sha512(seed, u8(tries)).slice(0, 32);
    const r = ofR(crypto.ed25519PublicKey(nonce));
    const k = fromLittleEndian(sha512(r, publicKey, message)) % L;
    if (tries < 200 && !wanted(k % 8n)) continue;
    return concat(r, toLittleEndian((fromLittleEndian(clampedHalf(nonce)) + k * a) % L));
  }
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
      // S = r alone: a key of small order has nothing else to add.
      return signWhere((k) => k === 0n, 0n, seed, publicKey, message);
    case "mixed-order-key-holds":
      return signWhere((k) => k === 0n, scalar(seed), seed, publicKey, message);
    case "mixed-order-key-with-cofactor":
      return signWhere((k) => k !== 0n, scalar(seed), seed, publicKey, message);
    case "mixed-order-r-with-cofactor":
      return signWhere(() => true, scalar(seed), seed, publicKey, message, withTorsion);
    case "r-that-is-no-point":
      return concat(NO_POINT, crypto.ed25519Sign(seed, message).subarray(32));
    case "small-order-r":
      return signWithR(NEUTRAL, seed, publicKey, message);
    case "non-canonical-r":
      return signWithR(NEUTRAL_NON_CANONICAL, seed, publicKey, message);
  }
}
