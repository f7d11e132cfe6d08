/** A certificate from files of this machine. */
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContext } from "node:tls";

export interface FileCertificate {
  readonly context: SecureContext;
  /** With its chain. */
  readonly pem: string;
}

/** Rejects when a file cannot be read, is no PEM, or the key is of another certificate. */
export async function certificateFromFiles(cert: string, key: string): Promise<FileCertificate> {
  const [chain, secret] = await Promise.all([readFile(cert), readFile(key)]);
  try {
    return {
      context: createSecureContext({ cert: chain, key: secret, minVersion: "TLSv1.2" }),
      pem: chain.toString("latin1"),
    };
  } catch (error) {
    throw new Error(`tls: expected a certificate in ${cert} and its key in ${key}, got ${(error as Error).message}`);
  }
}
