// The words of a case about HTTPS.
import type { TlsHello } from "../probe/tls.ts";
import type { ExpectTlsRefusedStep, HttpDialStep } from "./http.ts";
import type { Http2DialStep } from "./http2.ts";

/** A domain of the HTTPS server. */
export const DOMAIN = "one.kit.example";
export const OTHER_DOMAIN = "two.kit.example";

/** HTTP/1.1 over TLS, to a server that shows a good certificate for the name. */
export const tlsDial = (hello: TlsHello = { offers: ["http/1.1"] }): HttpDialStep => ({
  step: "http-dial",
  server: "secure",
  tls: { name: DOMAIN, ...hello },
});
/** HTTP/2 over TLS. */
export const tlsHttp2Dial = (hello: TlsHello = {}): Http2DialStep => ({
  step: "http2-dial",
  server: "secure",
  tls: { name: DOMAIN, offers: ["h2", "http/1.1"], ...hello },
});
export const expectTlsRefused = (hello: TlsHello): ExpectTlsRefusedStep => ({ step: "expect-tls-refused", tls: hello });

const SERVERS = {
  main: "the HTTP server",
  bounded: "the server with small limits",
  secure: "the HTTPS server",
  redirect: "the address that leads to HTTPS",
} as const;

/** For people. */
export function describeServer({ server = "main", tls }: HttpDialStep | Http2DialStep): string {
  return tls === undefined ? SERVERS[server] : `${SERVERS[server]} with ${describeHello(tls)}`;
}
export function describeHello({ name, offers, version }: TlsHello): string {
  const words = [
    name === undefined ? "no name" : `the name ${name}`,
    offers === undefined ? "no ALPN" : `ALPN ${offers.join(", ")}`,
  ];
  return [...words, ...(version === undefined ? [] : [`${version} alone`])].join(", ");
}
