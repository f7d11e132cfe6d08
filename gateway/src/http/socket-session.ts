/** One WebSocket and one call: messages of the one are envelopes in the bodies of the other (chapter 13 of the specification, "WebSocket"). */
import { Readable } from "node:stream";
import type { Response } from "flatend";
import type { WebSocket } from "ws";
import {
  type Close,
  LOST,
  SOCKET_FLAGS,
  SocketFault,
  type SocketMessage,
  SocketReader,
  writeEnvelope,
  writeSocketMessage,
} from "../mapping/index.ts";
import type { SocketWatcher } from "./ended-request.ts";
import { type Exchange, noteSocket } from "./exchange.ts";
import { watchSocket } from "./socket-watch.ts";
import type { Upgrade } from "./upgradable.ts";

export interface SocketRules {
  /** Bytes of a message. */
  readonly maxMessageLength: number;
  /** ms in which a client takes nothing of what is ready; 0 is no limit. */
  readonly writeStallMs: number;
  /** ms of silence after which a client is asked whether it is there; 0 never asks. */
  readonly pingMs: number;
}

const GOING_AWAY = 1001;
const SERVICE_FAILED = 1011;
/** ms in which either side may answer the Close of the other. */
export const CLOSE_TIMEOUT_MS = 10_000;
const HIGH_WATER_MARK = 65_536;

/** The request body: what the client says, which is not read while the service does not. */
export class ClientMessages extends Readable {
  #socket: WebSocket | undefined;

  constructor() {
    super({ highWaterMark: HIGH_WATER_MARK });
    this.on("error", () => {});
  }

  /** Takes the messages of a WebSocket from now on. */
  from(socket: WebSocket, exchange: Exchange, watcher: SocketWatcher | undefined): void {
    this.#socket = socket;
    let fault: number | undefined;
    socket.on("error", (error: Error & { readonly code?: string }) => {
      fault ??= codeOf(error.code);
    });
    socket.on("message", (data: Buffer, isBinary) => {
      exchange.bytesIn += data.length;
      watcher?.message("received");
      const flags = isBinary ? SOCKET_FLAGS.binary : SOCKET_FLAGS.text;
      if (!this.destroyed && !this.push(writeEnvelope({ flags, data }))) socket.pause();
    });
    socket.once("close", (code, reason) => {
      const end = code === LOST ? (fault ?? LOST) : code;
      if (!this.destroyed) this.push(writeSocketMessage(closeOf(end, reason)));
      this.finish();
    });
  }

  /** Nothing more comes. */
  finish(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // Whoever reads nothing any more still has to see the client's end.
    this.#socket?.resume();
    callback(error);
  }
}

const NO_CODE = 1005;
const closeOf = (code: number, reason: Buffer): Close => ({
  type: "close",
  code: code === NO_CODE ? undefined : code,
  reason: reason.toString("utf8"),
});

/** What the gateway itself has found wrong; anything else of an error is a client that is lost. */
function codeOf(fault: string | undefined): number {
  if (fault === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return 1009;
  if (fault === "WS_ERR_INVALID_UTF8") return 1007;
  if (fault === "WS_ERR_TOO_MANY_BUFFERED_PARTS") return 1008;
  return fault?.startsWith("WS_ERR_") === true ? 1002 : LOST;
}

export interface Session {
  readonly socket: WebSocket;
  readonly upgrade: Upgrade;
  readonly response: Response;
  readonly messages: ClientMessages;
  readonly exchange: Exchange;
  readonly rules: SocketRules;
}

/** Passes messages both ways until both sides have closed. */
export function runSession({ socket, upgrade, response, messages, exchange, rules }: Session): void {
  const passed = { bytesOut: 0, complete: false };
  exchange.socket = passed;
  const watcher = noteSocket(exchange);
  messages.from(socket, exchange, watcher);
  watchSocket(socket, upgrade.socket, rules);
  upgrade.leave = () => socket.close(GOING_AWAY, "the gateway stops");
  socket.once("close", (code) => {
    passed.complete = code !== LOST;
    watcher?.closed();
    upgrade.over();
    // A service that goes on nevertheless speaks to nobody.
    const timer = setTimeout(() => response.destroy(), CLOSE_TIMEOUT_MS);
    response.once("close", () => clearTimeout(timer));
  });
  const send = (message: SocketMessage): void => {
    if (message.type === "close") {
      socket.close(message.code, message.reason);
      return;
    }
    const data = message.type === "text" ? message.text : message.data;
    if (socket.readyState !== socket.OPEN) return;
    passed.bytesOut += typeof data === "string" ? Buffer.byteLength(data) : data.length;
    watcher?.message("sent");
    socket.send(data, { binary: message.type === "binary" });
  };
  const fail = (): void => {
    exchange.broken = true;
    socket.close(SERVICE_FAILED, "the service failed");
  };
  passOn(response, upgrade, rules.maxMessageLength, send).catch(fail);
}

/** Rejects when the service fails or breaks the rules. */
async function passOn(
  response: Response,
  { socket }: Upgrade,
  maxMessageLength: number,
  send: (message: SocketMessage) => void,
): Promise<void> {
  const reader = new SocketReader("service", maxMessageLength);
  const accept = (fault: SocketFault | undefined): void => {
    if (fault !== undefined) throw new Error(`the service's messages: ${fault.kind}`);
  };
  for await (const piece of response) {
    for (const message of reader.read(piece as Uint8Array)) {
      if (message instanceof SocketFault) accept(message);
      else send(message);
    }
    if (socket.writableNeedDrain && !socket.destroyed) await drained(socket);
  }
  accept(reader.end());
}

/** Resolves when the client has taken what was written, or is gone. */
const drained = (socket: Upgrade["socket"]): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
