/** Requests that ask for a WebSocket. They leave Node's HTTP server before they are answered, whatever the answer. */
import { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { asksForSocket, type Incoming } from "./message.ts";

const asked = Symbol("asked");

/**
 * Node hands over each request with an Upgrade of any kind once somebody listens for them, and reads no body of it. Those for something else are
 * requests like others, and so are those that could have a body.
 */
export class UpgradableMessage extends IncomingMessage {
  declare [asked]: unknown;

  /** Node sets it before the head is there, and asks for it afterwards. */
  get upgrade(): boolean {
    if (this[asked] !== true || this.method !== "GET" || this.headers["transfer-encoding"] !== undefined) return false;
    return Number(this.headers["content-length"] ?? 0) === 0 && this.headers.upgrade?.toLowerCase() === "websocket";
  }

  set upgrade(value: unknown) {
    this[asked] = value;
  }
}

/** A connection, or a stream of HTTP/2, whose client has asked for a WebSocket. */
export interface Upgrade {
  readonly socket: Duplex & { setTimeout(ms: number): unknown };
  /** Bytes that have come by it. */
  readonly received: () => number;
  /** What came behind the head. */
  readonly head: Buffer;
  /** Whether its listener closes. */
  leaving: boolean;
  /** Closes the WebSocket, once there is one. */
  leave: () => void;
  /** Gives the connection to whoever speaks WebSocket on it. */
  take: () => void;
  /** Ends its request, after `take`. */
  over: () => void;
}

const upgrades = new WeakMap<Incoming, Upgrade>();

export const upgradeOf = (message: Incoming): Upgrade | undefined => upgrades.get(message);

/**
 * A response on a connection that has left the server: it is the last one there, and ends when the connection does. `undefined`, with the connection
 * at its end, where an earlier request is not answered yet.
 */
export function upgradeResponse(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): { readonly upgrade: Upgrade; readonly response: ServerResponse } | undefined {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
  } catch {
    // Nobody waits with a handshake for the answer to something else.
    socket.on("error", () => {}).destroy();
    return undefined;
  }
  // What the server did for its connections.
  socket.on("error", () => {});
  const onDrain = (): void => void response.emit("drain");
  socket.on("drain", onDrain);
  response.once("finish", () => socket.end());
  // A client that leaves while it waits.
  const onEnd = (): void => void socket.destroy();
  socket.once("end", onEnd);
  const take = (): void => {
    socket.off("drain", onDrain);
    socket.off("end", onEnd);
    response.detachSocket(socket);
  };
  const over = (): void => void response.emit("close");
  const received = (): number => socket.bytesRead;
  const upgrade: Upgrade = { socket, received, head, leaving: false, leave: () => {}, take, over };
  upgrades.set(request, upgrade);
  return { upgrade, response };
}

/** The stream of a request of HTTP/2 that asks for a WebSocket. Its response tells of its end by itself. */
export function upgradableStream(request: Incoming): Upgrade | undefined {
  if (!asksForSocket(request)) return undefined;
  const { stream } = request;
  let bytes = 0;
  const take = (): void => {
    stream.on("data", (piece: Buffer) => {
      bytes += piece.length;
    });
  };
  const upgrade: Upgrade = {
    socket: stream,
    received: () => bytes,
    head: Buffer.alloc(0),
    leaving: false,
    leave: () => {},
    take,
    over: () => {},
  };
  upgrades.set(request, upgrade);
  return upgrade;
}
