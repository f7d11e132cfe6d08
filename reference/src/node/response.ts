import { Readable } from "node:stream";
import type { Stream } from "../connection/index.ts";
import { DEFAULT_BODY_LIMIT } from "./collection.ts";
import type { Headers } from "./headers.ts";
import { InboundBody } from "./inbound-body.ts";
import type { Link } from "./link.ts";
import type { PeerInfo } from "./peer-info.ts";
import { readAll } from "./read-all.ts";

const HIGH_WATER_MARK = 65_536;

/** Is told once when nothing more comes of a response: what it failed of, and whether it was read to its end. */
type OnOver = (error: Error | null, isRead: boolean) => void;

const ignore = (): void => {};

/** The response of a call: its headers, and its body as a readable stream. A body that is lost ends in an error, never as if it were whole. */
export class Response extends Readable {
  /** As an object without prototype. */
  readonly headers: Headers;
  /** Who answered; `undefined` is an anonymous peer. */
  readonly id: PeerInfo | undefined;
  readonly #inbound: InboundBody;
  readonly #onDestroy: () => void;
  #onOver: OnOver | undefined;
  #isTaken = false;

  /** @internal */
  constructor(link: Link, stream: Stream, headers: Headers, onDestroy: () => void) {
    super({ highWaterMark: HIGH_WATER_MARK });
    this.headers = headers;
    this.id = link.peerInfo;
    this.#inbound = new InboundBody(link, stream, this);
    this.#onDestroy = onDestroy;
    // Whoever reads it gets the error; whoever does not must not die of it.
    this.on("error", ignore);
  }

  /** The stream itself, under the name it had in the original. */
  get body(): this {
    return this;
  }

  /**
   * Length in bytes of a body that has come whole and of which nothing was read or asked for yet, as small ones do together with the head;
   * `undefined` of any other. `bytes()` gives it without waiting for the peer.
   */
  get readyLength(): number | undefined {
    return this.#inbound.readyLength;
  }

  /** The whole body, of at most `limit` bytes (default 65,536). Rejects with TOO_LARGE above it. */
  bytes(options: { readonly limit?: number } = {}): Promise<Buffer> {
    const { limit = DEFAULT_BODY_LIMIT } = options;
    const whole = this.#inbound.collect(limit);
    if (whole === undefined) return readAll(this, limit);
    // As the end of a loop over the stream would: what is too large is not wanted any more.
    whole.catch(() => this.destroy());
    return whole;
  }

  /**
   * The whole body, where {@link readyLength} tells that it is there, and `undefined` where it is not. The stream is closed by that, and has no `end`: for whoever
   * answers so many calls that the events of a stream for each cost too much.
   */
  takeReady(): Buffer | undefined {
    const body = this.#inbound.takeReady();
    if (body === undefined) return undefined;
    this.#isTaken = true;
    this.destroy();
    return body;
  }

  /** @internal At once where it is over. */
  whenOver(onOver: OnOver): void {
    this.#onOver = onOver;
    if (this.destroyed) this.#tellOver();
  }

  /** @internal */
  arrived(data: Uint8Array): void {
    this.#inbound.arrived(data);
  }

  /** @internal */
  complete(): void {
    this.#inbound.ended();
  }

  /** @internal */
  override _read(): void {
    this.#inbound.wanted();
  }

  /** @internal */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#inbound.drop(error);
    this.#onDestroy();
    this.#tellOver(error);
    callback(error);
  }

  #tellOver(error = this.errored): void {
    const onOver = this.#onOver;
    this.#onOver = undefined;
    onOver?.(error, this.#isTaken || this.readableEnded);
  }
}
