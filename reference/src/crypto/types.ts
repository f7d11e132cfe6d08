/** AES-256-GCM under one key, without associated data (FLT-SES-030). */
export interface Aead {
  /** Writes ciphertext and 16-byte tag at `out[offset…]`. `plaintext` may not overlap `out`. */
  sealInto(nonce: Uint8Array, plaintext: Uint8Array, out: Uint8Array, offset: number): void;
  /** Throws CryptoError BAD_TAG, also on fewer than 16 bytes. */
  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** The same, but overwrites `sealed` with the plaintext and returns that part of it. What is in it after an error is undefined. */
  openInPlace(nonce: Uint8Array, sealed: Uint8Array): Uint8Array;
}

/** All cryptography of the protocol. Two providers implement it; both are held to the same vectors and to each other. */
export interface Crypto {
  readonly name: "portable" | "native";
  /** 32 bytes to 32 bytes. */
  x25519PublicKey(privateKey: Uint8Array): Uint8Array;
  /** RFC 7748 (FLT-SES-007). Throws LOW_ORDER_POINT when the result is all zero (FLT-SES-008). */
  x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** Public key of a 32-byte seed. */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  /** 64 bytes, deterministic (FLT-HSK-026). */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** Strict and cofactorless (FLT-HSK-023 to FLT-HSK-027). Throws only LENGTH: a key of 32 and a signature of 64 bytes. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** 32-byte digest, no key (FLT-SES-010). */
  blake2b256(data: Uint8Array): Uint8Array;
  /** 32-byte digest, for the test services. */
  sha256(data: Uint8Array): Uint8Array;
  /** RFC 5869. `length` up to 8,160 bytes. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** `key` is 32 bytes. */
  aes256gcm(key: Uint8Array): Aead;
}
