/** TLS before a listener: which certificate a client is shown, and which HTTP it speaks behind it. */
import type { Socket } from "node:net";
import { createServer, type SecureContext } from "node:tls";
import type { Protocols } from "./sniff.ts";

export interface SecureNames {
  /** The names that are served, in lower case. */
  readonly domains: ReadonlySet<string>;
  /** The certificate of a served name, as it is now; undefined where there is none yet. */
  contextFor(name: string): SecureContext | undefined;
}

/** Of a client that does not say what it speaks it is HTTP/1.1. */
const PROTOCOLS = ["h2", "http/1.1"];
const MIN_VERSION = "TLSv1.2";
/** ms, where the file sets no limit. */
const DEFAULT_HANDSHAKE_MS = 120_000;

/**
 * Gives what takes connections and hands each on after its handshake. A client that names no served domain is refused in the handshake (FLT-GWY-131).
 * @param timeoutMs for the handshake; 0 is the default of Node
 */
export function secure(names: SecureNames, timeoutMs: number, { http1, http2 }: Protocols): (socket: Socket) => void {
  const server = createServer({
    minVersion: MIN_VERSION,
    ALPNProtocols: PROTOCOLS,
    handshakeTimeout: timeoutMs || DEFAULT_HANDSHAKE_MS,
    // Without a context the server has no certificate at all, and the handshake fails.
    SNICallback: (name, done) => {
      const domain = name.toLowerCase();
      done(null, names.domains.has(domain) ? names.contextFor(domain) : undefined);
    },
  });
  server.on("secureConnection", (socket) => (socket.alpnProtocol === "h2" ? http2(socket) : http1(socket)));
  // A client that fails is nobody else's matter.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return (socket) => void server.emit("connection", socket);
}
