import type { Context, Headers } from "flatend";
import {
  type Envelope,
  EnvelopeReader,
  encodeGrpcMessage,
  GRPC_FLAGS,
  readGrpcTimeout,
  writeEnvelope,
  writeTrailers,
} from "../mapping/index.ts";
import { Code, GrpcError } from "./grpc-error.ts";
import { bytesOf, metadataField } from "./grpc-metadata.ts";

/** Bytes of messages that are read ahead of the method; with more, the client waits. */
const MAX_AHEAD = 65_536;
/** ms in which a gateway expects the head of an answer are 30,000 (FLT-STR-016). */
const HEAD_AFTER_MS = 10_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A call. Its messages are what a loop over it gives; the loop throws a {@link GrpcError} where they did not come whole. */
export class GrpcCall implements AsyncIterable<Uint8Array> {
  /** Metadata of the client among the headers of any request. */
  readonly headers: Headers;
  /** The last segment of the path. */
  readonly method: string;
  /** When the client gives up, in ms since 1970; `undefined` where it does not say. */
  readonly deadline: number | undefined;
  readonly #context: Context;
  readonly #maxMessageLength: number;
  readonly #controller = new AbortController();
  readonly #queue: Uint8Array[] = [];
  #ahead = 0;
  /** Whether the client's last message has come. */
  #complete = false;
  #failed: GrpcError | undefined;
  #over = false;
  #headSent = false;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #header: [string, string][] = [];
  readonly #trailer: [string, string][] = [];
  #onMessage: () => void = () => {};
  #onRoom: () => void = () => {};

  /** @internal */
  constructor(context: Context, maxMessageLength: number) {
    this.headers = context.headers;
    this.method = context.headers[":path"]?.split("/").at(-1) ?? "";
    this.#context = context;
    this.#maxMessageLength = maxMessageLength;
    this.#timers.push(setTimeout(() => this.sendHeaders(), HEAD_AFTER_MS));
    const timeoutMs = readGrpcTimeout(context.headers["grpc-timeout"] ?? "");
    if (timeoutMs !== undefined) {
      this.deadline = Date.now() + timeoutMs;
      const passed = () => this.fail(new GrpcError(Code.DEADLINE_EXCEEDED, "the deadline has passed"));
      if (timeoutMs < MAX_TIMER_MS) this.#timers.push(setTimeout(passed, timeoutMs));
    }
    void this.#read();
  }

  /** Aborted when the call ends before the method has, with a {@link GrpcError} as its reason: the client has gone, or the deadline has passed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Bytes that were sent and wait for a client that reads more slowly. */
  get waiting(): number {
    return this.#context.writableLength;
  }

  /** Values of the client's metadata under a name that ends with `-bin`. */
  bytes(name: string): Uint8Array[] {
    return bytesOf(this.headers[name.toLowerCase()]);
  }

  /** The message of a call that has one. Rejects with UNIMPLEMENTED where the client has sent none or several. */
  async message(): Promise<Uint8Array> {
    const messages: Uint8Array[] = [];
    for await (const message of this) {
      messages.push(message);
      if (messages.length > 1) break;
    }
    const [message] = messages;
    if (message === undefined || messages.length > 1) {
      throw new GrpcError(Code.UNIMPLEMENTED, `expected one message, got ${messages.length === 0 ? "none" : "more"}`);
    }
    return message;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#failed !== undefined) throw this.#failed;
      const message = this.#queue.shift();
      if (message !== undefined) {
        this.#ahead -= message.length;
        this.#onRoom();
        yield message;
      } else if (this.#complete || this.#over) return;
      else {
        await new Promise<void>((resolve) => {
          this.#onMessage = resolve;
        });
      }
    }
  }

