import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { certificateRequest, newKey, pemOfKey, selfSigned } from "./x509.ts";

const NAMES = ["one.test", `${"long.".repeat(40)}test`];

test("a certificate that signs itself is one to OpenSSL, with its names and its hash", () => {
  const key = newKey();
  const pem = selfSigned(key, NAMES, Buffer.alloc(32, 0xab));
  const certificate = new X509Certificate(pem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(certificate.subjectAltName).toBe(NAMES.map((name) => `DNS:${name}`).join(", "));
  expect(new Date(certificate.validTo).getTime() - new Date(certificate.validFrom).getTime()).toBe(2 * 86_400_000);
  // 1.3.6.1.5.5.7.1.31, critical, an octet string of 34 bytes that holds one of 32.
  expect(certificate.raw.toString("hex")).toContain(`06082b0601050507011f0101ff04220420${"ab".repeat(32)}`);
  expect(() => createSecureContext({ cert: pem, key: pemOfKey(key) })).not.toThrow();
});

test("a request holds the key, the names and nothing that tells more", () => {
  const key = newKey();
  const request = certificateRequest(key, ["one.test", "two.test"]);
  expect(request.readUInt8(2)).toBe(request.length - 3);
  expect(request.includes(Buffer.from("82086f6e652e74657374820874776f2e74657374", "hex"))).toBe(true);
});
