import type { ConnectionError } from "../../session/index.ts";
import type { ServiceAnswer, ServiceCall, Stream, StreamReceiver } from "../types.ts";

/** What a stream's user does in the middle of a callback. */
export type TapeAction = (tape: Tape, event: "answer" | "data" | "end" | "lost" | "writable" | "finished") => void;

/**
 * Records what one stream was told, and throws as soon as a callback comes that must not come: out of order, twice, or
 * after the last one.
 */
export class Tape implements StreamReceiver {
  stream: Stream | undefined;
  readonly call: ServiceCall | undefined;
  readonly #chunks: Uint8Array[] = [];
  answer: ServiceAnswer | undefined;
  received = 0;
  ended = false;
  lost: ConnectionError | undefined;
  finished = false;
  /** Set by a test that has told the connection that nobody listens any more. */
  abandoned = false;
  /** Set by a test that has told the connection to drop what comes. */
  discarded = false;
  /** `sendData` took less than all, so that `onWritable` may come. */
  waiting = false;
  action: TapeAction = () => {};

  constructor(call?: ServiceCall) {
    this.call = call;
  }

  /** The body so far. */
  get body(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#chunks));
  }

  /** Nothing more may come. */
  get over(): boolean {
    return this.lost !== undefined || this.finished || this.abandoned;
  }

  onAnswer(stream: Stream, answer: ServiceAnswer): void {
    this.#expect(stream, "onAnswer");
    if (this.call !== undefined || this.answer !== undefined) throw new Error("unexpected onAnswer");
    this.answer = answer;
    this.action(this, "answer");
  }

  onData(stream: Stream, data: Uint8Array): void {
    this.#expect(stream, "onData");
    this.#expectBody("onData");
    if (data.length === 0) throw new Error("expected onData with at least one byte");
    this.#chunks.push(data);
    this.received += data.length;
    this.action(this, "data");
  }

  onEnd(stream: Stream): void {
    this.#expect(stream, "onEnd");
    this.#expectBody("onEnd");
    this.ended = true;
    if (!stream.receiveEnded) throw new Error("expected receiveEnded in onEnd");
    this.action(this, "end");
  }

  onLost(stream: Stream, reason: ConnectionError): void {
    this.#expect(stream, "onLost");
    this.lost = reason;
    if (this.ended && !stream.receiveEnded) throw new Error("expected receiveEnded of a body that had ended");
    this.action(this, "lost");
  }

  onWritable(stream: Stream): void {
    this.#expect(stream, "onWritable");
    if (!this.waiting) throw new Error("onWritable for nobody who waits");
    this.waiting = false;
    this.action(this, "writable");
  }

  onFinished(stream: Stream): void {
    this.#expect(stream, "onFinished");
    if (!stream.finished) throw new Error("onFinished of a stream that is not finished");
    this.finished = true;
    this.action(this, "finished");
  }

  #expect(stream: Stream, what: string): void {
    this.stream ??= stream;
    if (stream !== this.stream) throw new Error(`${what} for another stream`);
    if (this.over) throw new Error(`${what} after the last callback`);
  }

  #expectBody(what: string): void {
    if (this.discarded) throw new Error(`${what} of a body that is discarded`);
    if (this.ended) throw new Error(`${what} after onEnd`);
    if (this.call === undefined && this.answer?.handled !== true) throw new Error(`${what} before the answer`);
  }
}
