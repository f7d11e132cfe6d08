/** Requests for certificates (PKCS#10), and certificates that sign themselves (RFC 5280), with keys of P-256. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { bits, context, identifier, implicit, integer, octets, sequence, set, TRUE, time } from "./der.ts";

const ECDSA_WITH_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));
const EXTENSION_REQUEST = identifier("1.2.840.113549.1.9.14");
const ALTERNATIVE_NAMES = identifier("2.5.29.17");
const ACME_IDENTIFIER = identifier("1.3.6.1.5.5.7.1.31");
const DNS_NAME = 2;
const NO_NAME = sequence();
const DAY_MS = 86_400_000;

export const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
export const pemOfKey = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }) as string;

/** In DER. @param names of DNS, in ASCII */
export function certificateRequest(key: KeyObject, names: readonly string[]): Buffer {
  const extensions = sequence(alternativeNames(names));
  const attributes = context(0, sequence(EXTENSION_REQUEST, set(extensions)));
  return signed(key, sequence(integer(Buffer.from([0])), NO_NAME, spki(key), attributes));
}

/**
 * In PEM, valid from yesterday until tomorrow.
 * @param acmeIdentifier hash of the key authorization, for `tls-alpn-01` (RFC 8737, 3)
 */
export function selfSigned(key: KeyObject, names: readonly string[], acmeIdentifier?: Uint8Array): string {
  const now = Date.now();
  const validity = sequence(time(new Date(now - DAY_MS)), time(new Date(now + DAY_MS)));
  const serial = integer(Buffer.from([1, ...randomBytes(15)]));
  const identity = acmeIdentifier && sequence(ACME_IDENTIFIER, TRUE, octets(octets(acmeIdentifier)));
  const extensions = sequence(alternativeNames(names), ...(identity === undefined ? [] : [identity]));
  const version3 = context(0, integer(Buffer.from([2])));
  const body = [version3, serial, ECDSA_WITH_SHA256, NO_NAME, validity, NO_NAME, spki(key), context(3, extensions)];
  const text = signed(key, sequence(...body))
    .toString("base64")
    .replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${text}-----END CERTIFICATE-----\n`;
}

/** Critical, since there is no other name in it. */
const alternativeNames = (names: readonly string[]): Buffer =>
  sequence(
    ALTERNATIVE_NAMES,
    TRUE,
    octets(sequence(...names.map((name) => implicit(DNS_NAME, Buffer.from(name, "latin1"))))),
  );

const spki = (key: KeyObject): Buffer => createPublicKey(key).export({ type: "spki", format: "der" });

const signed = (key: KeyObject, content: Buffer): Buffer =>
  sequence(content, ECDSA_WITH_SHA256, bits(sign("sha256", content, key)));
