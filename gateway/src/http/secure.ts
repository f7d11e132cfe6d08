/** TLS before a listener: which certificate a client is shown, and which HTTP it speaks behind it. */
import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server } from "node:tls";
import type { AutomaticCertificates } from "../tls/automatic.ts";
import { Carriers } from "./carrier.ts";
import { peekHello } from "./hello.ts";
import type { Protocols } from "./sniff.ts";

export interface SecureNames {
  /** The names that are served, in lower case. */
  readonly domains: ReadonlySet<string>;
  /** The certificate of a served name, as it is now; undefined where there is none yet. */
  contextFor(name: string): SecureContext | undefined;
  /** The same in PEM. */
  certificateFor(name: string): string | undefined;
  /** Where the certificates come from a CA that asks back. */
  readonly automatic?: AutomaticCertificates | undefined;
}

/** Of a client that does not say what it speaks it is HTTP/1.1. */
const PROTOCOLS = ["h2", "http/1.1"];
const MIN_VERSION = "TLSv1.2";
/** ms, where the file sets no limit. */
const DEFAULT_HANDSHAKE_MS = 120_000;
const CA_HANDSHAKE_MS = 10_000;

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
  const carriers = new Carriers();
  server.on("secureConnection", (socket) => {
    carriers.complete(socket);
    if (socket.alpnProtocol === "h2") http2(socket);
    else http1(socket);
  });
  // A client that fails is nobody else's matter.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  const hand = (to: Server, socket: Socket): void => {
    // In TLS a client that has ended its side has left, in the middle of its handshake as well.
    socket.allowHalfOpen = false;
    to.emit("connection", socket);
  };
  const accept = (socket: Socket): void => {
    carriers.begin(socket);
    hand(server, socket);
  };
  const { automatic } = names;
  if (automatic === undefined) return accept;
  const asked = caServer(automatic);
  return (socket) => {
    if (!automatic.isAskedOverTls()) accept(socket);
    else peekHello(socket, timeoutMs, (isAsked) => (isAsked ? hand(asked, socket) : accept(socket)));
  };
}

/** Shows a CA the certificate that it looks for, and speaks nothing behind it. */
function caServer(automatic: AutomaticCertificates): Server {
  const server = createServer({
    ALPNProtocols: ["acme-tls/1"],
    handshakeTimeout: CA_HANDSHAKE_MS,
    SNICallback: (name, done) => done(null, automatic.answerOverTls(name.toLowerCase())),
  });
  server.on("secureConnection", (socket) => socket.on("error", () => {}).end());
  return server.on("tlsClientError", (_error, socket) => socket.destroy());
}
