import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type Settings } from "node:http2";
import { show } from "./http-client.ts";
import { openTls, type TlsHello } from "./tls.ts";
import type { Transcript } from "./transcript.ts";
import { Waiting } from "./waiting.ts";

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** One request of HTTP/2 and what has come of its response. */
export interface Http2Exchange {
  /** None where the connection took no request any more. */
  readonly stream: ClientHttp2Stream | undefined;
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

const NOTHING = {
  headers: undefined,
  body: Buffer.alloc(0),
  trailers: undefined,
  endedWithHead: false,
  ended: false,
  closed: undefined,
} as const;

/** A connection of HTTP/2, by Node's own client: what it sends keeps to the protocol unless its user does not. */
export class Http2Client {
  readonly name: string;
  readonly exchanges = new Map<string, Http2Exchange>();
  /** The connection has ended. */
  closed = false;
  /** The error of the last GOAWAY that has come. */
  goaway: number | undefined;
  readonly #session: ClientHttp2Session;
  readonly #transcript: Transcript;
  readonly #waiting = new Waiting();

  private constructor(name: string, session: ClientHttp2Session, transcript: Transcript) {
    this.name = name;
    this.#session = session;
    this.#transcript = transcript;
    session.on("error", () => {});
    session.on("goaway", (code) => {
      this.goaway = code;
      this.#note("<", `GOAWAY, error ${code}`);
    });
    session.on("close", () => {
      this.closed = true;
      this.#note("<", "the connection ends");
    });
  }

  /** Rejects with the error of TCP or TLS when nobody accepts, the certificate is not good, or the gateway does not choose HTTP/2. */
  static async dial(
    name: string,
    { host, port }: { readonly host: string; readonly port: number },
    transcript: Transcript,
    timeoutMs: number,
    tls?: TlsHello,
  ): Promise<Http2Client> {
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const settings = { enablePush: false };
    const secured = tls === undefined ? undefined : await openTls({ host, port }, tls, true, timeoutMs);
    if (secured !== undefined && secured.alpnProtocol !== "h2") {
      secured.destroy();
      throw new Error(`the gateway chose ${secured.alpnProtocol || "nothing"} by ALPN`);
    }
    const session =
      secured === undefined
        ? connect(`http://${authority}`, { settings })
        : connect(`https://${authority}`, { settings, createConnection: () => secured });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => session.destroy(new Error(`no HTTP/2 within ${timeoutMs} ms`)), timeoutMs);
      const done = (settle: () => void) => {
        clearTimeout(timer);
        settle();
      };
      session.once("error", (error) => done(() => reject(error)));
      session.once("remoteSettings", () => done(resolve));
    });
    transcript.note(name, `HTTP/2 over a ${secured?.getProtocol() ?? "TCP"} connection to ${host}:${port}`);
    return new Http2Client(name, session, transcript);
  }

  /** Of the gateway. */
  get settings(): Settings {
    return this.#session.remoteSettings;
  }
  get takesConnect(): boolean {
    return this.settings.enableConnectProtocol === true;
  }

  until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    return this.#waiting.until(look, timeoutMs);
  }

  /** Sends a head, and with `end` the end of the request. Nothing is sent once the connection takes no more, and the request counts as refused. */
  request(id: string, headers: Headers, end: boolean): void {
    if (this.closed || this.#session.closed || this.#session.destroyed) {
      this.exchanges.set(id, { ...NOTHING, stream: undefined, closed: constants.NGHTTP2_REFUSED_STREAM });
      return;
    }
    this.#note(">", `HEADERS of "${id}"${end ? ", end" : ""}: ${JSON.stringify(headers)}`);
    const given = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value as string | string[]]));
    const stream = this.#session.request(given, { endStream: end });
    const exchange: Http2Exchange = { ...NOTHING, stream };
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
    this.exchanges.get(id)?.stream?.close(constants.NGHTTP2_CANCEL);
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
