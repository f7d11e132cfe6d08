/** The certificates that are served now. */
import { X509Certificate } from "node:crypto";
import { Gauge, type Registry } from "prom-client";
import type { ServedCertificate } from "../http/server.ts";

export interface CertificateRow {
  readonly domain: string;
  /** `files`, or `acme` for those of a CA. */
  readonly source: ServedCertificate["source"];
  /** `valid`, `expired`, `early` where it is not valid yet, or `missing` where the CA has given none yet. */
  readonly state: "valid" | "expired" | "early" | "missing";
  readonly not_after: string | null;
  readonly issuer: string | null;
  readonly names: string | null;
}

const MS_PER_SECOND = 1_000;

export const certificateRows = (served: readonly ServedCertificate[]): CertificateRow[] =>
  served.map(({ domain, source, pem }) => {
    if (pem === undefined) return { domain, source, state: "missing", not_after: null, issuer: null, names: null };
    const { validFrom, validTo, issuer, subjectAltName } = new X509Certificate(pem);
    const [from, to, now] = [Date.parse(validFrom), Date.parse(validTo), Date.now()];
    return {
      domain,
      source,
      state: now < from ? "early" : now > to ? "expired" : "valid",
      not_after: new Date(to).toISOString(),
      issuer: issuer?.replaceAll("\n", ", ") ?? null,
      names: subjectAltName ?? null,
    };
  });

/** Adds when they end. */
export function certificateMetrics(registry: Registry, served: () => readonly ServedCertificate[]): void {
  new Gauge({
    name: "flatend_tls_cert_not_after_timestamp_seconds",
    help: "When the certificate that is served for a domain ends; none while there is no certificate.",
    labelNames: ["domain"] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { domain, not_after } of certificateRows(served()))
        if (not_after !== null) this.set({ domain }, Date.parse(not_after) / MS_PER_SECOND);
    },
  });
}
