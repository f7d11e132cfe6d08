import { Duplex } from "node:stream";
import type { ConnectionError, ServiceCall, Stream, StreamReceiver } from "../connection/index.ts";
import { type Header, headerMap } from "../wire/index.ts";
import { DEFAULT_BODY_LIMIT } from "./collection.ts";
import { messageOf } from "./errors.ts";
import type { Headers } from "./headers.ts";
import { InboundBody } from "./inbound-body.ts";
import type { Link } from "./link.ts";
import { lossOf, refusalOf } from "./losses.ts";
import { OutboundBody } from "./outbound-body.ts";
import type { PeerInfo } from "./peer-info.ts";
import { readAll } from "./read-all.ts";
import { traceOf } from "./trace.ts";

/** Serves one call. What it throws becomes the response, as JSON, if nothing of one was sent (FLT-HDR-020). */
export type Handler = (ctx: Context) => unknown;

/** Is told what became of handlers. */
export interface ServeWatcher {
  finished(): void;
  failed(service: string, error: unknown): void;
}

const HIGH_WATER_MARK = 65_536;
const FAILED: readonly Header[] = [[":status", "500"]];

/** One call of a service: the request body is its readable side, the response body its writable side. */
export class Context extends Duplex {
  /** Headers of the request, as an object without prototype. */
  readonly headers: Headers;
  /** The name that was called. */
  readonly service: string;
  /** Who calls; `undefined` is an anonymous peer. */
  readonly id: PeerInfo | undefined;
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #inbound: InboundBody;
  readonly #outbound: OutboundBody;
  readonly #responseHeaders = new Map<string, string>();
  #headSent = false;
  #settled = false;
  #responded = false;
  #lost = false;

  /** @internal */
  constructor(link: Link, stream: Stream, call: ServiceCall) {
    super({ readableHighWaterMark: HIGH_WATER_MARK, writableHighWaterMark: HIGH_WATER_MARK });
    this.headers = headerMap(call.headers);
    this.service = call.service;
    this.id = link.peerInfo;
    this.#link = link;
    this.#stream = stream;
    this.#inbound = new InboundBody(link, stream, this);
    this.#outbound = new OutboundBody(link, stream);
    // A caller that goes away must not end the process of a handler that listens to nothing.
    this.on("error", () => {});
  }

  /**
   * The W3C trace headers of the request, `traceparent` and perhaps `tracestate`, to hand on with calls it leads to; empty where there are none
   * or they are not well formed.
   */
  get trace(): Headers {
    return traceOf(this.headers);
  }

  /** Sets a header of the response. Without effect once anything was sent. */
  header(key: string, value: string): this {
    // Programs without types give numbers, which the original took.
    this.#responseHeaders.set(String(key), String(value));
    return this;
  }

  /** Writes and ends the response. */
  send(data: string | Uint8Array): void {
    this.end(data);
  }

  /** Sends a value as JSON, with its content type. */
  json(value: unknown): void {
    this.header("content-type", "application/json");
    this.send(JSON.stringify(value));
  }

  /** The whole request body, of at most `limit` bytes (default 65,536). Rejects with TOO_LARGE above it. */
  body(options: { readonly limit?: number } = {}): Promise<Buffer> {
    const { limit = DEFAULT_BODY_LIMIT } = options;
    return this.#inbound.collect(limit) ?? readAll(this, limit);
  }

  override read(size?: number): unknown;
  /** With an object, the same as {@link body}. */
  override read(options: { readonly limit?: number }): Promise<Buffer>;
  override read(argument?: number | { readonly limit?: number }): unknown {
    if (typeof argument === "object" && argument !== null) return this.body(argument);
    return super.read(argument);
  }

  /**
   * What the connection tells of this call.
   * @internal
   */
  receiver(): StreamReceiver {
    return {
      onData: (_, data) => this.#inbound.arrived(data),
      onEnd: () => this.#inbound.ended(),
      onWritable: () => this.#outbound.writable(),
      onLost: (_, reason) => this.#onLost(reason),
    };
  }

  /**
   * Runs the handler and answers for its failure.
   * @internal
   */
  async serve(handler: Handler, watcher: ServeWatcher): Promise<void> {
    try {
      await handler(this);
      this.#settled = true;
      watcher.finished();
      this.#discardUnread();
    } catch (error) {
      this.#fail(error);
      watcher.failed(this.service, error);
    }
  }

  /** Sends the head of the response now, without waiting for its body. Without effect once it was sent. */
  flushHeaders(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    const headers = [...this.#responseHeaders];
    this.#link.run((connection, now) => connection.respond(this.#stream, headers, now));
  }

  /** Reading to the end, or breaking off, leaves the response to be sent; a plain Duplex would be destroyed by it. */
  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<Buffer> {
    return this.iterator({ destroyOnReturn: false });
  }

  /** @internal */
  override _read(): void {
    this.#inbound.wanted();
  }

  /** @internal */
  override _write(chunk: Buffer | string, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    try {
      this.flushHeaders();
    } catch (error) {
      callback(refusalOf(error));
      return;
    }
    this.#outbound.write(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk, callback);
  }

  /** @internal */
  override _final(callback: (error?: Error | null) => void): void {
    try {
      this.flushHeaders();
    } catch (error) {
      callback(refusalOf(error));
      return;
    }
    this.#outbound.end((error) => {
      callback(error);
      if (error) return;
      this.#responded = true;
      this.#discardUnread();
    });
  }

  /** @internal */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#inbound.drop(error);
    if (error !== null) this.#outbound.failed(error);
    if (!this.#lost) {
      // A destroyed handler's side is a handler that has failed, unless its response was complete.
      if (this.#responded) this.#discard();
      else this.#failResponse(error === null ? "the handler gave up" : error.message);
    }
    callback(error);
  }

  /** A response that is complete leaves nobody to wait for a request body that nobody reads (FLT-STR-028). */
  #discardUnread(): void {
    if (!this.#settled || !this.#responded || this.#inbound.taken || this.#lost) return;
    if (this.readableFlowing === true || this.listenerCount("readable") > 0) return;
    this.#inbound.drop();
    this.#discard();
  }

  /** What still comes of the request is dropped. */
  #discard(): void {
    if (this.#stream.finished) return;
    this.#link.run((connection, now) => connection.discard(this.#stream, now));
  }

  #fail(error: unknown): void {
    if (this.destroyed || this.writableFinished) return;
    this.#failResponse(messageOf(error));
    this.#lost = true;
    this.destroy();
  }

  #failResponse(message: string): void {
    // Only a gateway reads a status, and says by this key that it is one (FLT-GWY-080).
    const headers = this.headers[":method"] === undefined ? [] : FAILED;
    this.#link.run((connection, now) => connection.failResponse(this.#stream, message, now, headers));
  }

  #onLost(reason: ConnectionError): void {
    this.#lost = true;
    const error = lossOf(reason);
    this.#outbound.failed(error);
    // A request that had come whole may still be read to its end; only the response has nowhere to go.
    if (!this.destroyed && !(this.#responded && this.#stream.receiveEnded)) this.destroy(error);
  }
}
