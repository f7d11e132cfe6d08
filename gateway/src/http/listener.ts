/** One address that is listened on, and its connections: HTTP/1 and HTTP/2, told apart by their first bytes, or within TLS by ALPN. */
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Address } from "../config/address.ts";
import { MAX_DURATION_MS } from "../config/duration.ts";
import type { ServerSettings } from "../config/settings.ts";
import type { Handler } from "./exchange.ts";
import { Http2Connections } from "./http2.ts";
import { type SecureNames, secure } from "./secure.ts";
import { sniff } from "./sniff.ts";

/** How often Node looks for connections whose time is over, in ms. */
const CHECK_INTERVAL_MS = 500;
const IDLE_INTERVAL_MS = 50;

export interface Listener {
  /** The one that was taken, where the address asks for any. */
  readonly port: number;
  /** Takes no more connections, waits for the requests that run, and ends them when the time is over. */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Rejects with the system's error when the address cannot be listened on.
 * @param names of TLS; without them it is plain HTTP
 */
export async function listen(
  handler: Handler,
  settings: ServerSettings,
  { host, port }: Address,
  names?: SecureNames,
): Promise<Listener> {
  const server = http1Server(handler, settings);
  const http2 = new Http2Connections(handler, settings);
  const sockets = new Set<Socket>();
  /** Those of them whose client has not told yet what it speaks. */
  const undecided = new Set<Socket>();
  const http1 = http1Acceptor(server);
  const sniffed = (socket: Socket, others: (socket: Socket) => void): void => {
    undecided.add(socket);
    const known = (): boolean => undecided.delete(socket);
    socket.once("close", known);
    sniff(socket, settings.timeout.read_header, {
      http1: () => known() && http1(socket),
      http2: () => known() && others(socket),
    });
  };
  const accept =
    names === undefined
      ? (socket: Socket) => sniffed(socket, (other) => http2.accept(other))
      : secure(names, settings.timeout.read_header, {
          // Node takes a connection for a busy one from its beginning, and would wait for it at the end.
          http1: (socket) => sniffed(socket, http1),
          http2: (socket) => http2.accept(socket),
        });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    accept(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Without a host: every address of the machine, with IPv6 where there is IPv6.
    server.listen(host === "" ? { port } : { host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : 0,
    drain: (timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          http2.destroy();
          for (const socket of sockets) socket.destroy();
        }, timeoutMs);
        // A connection whose last response has ended waits for a request that nobody takes any more.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_INTERVAL_MS);
        server.close(() => {
          clearTimeout(timer);
          clearInterval(idle);
          resolve();
        });
        server.closeIdleConnections();
        http2.drain();
        // They have not asked for anything yet.
        for (const socket of undecided) socket.destroy();
      }),
  };
}

function http1Server(handler: Handler, { timeout, maxHeaderSize }: ServerSettings): Server {
  const server = createServer(
    {
      maxHeaderSize,
      headersTimeout: timeout.read_header,
      // With none at all the timer of the last response would go on.
      keepAliveTimeout: timeout.idle || MAX_DURATION_MS,
      // Bodies are watched piece by piece instead.
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      noDelay: true,
    },
    handler,
  );
  // The body is asked for when it is wanted: a refusal comes before it.
  return server.on("checkContinue", handler);
}

/** Takes the server's own way with connections from it: it is gone when somebody else has looked at them. */
function http1Acceptor(server: Server): (socket: Socket) => void {
  const own = server.listeners("connection");
  server.removeAllListeners("connection");
  return (socket) => {
    for (const listener of own) listener.call(server, socket);
  };
}
