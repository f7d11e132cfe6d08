/** The cryptography of the base session, straight from node:crypto. Only BLAKE2b-256 is missing there. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  sign,
} from "node:crypto";
import { blake2b } from "@noble/hashes/blake2.js";
import { fromHex, join, u32, u64 } from "./bytes.ts";

const X25519_PRIVATE = fromHex("302e020100300506032b656e04220420");
const X25519_PUBLIC = fromHex("302a300506032b656e032100");
const ED25519_PRIVATE = fromHex("302e020100300506032b657004220420");

const privateKeyOf = (prefix: Uint8Array, key: Uint8Array) =>
  createPrivateKey({ key: join(prefix, key), format: "der", type: "pkcs8" });
const rawPublicKey = (prefix: Uint8Array, key: Uint8Array): Buffer =>
  createPublicKey(privateKeyOf(prefix, key)).export({ format: "der", type: "spki" }).subarray(-32);

export function x25519PublicKey(privateKey: Uint8Array): Buffer {
  return rawPublicKey(X25519_PRIVATE, privateKey);
}

/** Throws when the result is all zero. */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  return diffieHellman({
    privateKey: privateKeyOf(X25519_PRIVATE, privateKey),
    publicKey: createPublicKey({ key: join(X25519_PUBLIC, publicKey), format: "der", type: "spki" }),
  });
}

export function ed25519PublicKey(seed: Uint8Array): Buffer {
  return rawPublicKey(ED25519_PRIVATE, seed);
}

export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Buffer {
  return sign(null, message, privateKeyOf(ED25519_PRIVATE, seed));
}

export function sha256(data: Uint8Array): Buffer {
  return createHash("sha256").update(data).digest();
}

export function sha512(data: Uint8Array): Buffer {
  return createHash("sha512").update(data).digest();
}

export function blake2b256(data: Uint8Array): Buffer {
  return Buffer.from(blake2b(data, { dkLen: 32 }));
}

export function sessionKey(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  return blake2b256(x25519(privateKey, publicKey));
}

export function nonceOf(counter: bigint): Buffer {
  return join(u64(counter), Buffer.alloc(4));
}

/** Ciphertext ‖ 16-byte tag. */
export function aesGcm(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, associated?: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  if (associated) cipher.setAAD(associated);
  return join(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** Throws on a tag that does not verify. */
export function aesGcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  return join(decipher.update(sealed.subarray(0, -16)), decipher.final());
}

export function frameOf(sealed: Uint8Array): Buffer {
  return join(u32(sealed.length), sealed);
}

export function sealFrame(key: Uint8Array, counter: bigint, plaintext: Uint8Array): Buffer {
  return frameOf(aesGcm(key, nonceOf(counter), plaintext));
}
