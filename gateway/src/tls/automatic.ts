import type { SecureContext } from "node:tls";

/** Certificates that are got and renewed while the gateway runs, and what a CA has to find here for that. */
export interface AutomaticCertificates {
  /** The certificate of a domain, as it is now; undefined where there is none yet. */
  contextFor(domain: string): SecureContext | undefined;
  /** The same in PEM, with its chain. */
  certificateFor(domain: string): string | undefined;
  /** Whether a CA may ask over TLS at the moment (RFC 8737). */
  isAskedOverTls(): boolean;
  /** What a CA is shown that asks over TLS. */
  answerOverTls(domain: string): SecureContext | undefined;
  /** What a CA is answered that asks over HTTP (RFC 8555, 8.3). */
  answerOverHttp(token: string): string | undefined;
}
