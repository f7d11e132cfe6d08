import { randomBytes } from "node:crypto";
import { native } from "../crypto/index.ts";
import { equalBytes, KEY_LENGTH } from "../wire/index.ts";
import { FlatendError } from "./errors.ts";

/** A new Ed25519 secret key: 64 bytes, the seed and behind it the public key. Keep it out of logs (FLT-SEC-003). */
export function generateSecretKey(): Buffer {
  const seed = randomBytes(KEY_LENGTH);
  return Buffer.concat([seed, native.ed25519PublicKey(seed)]);
}

/**
 * Seed and public key of a secret key, given as 32-byte seed or as the 64 bytes of {@link generateSecretKey}.
 * Throws INVALID_ARGUMENT on another length, or when the two halves do not belong together.
 */
export function keyPairOf(secretKey: Uint8Array): { seed: Uint8Array; publicKey: Uint8Array } {
  if (secretKey.length !== KEY_LENGTH && secretKey.length !== 2 * KEY_LENGTH) {
    throw new FlatendError(
      "INVALID_ARGUMENT",
      `secretKey: expected 32 bytes (a seed) or 64 (seed and public key), got ${secretKey.length}`,
    );
  }
  const seed = Uint8Array.from(secretKey.subarray(0, KEY_LENGTH));
  const publicKey = native.ed25519PublicKey(seed);
  if (secretKey.length > KEY_LENGTH && !equalBytes(secretKey.subarray(KEY_LENGTH), publicKey)) {
    throw new FlatendError(
      "INVALID_ARGUMENT",
      "secretKey: expected the public key of the seed in its second half, got another one",
    );
  }
  return { seed, publicKey };
}