  /**
   * Sets metadata that goes before the first message. Throws a TypeError for what metadata cannot hold, and an Error once it has been sent, which is with
   * the first message or after 10 s.
   * @param value bytes for a name that ends with `-bin`, printable ASCII for others
   */
  header(name: string, value: string | Uint8Array): this {
    if (this.#headSent) throw new Error("header: expected no message and no sendHeaders before, got one");
    this.#header.push(metadataField(name, value));
    return this;
  }

  /** Sets metadata that goes behind the last message. Throws a TypeError for what metadata cannot hold. */
  trailer(name: string, value: string | Uint8Array): this {
    this.#trailer.push(metadataField(name, value));
    return this;
  }

  /** Sends the metadata set by `header` now, without waiting for a message. Without effect once it was sent. */
  sendHeaders(): void {
    if (this.#over) return;
    this.#setHead();
    this.#context.flushHeaders();
  }

  /**
   * Sends a message. Resolves with true when there is room for the next one, with false when it could not be sent because the call has ended; never
   * rejects. Whoever does not wait for it looks at {@link waiting}, or a client that does not read fills the memory.
   */
  send(message: Uint8Array): Promise<boolean> {
    if (!(message instanceof Uint8Array)) throw new TypeError(`message: expected bytes, got ${typeof message}`);
    if (this.#over) return Promise.resolve(false);
    this.#setHead();
    return new Promise((resolve) => {
      if (this.#context.destroyed) resolve(false);
      else this.#context.write(writeEnvelope({ flags: GRPC_FLAGS.plain, data: message }), (error) => resolve(!error));
    });
  }

  /**
   * The method has ended well.
   * @internal
   */
  finish(): void {
    this.#conclude(Code.OK, "");
  }

  /**
   * The call ends with this error. Without effect once it has ended.
   * @internal
   */
  fail(error: GrpcError): void {
    if (this.#over) return;
    this.#failed = error;
    this.#conclude(error.code, error.message);
    this.#controller.abort(error);
  }

  /**
   * Resolves when all has been sent, or cannot be.
   * @internal
   */
  sent(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#context.writableFinished || this.#context.destroyed) resolve();
      this.#context.once("finish", resolve).once("close", resolve);
    });
  }

  #setHead(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    this.#context.header("content-type", this.headers["content-type"] ?? "application/grpc");
    const values = new Map<string, string[]>();
    for (const [name, value] of this.#header) values.set(name, [...(values.get(name) ?? []), value]);
    for (const [name, all] of values) this.#context.header(name, all.join(", "));
  }

  #conclude(status: number, message: string): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#onMessage();
    this.#onRoom();
    this.#setHead();
    const fields: [string, string][] = [["grpc-status", String(status)], ...this.#trailer];
    if (message !== "") fields.splice(1, 0, ["grpc-message", encodeGrpcMessage(message)]);
    if (this.#context.destroyed) return;
    this.#context.end(writeEnvelope({ flags: GRPC_FLAGS.trailers, data: writeTrailers(fields) }));
  }

  /** Reads the request half to its end, which comes when the call is over. */
  async #read(): Promise<void> {
    const reader = new EnvelopeReader(this.#maxMessageLength);
    try {
      for await (const piece of this.#context) {
        for (const envelope of reader.read(piece)) this.#take(envelope);
        while (this.#ahead > MAX_AHEAD && !this.#over) {
          await new Promise<void>((resolve) => {
            this.#onRoom = resolve;
          });
        }
      }
    } catch {
      // The connection to the gateway is lost, and the client with it.
    }
    this.fail(new GrpcError(Code.CANCELLED, "the client has gone"));
  }

  #take(envelope: Envelope | undefined): void {
    if (this.#over || this.#complete) return;
    if (envelope === undefined) {
      const most = `expected messages of at most ${this.#maxMessageLength} bytes`;
      this.fail(new GrpcError(Code.RESOURCE_EXHAUSTED, most));
      return;
    }
    const { flags, data } = envelope;
    if (flags === GRPC_FLAGS.compressed) {
      this.#header.push(["grpc-accept-encoding", "identity"]);
      this.fail(new GrpcError(Code.UNIMPLEMENTED, "expected messages that are not compressed"));
    } else if (flags === GRPC_FLAGS.trailers) this.#complete = true;
    // What a later gateway may tell besides is nothing to a service that does not know it (FLT-GWY-196).
    else if (flags === GRPC_FLAGS.plain) {
      this.#queue.push(data);
      this.#ahead += data.length;
    } else return;
    this.#onMessage();
  }
}
