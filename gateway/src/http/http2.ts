/** Connections of HTTP/2: their limits, their times, and how they end. */
import { constants, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { ServerSettings } from "../config/settings.ts";
import { Allowance } from "./allowance.ts";
import { openExchange } from "./http2-exchange.ts";
import type { Handler } from "./message.ts";

/** Requests of one connection at a time. With the 64 KiB that a client may send ahead in each, 8 MiB wait in the gateway at most. */
const MAX_STREAMS = 128;
/** Header lines of a request, which bound what a compressed head may grow to together with their bytes. */
const MAX_HEADER_LINES = 256;
/** Bytes that a client may send ahead over all its requests together. */
const CONNECTION_WINDOW = 1024 * 1024;
/** MB of state that Node keeps for a connection, beside bodies. */
const MAX_SESSION_MEMORY = 10;
const MAX_UNANSWERED = 10;
/** Frames that break the protocol without ending the connection. */
const MAX_INVALID_FRAMES = 100;
const MAX_REJECTED_STREAMS = 100;
/** Requests that a client may take back at once, and how many more a second; each has begun a call by then. */
const RESET_BURST = 500;
const RESETS_PER_SECOND = 50;
/** Highest number of a stream: a GOAWAY that names it announces the end and refuses nothing yet (RFC 9113, 6.8). */
const LAST_STREAM = 2 ** 31 - 1;
/** ms between that announcement and the GOAWAY that counts: what was on its way then is still answered. */
const NOTICE_MS = 100;

export class Http2Connections {
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #settings: ServerSettings;
  #draining = false;

  constructor(handler: Handler, settings: ServerSettings) {
    this.#settings = settings;
    const { maxHeaderSize } = settings;
    this.#server = createServer({
      maxSessionMemory: MAX_SESSION_MEMORY,
      maxOutstandingPings: MAX_UNANSWERED,
      maxSettings: MAX_UNANSWERED,
      maxSessionInvalidFrames: MAX_INVALID_FRAMES,
      maxSessionRejectedStreams: MAX_REJECTED_STREAMS,
      maxHeaderListPairs: MAX_HEADER_LINES,
      // Node resets a stream above this without an answer. Half of it is answered with 431.
      settings: {
        maxConcurrentStreams: MAX_STREAMS,
        maxHeaderListSize: 2 * maxHeaderSize,
        enablePush: false,
        enableConnectProtocol: true,
      },
    });
    const open = openExchange(handler, maxHeaderSize);
    this.#server.on("request", open).on("checkContinue", open).on("connect", open);
    this.#server.on("session", (session) => this.#watch(session));
    // Node has ended the connection already; that of one client is nobody else's matter.
    this.#server.on("sessionError", () => {});
  }

  /** Takes a connection whose first bytes are the preface of HTTP/2, or to come. */
  accept(socket: Socket): void {
    // A client that has ended its side of a connection of HTTP/1 may wait for the answer; here it has left.
    socket.allowHalfOpen = false;
    this.#server.emit("connection", socket);
  }

  /** Whether there is no connection. */
  get isEmpty(): boolean {
    return this.#sessions.size === 0;
  }

  /** Announces the end, and lets requests that run go on. */
  drain(): void {
    this.#draining = true;
    for (const session of this.#sessions) retire(session);
  }

  /** Ends every connection at once. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy();
  }

  #watch(session: ServerHttp2Session): void {
    const { read_header, idle } = this.#settings.timeout;
    this.#sessions.add(session);
    session.setLocalWindowSize(CONNECTION_WINDOW);
    const resets = new Allowance(RESET_BURST, RESETS_PER_SECOND);
    let streams = 0;
    let timer: NodeJS.Timeout | undefined;
    const wait = (ms: number): void => {
      clearTimeout(timer);
      timer = ms > 0 ? setTimeout(() => session.close(), ms) : undefined;
    };
    wait(read_header);
    // Only a whole head counts: frames of other kinds keep no connection open.
    session.on("stream", (stream) => {
      streams += 1;
      clearTimeout(timer);
      stream.once("close", () => {
        streams -= 1;
        if (streams === 0) wait(idle);
        if (stream.aborted && !resets.take()) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
      });
    });
    session.once("close", () => {
      clearTimeout(timer);
      this.#sessions.delete(session);
    });
    if (this.#draining) retire(session);
  }
}

function retire(session: ServerHttp2Session): void {
  if (session.closed || session.destroyed) return;
  session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
  setTimeout(() => session.close(), NOTICE_MS);
}
