/** Signed requests of ACME (RFC 8555, 6.2), with keys of P-256. */
import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";

const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString("base64url");

/** Who signs: the key itself before there is an account, and then the account's URL. */
export type Signer = { readonly key: KeyObject; readonly account?: string | undefined };

/** @param payload undefined for a request that only reads */
export function signedBody({ key, account }: Signer, url: string, nonce: string, payload: unknown): string {
  const identity = account === undefined ? { jwk: jwkOf(key) } : { kid: account };
  const head = base64url(JSON.stringify({ alg: "ES256", nonce, url, ...identity }));
  const body = payload === undefined ? "" : base64url(JSON.stringify(payload));
  const signature = sign("sha256", Buffer.from(`${head}.${body}`), { key, dsaEncoding: "ieee-p1363" });
  return JSON.stringify({ protected: head, payload: body, signature: base64url(signature) });
}

/** What a CA expects for a token (RFC 8555, 8.1). */
export function keyAuthorization(key: KeyObject, token: string): string {
  // The members in this order, without blanks (RFC 7638).
  const thumbprint = createHash("sha256")
    .update(JSON.stringify(jwkOf(key)))
    .digest("base64url");
  return `${token}.${thumbprint}`;
}

function jwkOf(key: KeyObject): { crv: string; kty: string; x: string; y: string } {
  const { crv = "", kty = "", x = "", y = "" } = createPublicKey(key).export({ format: "jwk" });
  return { crv, kty, x, y };
}
