import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { blake2b } from "@noble/hashes/blake2.js";
import { CryptoError, checkLength } from "./errors.ts";
import { acceptableSignature } from "./signature.ts";
import type { Aead, Crypto } from "./types.ts";

// node:crypto takes raw keys only inside their DER wrapping, whose bytes in front of the key never change.
const DER = {
  x25519: { private: "302e020100300506032b656e04220420", public: "302a300506032b656e032100" },
  ed25519: { private: "302e020100300506032b657004220420", public: "302a300506032b6570032100" },
} as const;
const LOW_ORDER = "X25519 gave all zeros: the public key is of small order";

function privateKeyObject(curve: keyof typeof DER, key: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([Buffer.from(DER[curve].private, "hex"), key]),
    format: "der",
    type: "pkcs8",
  });
}
function publicKeyObject(curve: keyof typeof DER, key: Uint8Array): KeyObject {
  return createPublicKey({
    key: Buffer.concat([Buffer.from(DER[curve].public, "hex"), key]),
    format: "der",
    type: "spki",
  });
}
function rawPublicKey(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return Uint8Array.from(der.subarray(der.length - 32));
}

/** A Buffer as what the interface promises: its `slice` would share memory where that of other arrays copies. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

function aead(key: Uint8Array): Aead {
  checkLength(key, 32, "AES-256 key");
  const held = Buffer.from(key);
  return {
    sealInto(nonce, plaintext, out, offset) {
      const cipher = createCipheriv("aes-256-gcm", held, nonce);
      out.set(cipher.update(plaintext), offset);
      cipher.final();
      out.set(cipher.getAuthTag(), offset + plaintext.length);
    },
    open(nonce, sealed) {
      const end = sealed.length - 16;
      if (end < 0) {
        throw new CryptoError("BAD_TAG", `sealed bytes: expected at least a 16-byte tag, got ${sealed.length} bytes`);
      }
      const decipher = createDecipheriv("aes-256-gcm", held, nonce);
      decipher.setAuthTag(sealed.subarray(end));
      const plaintext = decipher.update(sealed.subarray(0, end));
      try {
        decipher.final();
      } catch {
        throw new CryptoError("BAD_TAG", `the tag of ${sealed.length} sealed bytes does not verify`);
      }
      return plain(plaintext);
    },
  };
}

/** The provider of Node, Deno and Bun: OpenSSL or its like behind node:crypto. BLAKE2b-256 it does not have. */
export const native: Crypto = {
  name: "native",
  x25519PublicKey(privateKey) {
    checkLength(privateKey, 32, "X25519 private key");
    return rawPublicKey(privateKeyObject("x25519", privateKey));
  },
  x25519(privateKey, publicKey) {
    checkLength(privateKey, 32, "X25519 private key");
    checkLength(publicKey, 32, "X25519 public key");
    let secret: Uint8Array;
    try {
      secret = plain(
        diffieHellman({
          privateKey: privateKeyObject("x25519", privateKey),
          publicKey: publicKeyObject("x25519", publicKey),
        }),
      );
    } catch {
      throw new CryptoError("LOW_ORDER_POINT", LOW_ORDER);
    }
    // OpenSSL refuses by itself; other libraries behind node:crypto may not.
    if (secret.every((byte) => byte === 0)) throw new CryptoError("LOW_ORDER_POINT", LOW_ORDER);
    return secret;
  },
  ed25519PublicKey(seed) {
    checkLength(seed, 32, "Ed25519 seed");
    return rawPublicKey(privateKeyObject("ed25519", seed));
  },
  ed25519Sign(seed, message) {
    checkLength(seed, 32, "Ed25519 seed");
    return plain(sign(null, message, privateKeyObject("ed25519", seed)));
  },
  ed25519Verify(publicKey, message, signature) {
    checkLength(publicKey, 32, "Ed25519 public key");
    checkLength(signature, 64, "Ed25519 signature");
    if (!acceptableSignature(publicKey, signature)) return false;
    try {
      return verify(null, message, publicKeyObject("ed25519", publicKey), signature);
    } catch {
      return false;
    }
  },
  blake2b256: (data) => blake2b(data, { dkLen: 32 }),
  sha256: (data) => plain(createHash("sha256").update(data).digest()),
  hkdfSha256: (ikm, salt, info, length) => new Uint8Array(hkdfSync("sha256", ikm, salt, info, length)),
  aes256gcm: aead,
};
