import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { show } from "./http-client.ts";
import type { Transcript } from "./transcript.ts";
import { Waiting } from "./waiting.ts";

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** One request of HTTP/2 and what has come of its response. */
export interface Http2Exchange {
  readonly stream: ClientHttp2Stream;
  /** The response's head, with `:status`. */
  headers: Readonly<Record<string, string | string[] | undefined>> | undefined;
  body: Buffer;
  /** Fields behind the body. */
  trailers: Http2Exchange["headers"];
  /** The head was all of the response. */
  endedWithHead: boolean;
  /** The response ended with END_STREAM. */
  ended: boolean;
  /** The error with which the stream was reset; NO_ERROR where it ended by itself. */
  closed: number | undefined;
}

/** A connection of HTTP/2, by Node's own client: what it sends keeps to the protocol unless its user does not. */
export class Http2Client {
  readonly name: string;
  readonly exchanges = new Map<string, Http2Exchange>();
  /** The connection has ended. */
  closed = false;
  readonly #session: ClientHttp2Session;
  readonly #transcript: Transcript;
  readonly #waiting = new Waiting();

  private constructor(name: string, session: ClientHttp2Session, transcript: Transcript) {
    this.name = name;
    this.#session = session;
    this.#transcript = transcript;
    session.on("error", () => {});
    session.on("goaway", (code) => this.#note("<", `GOAWAY, error ${code}`));
    session.on("close", () => {
      this.closed = true;
      this.#note("<", "the connection ends");
    });
  }

  /** Rejects with the socket's own error when nobody accepts. */
  static async dial(
    name: string,
    { host, port }: { readonly host: string; readonly port: number },
    transcript: Transcript,
    timeoutMs: number,
  ): Promise<Http2Client> {
    const authority = host.includes(":") ? `[${host}]` : host;
    const session = connect(`http://${authority}:${port}`, { settings: { enablePush: false } });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => session.destroy(new Error(`no HTTP/2 within ${timeoutMs} ms`)), timeoutMs);
      const done = (settle: () => void) => {
        clearTimeout(timer);
        settle();
      };
      session.once("error", (error) => done(() => reject(error)));
      session.once("remoteSettings", () => done(resolve));
    });
    transcript.note(name, `HTTP/2 over a TCP connection to ${host}:${port}`);
    return new Http2Client(name, session, transcript);
  }

  until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    return this.#waiting.until(look, timeoutMs);
  }

  /** Sends a head, and with `end` the end of the request. Nothing is sent once the connection has ended. */
  request(id: string, headers: Headers, end: boolean): void {
    if (this.closed || this.#session.destroyed) return;
    this.#note(">", `HEADERS of "${id}"${end ? ", end" : ""}: ${JSON.stringify(headers)}`);
    const given = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value as string | string[]]));
    const stream = this.#session.request(given, { endStream: end });
    const exchange: Http2Exchange = {
      stream,
      headers: undefined,
      body: Buffer.alloc(0),
      trailers: undefined,
      endedWithHead: false,
      ended: false,
      closed: undefined,
    };
    this.exchanges.set(id, exchange);
    stream.on("response", (response, flags) => {
      exchange.headers = response as Http2Exchange["headers"];
      exchange.endedWithHead = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      this.#note("<", `HEADERS of "${id}"${exchange.endedWithHead ? ", end" : ""}: ${JSON.stringify(response)}`);
    });
    stream.on("trailers", (trailers) => {
      exchange.trailers = trailers as Http2Exchange["headers"];
      this.#note("<", `trailers of "${id}": ${JSON.stringify(trailers)}`);
    });
    stream.on("data", (piece: Buffer) => {
      exchange.body = Buffer.concat([exchange.body, piece]);
      this.#note("<", `DATA of "${id}": ${show(piece)}`);
    });
    stream.on("end", () => {
      // Node ends a stream that was reset like one that is whole.
      exchange.ended = !stream.aborted && (stream.rstCode ?? constants.NGHTTP2_NO_ERROR) === constants.NGHTTP2_NO_ERROR;
      this.#waiting.wake();
    });
    stream.on("error", () => {});
    stream.on("close", () => {
      exchange.closed = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
      this.#note("<", `"${id}" ends, error ${exchange.closed}`);
    });
  }
  send(id: string, bytes: Uint8Array, end: boolean): void {
    this.#note(">", `DATA of "${id}"${end ? ", end" : ""}: ${show(bytes)}`);
    const stream = this.exchanges.get(id)?.stream;
    if (end) stream?.end(bytes);
    else stream?.write(bytes);
  }
  reset(id: string): void {
    this.#note(">", `RST_STREAM of "${id}"`);
    this.exchanges.get(id)?.stream.close(constants.NGHTTP2_CANCEL);
  }
  exchange(id: string): Http2Exchange {
    const exchange = this.exchanges.get(id);
    if (exchange === undefined) throw new Error(`no request is called "${id}"`);
    return exchange;
  }
  destroy(): void {
    this.#session.destroy();
  }

  #note(direction: ">" | "<", what: string): void {
    this.#transcript.add({ connection: this.name, direction, what });
    this.#waiting.wake();
  }
}
