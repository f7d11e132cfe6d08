import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";

/**
 * X25519 with keys that are read once, and as JWK: a run opens thousands of connections, and DER takes several times as long.
 * The key pair is checked by nobody, so that the public half may be left out where only the private one counts.
 */
export class X25519Key {
  readonly publicKey: Uint8Array;
  readonly #private: KeyObject;

  constructor(privateKey: Uint8Array) {
    this.#private = readPrivate(privateKey);
    const { x } = createPublicKey(this.#private).export({ format: "jwk" });
    this.publicKey = Uint8Array.from(Buffer.from(x as string, "base64url"));
  }

  /** Throws for a public key of small order. */
  secretWith(publicKey: Uint8Array): Uint8Array {
    const x = Buffer.from(publicKey).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
    return Uint8Array.from(diffieHellman({ privateKey: this.#private, publicKey: key }));
  }
}

function readPrivate(raw: Uint8Array): KeyObject {
  const d = Buffer.from(raw).toString("base64url");
  try {
    return createPrivateKey({ key: { kty: "OKP", crv: "X25519", x: "", d }, format: "jwk" });
  } catch {
    // A version that wants both halves.
    const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), raw]);
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  }
}
