/**
 * WebSockets for services behind a gateway, whose route has `websocket = true`:
 *
 *     import { Node } from "flatend";
 *     import { webSocket } from "flatend-gateway/websocket";
 *
 *     const echo = webSocket(async (socket) => {
 *       for await (const message of socket) await socket.send(message);
 *     });
 *     await Node.start({ addrs: ["127.0.0.1:9000"], services: { echo } });
 * @packageDocumentation
 */
import type { Context, Handler, Headers } from "flatend";
import {
  type Close,
  isCloseCode,
  LOST,
  MAX_REASON_LENGTH,
  SocketFault,
  type SocketMessage,
  SocketReader,
  writeSocketMessage,
} from "../mapping/index.ts";

export interface WebSocketOptions {
  /** Subprotocols, of which the first one that the client offers is chosen. Default: none. */
  readonly protocols?: readonly string[];
  /** Bytes; a longer message of a client ends the socket with 1009. Default: 1,048,576, as the gateway's. */
  readonly maxMessageLength?: number;
}

const DEFAULT_MAX_MESSAGE_LENGTH = 1_048_576;
const FAILED = 1011;
const NO_CODE = 1005;

/** How a socket has ended. */
export interface Closed {
  /** 1000 to 4999: 1005 where the client named none, 1006 where it was lost. */
  readonly code: number;
  readonly reason: string;
}

/** A client. Its messages, text as a string and others as bytes, are what a loop over it gives; the loop ends with the socket and does not throw. */
export class Socket implements AsyncIterable<string | Uint8Array> {
  /** Of the handshake, as of any request. */
  readonly headers: Headers;
  /** The subprotocol that was chosen. */
  readonly protocol: string | undefined;
  readonly #context: Context;
  readonly #maxMessageLength: number;
  #closing = false;
  #closed: Closed | undefined;

  /** @internal */
  constructor(context: Context, protocol: string | undefined, maxMessageLength: number) {
    this.headers = context.headers;
    this.protocol = protocol;
    this.#context = context;
    this.#maxMessageLength = maxMessageLength;
  }

  /** How the client has ended it, once a loop over the socket has come to its end. */
  get closed(): Closed | undefined {
    return this.#closed;
  }

  /** Bytes that were sent and wait for a client that reads more slowly. */
  get waiting(): number {
    return this.#context.writableLength;
  }

  /**
   * Sends a message. Resolves with true when there is room for the next one, with false when it could not be sent because the socket has ended; never
   * rejects. Whoever does not wait for it looks at {@link waiting}, or a client that does not read fills the memory.
   */
  send(message: string | Uint8Array): Promise<boolean> {
    if (this.#closing) return Promise.resolve(false);
    return this.#write(
      typeof message === "string" ? { type: "text", text: message } : { type: "binary", data: message },
    );
  }

  /**
   * Ends the socket; the client's last messages may still come. Without effect where it has ended. Throws a RangeError when a code may not be sent, or
   * a reason has more than 123 bytes.
   * @param code 1000 to 1014 but for 1004 to 1006, or 3000 to 4999
   */
  close(code = 1000, reason = ""): void {
    if (!isCloseCode(code)) throw new RangeError(`code: expected 1000 to 1014 or 3000 to 4999, got ${code}`);
    if (new TextEncoder().encode(reason).length > MAX_REASON_LENGTH) {
      throw new RangeError(`reason: expected at most ${MAX_REASON_LENGTH} bytes, got "${reason}"`);
    }
    if (this.#closing) return;
    this.#closing = true;
    void this.#write({ type: "close", code, reason });
    this.#context.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | Uint8Array> {
    if (this.#closed !== undefined) return;
    const reader = new SocketReader("gateway", this.#maxMessageLength);
    try {
      for await (const piece of this.#context) {
        for (const message of reader.read(piece)) {
          if (message instanceof SocketFault) {
            this.#fail(message);
            return;
          }
          if (message.type === "close") this.#ended(message);
          else yield message.type === "text" ? message.text : message.data;
        }
      }
    } catch {
      // The connection to the gateway is lost, and the client with it.
    }
    this.#closed ??= { code: LOST, reason: "" };
  }

  #ended({ code = NO_CODE, reason }: Close): void {
    this.#closed = { code, reason };
  }

  #fail({ kind }: SocketFault): void {
    this.#closed = { code: LOST, reason: "" };
    if (kind === "TOO_LARGE") this.close(1009, "the message is too long");
    else this.close(1002, "the gateway's messages are malformed");
  }

  #write(message: SocketMessage): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#context.destroyed || this.#context.writableEnded) resolve(false);
      else this.#context.write(writeSocketMessage(message), (error) => resolve(!error));
    });
  }
}

/**
 * A handler for a route with `websocket = true`. When `serve` has ended the socket is closed, with 1000, or with 1011 where it threw; a call that is no
 * WebSocket is answered with 426. To refuse some clients, answer `ctx` with a status of your own before you hand it on.
 */
export function webSocket(
  serve: (socket: Socket, context: Context) => unknown,
  { protocols = [], maxMessageLength = DEFAULT_MAX_MESSAGE_LENGTH }: WebSocketOptions = {},
): Handler {
  return async (context) => {
    if (context.headers[":protocol"] !== "websocket") {
      context.header(":status", "426").header("content-type", "text/plain").send("expected a WebSocket");
      return;
    }
    const offered = (context.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    const protocol = protocols.find((name) => offered.includes(name));
    if (protocol !== undefined) context.header("sec-websocket-protocol", protocol);
    context.flushHeaders();
    const socket = new Socket(context, protocol, maxMessageLength);
    try {
      await serve(socket, context);
      socket.close();
    } catch (error) {
      socket.close(FAILED, "the service failed");
      throw error;
    }
  };
}
