/** One address that is listened on, and its connections. */
import { createServer, type RequestListener, type Server } from "node:http";
import { Server as NetServer } from "node:net";
import type { Address } from "../config/address.ts";
import { MAX_DURATION_MS } from "../config/duration.ts";
import type { ServerSettings } from "../config/settings.ts";
import { inTurn } from "./turns.ts";

/** How often Node looks for connections whose time is over, in ms. */
const CHECK_INTERVAL_MS = 500;

/** Rejects with the system's error when the address cannot be listened on. */
export async function listen(
  answer: RequestListener,
  settings: ServerSettings,
  { host, port }: Address,
): Promise<Server> {
  const { timeout, maxHeaderSize } = settings;
  const route = inTurn(answer);
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
    route,
  );
  // The body is asked for when it is wanted: a refusal comes before it.
  server.on("checkContinue", route);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Without a host: every address of the machine, with IPv6 where there is IPv6.
    server.listen(host === "" ? { port } : { host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}

/** Gives an open listener other settings. The size of a head holds for connections that come from now on, times for all. */
export function adjust(server: Server, { timeout, maxHeaderSize }: ServerSettings): void {
  server.headersTimeout = timeout.read_header;
  server.keepAliveTimeout = timeout.idle || MAX_DURATION_MS;
  // Node reads it for each new connection, but does not document that it may change.
  Object.assign(server, { maxHeaderSize });
}

/** The port that was taken, where the address asks for any. */
export function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

const IDLE_INTERVAL_MS = 50;
/**
 * How long a connection that waits is left open when the server stops, in ms: a request that is on its way to it would be lost. Whoever asks all the time is
 * told within it that the connection ends.
 */
const LAST_REQUEST_MS = 500;

/** Takes no more connections, waits for the requests that run, and ends them when the time is over. */
export function drain(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    let idle: NodeJS.Timeout | undefined;
    const last = setTimeout(() => {
      // A connection whose last response has ended waits for a request that nobody takes any more.
      idle = setInterval(() => server.closeIdleConnections(), IDLE_INTERVAL_MS);
    }, LAST_REQUEST_MS);
    server.once("close", () => {
      clearTimeout(timer);
      clearTimeout(last);
      clearInterval(idle);
      // Ends the timers of HTTP as well.
      server.close();
      resolve();
    });
    // That of HTTP would close at once what waits.
    NetServer.prototype.close.call(server);
  });
}
