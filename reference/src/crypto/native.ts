import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { blake2b } from "@noble/hashes/blake2.js";
import { CryptoError, checkLength } from "./errors.ts";
import { gcmEngine } from "./gcm-engine.ts";
import { ShortGcm } from "./short-gcm.ts";
import { acceptableSignature } from "./signature.ts";
import type { Aead, Crypto } from "./types.ts";

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

// node:crypto takes raw keys only inside their DER wrapping, whose bytes in front of the key never change.
/** Names of the curves in a JSON Web Key. OpenSSL reads these several times as fast as DER, and each connection reads two. */
const CURVES = { x25519: "X25519", ed25519: "Ed25519" } as const;
type Curve = keyof typeof CURVES;
/** The public half of a private key is made anew by OpenSSL, whatever stands there; there must be something. */
const UNUSED_PUBLIC_HALF = Buffer.alloc(32).toString("base64url");
const LOW_ORDER = "X25519 gave all zeros: the public key is of small order";

function privateKeyObject(curve: Curve, key: Uint8Array): KeyObject {
  const d = Buffer.from(key).toString("base64url");
  return createPrivateKey({ key: { kty: "OKP", crv: CURVES[curve], d, x: UNUSED_PUBLIC_HALF }, format: "jwk" });
}
function publicKeyObject(curve: Curve, key: Uint8Array): KeyObject {
  const x = Buffer.from(key).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: CURVES[curve], x }, format: "jwk" });
}
function rawPublicKey(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return Uint8Array.from(Buffer.from(x as string, "base64url"));
}

/** A Buffer as what the interface promises: its `slice` would share memory where that of other arrays copies. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

function aead(key: Uint8Array): Aead {
  checkLength(key, 32, "AES-256 key");
  // As an object, OpenSSL need not take it in anew for each cipher.
  const held = createSecretKey(key);
  const engine = gcmEngine();
  let short: ShortGcm | undefined;
  const forShort = (nonce: Uint8Array, length: number): ShortGcm | undefined => {
    if (engine === undefined || length > engine.mostData || nonce.length !== NONCE_LENGTH) return undefined;
    short ??= new ShortGcm(engine, blockCipher(held));
    return short;
  };
  const openLong = (nonce: Uint8Array, sealed: Uint8Array, end: number): Uint8Array => {
    const decipher = createDecipheriv("aes-256-gcm", held, nonce);
    decipher.setAuthTag(sealed.subarray(end));
    const plaintext = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch {
      throw new CryptoError("BAD_TAG", `the tag of ${sealed.length} sealed bytes does not verify`);
    }
    return plain(plaintext);
  };
  return {
    sealInto(nonce, plaintext, out, offset) {
      const quick = forShort(nonce, plaintext.length);
      if (quick !== undefined) {
        quick.sealInto(nonce, plaintext, out, offset);
        return;
      }
      const cipher = createCipheriv("aes-256-gcm", held, nonce);
      out.set(cipher.update(plaintext), offset);
      cipher.final();
      out.set(cipher.getAuthTag(), offset + plaintext.length);
    },
    open(nonce, sealed) {
      const end = plaintextLength(sealed);
      const quick = forShort(nonce, end);
      if (quick === undefined) return openLong(nonce, sealed, end);
      const plaintext = new Uint8Array(end);
      quick.openInto(nonce, sealed, plaintext);
      return plaintext;
    },
    openInPlace(nonce, sealed) {
      const end = plaintextLength(sealed);
      const quick = forShort(nonce, end);
      if (quick !== undefined) quick.openInto(nonce, sealed, sealed);
      else sealed.set(openLong(nonce, sealed, end));
      return sealed.subarray(0, end);
    },
  };
}

function plaintextLength(sealed: Uint8Array): number {
  if (sealed.length >= TAG_LENGTH) return sealed.length - TAG_LENGTH;
  throw new CryptoError("BAD_TAG", `sealed bytes: expected at least a 16-byte tag, got ${sealed.length} bytes`);
}

/** AES by itself, one block after the other. The object is used again and again, which no mode with a nonce allows. */
function blockCipher(key: KeyObject): (blocks: Uint8Array) => Uint8Array {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  return (blocks) => cipher.update(blocks);
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
