/** One address that is listened on, and its connections: HTTP/1 and HTTP/2, told apart by their first bytes, or within TLS by ALPN. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import type { Address } from "../config/address.ts";
import { MAX_DURATION_MS } from "../config/duration.ts";
import type { ServerSettings } from "../config/settings.ts";
import { Http2Connections } from "./http2.ts";
import type { Handler } from "./message.ts";
import { type SecureNames, secure } from "./secure.ts";
import { SmallResponse } from "./small-response.ts";
import { sniff } from "./sniff.ts";
import { inTurn } from "./turns.ts";
import { UpgradableMessage } from "./upgradable.ts";

/** How often Node looks for connections whose time is over, in ms. */
const CHECK_INTERVAL_MS = 500;
const IDLE_INTERVAL_MS = 50;
/**
 * How long a connection that waits is left open when the server stops, in ms: a request that is on its way to it would be lost. Whoever asks all the time is
 * told within it that the connection ends.
 */
const LAST_REQUEST_MS = 500;

/** Node adds this to the time that it is given, and to a timer no more may be given than the most. */
const NODES_OWN_MS = 1_000;

/** With none at all the timer of the last response would go on. */
const keepAliveMs = (idleMs: number): number => Math.min(idleMs || MAX_DURATION_MS, MAX_DURATION_MS - NODES_OWN_MS);

type Accept = (socket: Socket) => void;

/** What a listener calls for a request for a WebSocket. */
type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

export interface ListenerOptions {
  /** Of TLS; without them it is plain HTTP. */
  readonly names: SecureNames | undefined;
  readonly upgrade: UpgradeHandler;
}

export class Listener {
  readonly #handler: Handler;
  readonly #server: Server;
  readonly #http1: Accept;
  /** Those of former settings have connections of their own. */
  #http2: readonly Http2Connections[] = [];
  readonly #sockets = new Set<Socket>();
  /** Those of them whose client has not told yet what it speaks. */
  readonly #undecided = new Set<Socket>();
  #accept: Accept = () => {};

  private constructor(handler: Handler, settings: ServerSettings, { names, upgrade }: ListenerOptions) {
    this.#handler = handler;
    this.#server = http1Server(inTurn(handler), upgrade, settings);
    this.#http1 = http1Acceptor(this.#server);
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      this.#accept(socket);
    });
    this.adjust(settings, names);
  }

  /** Rejects with the system's error when the address cannot be listened on. */
  static async open(
    handler: Handler,
    settings: ServerSettings,
    { host, port }: Address,
    options: ListenerOptions,
  ): Promise<Listener> {
    const listener = new Listener(handler, settings, options);
    const server = listener.#server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      // Without a host: every address of the machine, with IPv6 where there is IPv6.
      server.listen(host === "" ? { port } : { host, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
    return listener;
  }

  /** The one that was taken, where the address asks for any. */
  get port(): number {
    const bound = this.#server.address();
    return typeof bound === "object" && bound !== null ? bound.port : 0;
  }

  /** Takes other settings. Those of TLS and HTTP/2 and the size of a head hold for connections that come from now on, times of HTTP/1 for all. */
  adjust(settings: ServerSettings, names: SecureNames | undefined): void {
    const { timeout, maxHeaderSize } = settings;
    this.#server.headersTimeout = timeout.read_header;
    this.#server.keepAliveTimeout = keepAliveMs(timeout.idle);
    // Node reads it for each new connection, but does not document that it may change.
    Object.assign(this.#server, { maxHeaderSize });
    const http2 = new Http2Connections(this.#handler, settings);
    this.#http2 = [...this.#http2.filter(({ isEmpty }) => !isEmpty), http2];
    const sniffed = (socket: Socket, others: Accept): void => this.#sniff(socket, timeout.read_header, others);
    this.#accept =
      names === undefined
        ? (socket) => sniffed(socket, (other) => http2.accept(other))
        : secure(names, timeout.read_header, {
            // Node takes a connection for a busy one from its beginning, and would wait for it at the end.
            http1: (socket) => sniffed(socket, this.#http1),
            http2: (socket) => http2.accept(socket),
          });
  }

  /** Takes no more connections, waits for the requests that run, and ends them when the time is over. */
  drain(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const http2 of this.#http2) http2.destroy();
        for (const socket of this.#sockets) socket.destroy();
      }, timeoutMs);
      let idle: NodeJS.Timeout | undefined;
      const last = setTimeout(() => {
        // A connection whose last response has ended waits for a request that nobody takes any more.
        idle = setInterval(() => this.#server.closeIdleConnections(), IDLE_INTERVAL_MS);
        // They have not asked for anything yet.
        for (const socket of this.#undecided) socket.destroy();
      }, LAST_REQUEST_MS);
      this.#server.once("close", () => {
        clearTimeout(timer);
        clearTimeout(last);
        clearInterval(idle);
        // Ends the timers of HTTP as well.
        this.#server.close();
        resolve();
      });
      // That of HTTP would close at once what waits.
      NetServer.prototype.close.call(this.#server);
      for (const http2 of this.#http2) http2.drain();
    });
  }

  #sniff(socket: Socket, timeoutMs: number, others: Accept): void {
    this.#undecided.add(socket);
    const known = (): boolean => this.#undecided.delete(socket);
    socket.once("close", known);
    sniff(socket, timeoutMs, {
      http1: () => known() && this.#http1(socket),
      http2: () => known() && others(socket),
    });
  }
}

function http1Server(handler: Handler, upgrade: UpgradeHandler, { timeout, maxHeaderSize }: ServerSettings): Server {
  const server = createServer(
    {
      IncomingMessage: UpgradableMessage,
      ServerResponse: SmallResponse,
      maxHeaderSize,
      headersTimeout: timeout.read_header,
      keepAliveTimeout: keepAliveMs(timeout.idle),
      // Bodies are watched piece by piece instead.
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      noDelay: true,
    },
    handler,
  );
  // The body is asked for when it is wanted: a refusal comes before it.
  server.on("checkContinue", handler);
  return server.on("upgrade", upgrade);
}

/** Takes the server's own way with connections from it: it is gone when somebody else has looked at them. */
function http1Acceptor(server: Server): Accept {
  const own = server.listeners("connection");
  server.removeAllListeners("connection");
  return (socket) => {
    for (const listener of own) listener.call(server, socket);
  };
}
