/** The end of a WebSocket's handshake, and what speaks WebSocket from then on. */
import { constants, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import WebSocket, { type ServerOptions, WebSocketServer } from "ws";
import type { SocketHead } from "../mapping/index.ts";
import { type Incoming, isHttp2 } from "./message.ts";
import { CLOSE_TIMEOUT_MS } from "./socket-session.ts";
import type { Upgrade } from "./upgradable.ts";

/** Calls back at once, or never where the client has left. */
export function shakeHands(
  request: Incoming,
  upgrade: Upgrade,
  head: SocketHead,
  maxPayload: number,
  onSocket: (socket: WebSocket) => void,
): void {
  const { protocol, fields } = head;
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload,
    // Its types do not know it yet.
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: () => protocol ?? (false as const),
  };
  const server = new WebSocketServer(options);
  if (isHttp2(request)) {
    const { stream } = request;
    // The client has left, or will never say anything.
    if (!stream.readable || !stream.writable) {
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    respond(stream, head);
    upgrade.take();
    onSocket(socketOn(stream, server.options));
    return;
  }
  // It writes UTF-8, and values are bytes already.
  const text = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");
  server.on("headers", (lines) => lines.push(...fields.map(([name, value]) => `${name}: ${text(value)}`)));
  upgrade.take();
  server.handleUpgrade(request, upgrade.socket, upgrade.head, onSocket);
}

/** The whole of the handshake in HTTP/2 (RFC 8441, 5). */
function respond(stream: ServerHttp2Stream, { protocol, fields }: SocketHead): void {
  const cookies = fields.flatMap(([name, value]) => (name === "set-cookie" ? [value] : []));
  stream.respond({
    // Only cookies stand more than once.
    ...Object.fromEntries(fields),
    ...(cookies.length === 0 ? {} : { "set-cookie": cookies }),
    ...(protocol === undefined ? {} : { "sec-websocket-protocol": protocol }),
    ":status": 200,
  });
}

/** How the server of `ws` begins on what it has upgraded. It knows no way for a stream whose handshake was another one's, and its types leave this out. */
interface Attachable extends WebSocket {
  setSocket(socket: Duplex, head: Buffer, options: ServerOptions): void;
}

function socketOn(stream: Duplex, options: ServerOptions): WebSocket {
  const socket = Reflect.construct(WebSocket, [null, undefined, options]) as Attachable;
  socket.setSocket(stream, Buffer.alloc(0), options);
  return socket;
}
