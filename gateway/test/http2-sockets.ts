/** A WebSocket of `ws` over a stream of HTTP/2: between them stands what takes its handshake for one of HTTP/1. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from "node:http2";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import WebSocket from "ws";
import { atEnd } from "./server.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const HEAD_END = "\r\n\r\n";

/** A connection whose gateway has said that it takes WebSockets. */
export async function sessionOf(port: number): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  atEnd(() => session.destroy());
  await once(session, "remoteSettings");
  if (!session.remoteSettings.enableConnectProtocol) throw new Error("expected SETTINGS_ENABLE_CONNECT_PROTOCOL");
  return session;
}

/** Asks for a WebSocket, as RFC 8441 has it. */
export function ask(
  session: ClientHttp2Session,
  path: string,
  headers: Record<string, string | undefined> = {},
): ClientHttp2Stream {
  const given = Object.entries({ "sec-websocket-version": "13", ...headers }).filter(
    ([, value]) => value !== undefined,
  );
  const stream = session.request(
    {
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": "http",
      ":path": path,
      ":authority": "a",
      ...Object.fromEntries(given),
    },
    { endStream: false },
  );
  return stream.on("error", () => {});
}

export async function answerOf(
  stream: ClientHttp2Stream,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
  let body = "";
  for await (const piece of stream.setEncoding("utf8")) body += String(piece);
  return { status: headers[":status"], headers, body };
}

export interface Dialed {
  readonly client: WebSocket;
  /** What the stream is once the handshake has begun. */
  readonly stream: () => ClientHttp2Stream;
}

export async function dialed(
  session: ClientHttp2Session,
  protocols: string[] = [],
  path = "/socket/7?room=a",
): Promise<Dialed> {
  const between = new Between(session, path, protocols);
  const client = new WebSocket("ws://a/", protocols, {
    createConnection: () => between as unknown as Socket,
    perMessageDeflate: false,
  });
  client.on("error", () => {});
  await once(client, "open");
  return { client, stream: () => between.stream as ClientHttp2Stream };
}

class Between extends Duplex {
  stream: ClientHttp2Stream | undefined;
  readonly #session: ClientHttp2Session;
  readonly #path: string;
  readonly #protocols: readonly string[];
  #head = "";

  constructor(session: ClientHttp2Session, path: string, protocols: readonly string[]) {
    super();
    this.#session = session;
    this.#path = path;
    this.#protocols = protocols;
  }

  override _write(piece: Buffer, _: string, done: (error?: Error | null) => void): void {
    if (this.stream !== undefined) {
      this.stream.write(piece, done);
      return;
    }
    this.#head += piece.toString("latin1");
    if (this.#head.includes(HEAD_END)) this.#begin();
    done();
  }

  override _final(done: () => void): void {
    this.stream?.end();
    done();
  }

  override _read(): void {
    this.stream?.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished || !this.readableEnded) this.stream?.close(constants.NGHTTP2_CANCEL);
    done(error);
  }

  #begin(): void {
    const key = /^sec-websocket-key: (.*)$/im.exec(this.#head)?.[1]?.trim() ?? "";
    const accept = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    const offered = this.#protocols.length === 0 ? {} : { "sec-websocket-protocol": this.#protocols.join(", ") };
    const stream = ask(this.#session, this.#path, offered);
    this.stream = stream;
    stream.once("response", (headers) => {
      const chosen = headers["sec-websocket-protocol"];
      const lines = chosen === undefined ? [] : [`Sec-WebSocket-Protocol: ${String(chosen)}`];
      const head = [
        "HTTP/1.1 101 OK",
        "Upgrade: websocket",
        "Connection: upgrade",
        `Sec-WebSocket-Accept: ${accept}`,
        ...lines,
      ];
      this.push(`${head.join("\r\n")}${HEAD_END}`);
    });
    stream.on("data", (piece: Buffer) => {
      if (!this.push(piece)) stream.pause();
    });
    stream.on("end", () => this.push(null)).on("close", () => this.destroy());
  }
}
