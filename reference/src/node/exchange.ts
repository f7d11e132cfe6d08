import type { ConnectionError, ServiceAnswer, Stream, StreamReceiver } from "../connection/index.ts";
import { type Header, headerMap } from "../wire/index.ts";
import { messageOf } from "./errors.ts";
import type { Link } from "./link.ts";
import { lossOf, refusalOf } from "./losses.ts";
import { OutboundBody } from "./outbound-body.ts";
import type { RequestSource } from "./request-source.ts";
import { Response } from "./response.ts";

/** One attempt of a call on one connection: sends the request, and gives the response, or `undefined` after handled 0. */
export class Exchange implements StreamReceiver {
  /** Rejects when the attempt failed otherwise. */
  readonly answer: Promise<Response | undefined>;
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #outbound: OutboundBody;
  #resolve!: (response: Response | undefined) => void;
  #reject!: (error: Error) => void;
  #response: Response | undefined;
  #settled = false;
  #over = false;

  /** Throws a {@link FlatendError} when the stream cannot be opened; then nothing was sent. */
  constructor(link: Link, services: readonly string[], headers: readonly Header[]) {
    this.#link = link;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    try {
      this.#stream = link.run((connection, now) => connection.openStream(services, headers, this, now));
    } catch (error) {
      throw refusalOf(error);
    }
    this.#outbound = new OutboundBody(link, this.#stream);
  }

  /** When the connection took something of the body last, in ms of the clock; `undefined` of none. */
  get sentAt(): number | undefined {
    return this.#outbound.sentAt;
  }

  /** Sends the body to its end, or until the stream is over or refused. A promise, which never rejects, where the body is drawn piece by piece. */
  send(source: RequestSource): Promise<void> | undefined {
    const { whole } = source;
    if (whole === undefined) return this.#sendPieces(source);
    if (whole.length === 0) this.#endWhole();
    else this.#outbound.write(whole, (error) => (error ? this.#bodyFailed(error) : this.#endWhole()));
    return undefined;
  }

  #endWhole(): void {
    if (!this.#stream.writable || this.#over) return;
    this.#outbound.end((error) => error && this.#bodyFailed(error));
  }

  #bodyFailed(error: Error): void {
    if (this.#stream.writable) this.giveUp(error);
  }

  async #sendPieces(source: RequestSource): Promise<void> {
    try {
      for (let index = 0; this.#stream.writable; index++) {
        const piece = await source.piece(index);
        if (!this.#stream.writable || this.#over) return;
        if (piece === undefined) {
          await new Promise<void>((resolve, reject) =>
            this.#outbound.end((error) => (error ? reject(error) : resolve())),
          );
          return;
        }
        if (piece.length === 0) {
          source.sent(index);
          continue;
        }
        await new Promise<void>((resolve, reject) =>
          this.#outbound.write(piece, (error) => (error ? reject(error) : resolve())),
        );
        source.sent(index);
      }
    } catch (error) {
      // The body cannot be completed; the far side must not take it for whole (FLT-STR-051).
      if (this.#stream.writable) this.giveUp(error instanceof Error ? error : new Error(messageOf(error)));
    }
  }

  /** Nobody wants the response any more, for this reason. */
  giveUp(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#link.run((connection, now) => connection.abandon(this.#stream, now));
    this.#fail(error);
  }

  onAnswer(stream: Stream, answer: ServiceAnswer): void {
    this.#settled = true;
    if (!answer.handled) {
      this.#over = true;
      this.#outbound.failed(new Error("refused"));
      this.#resolve(undefined);
      return;
    }
    this.#response = new Response(this.#link, stream, headerMap(answer.headers), () => this.#released());
    this.#resolve(this.#response);
  }

  onData(_: Stream, data: Uint8Array): void {
    this.#response?.arrived(data);
  }

  onEnd(): void {
    this.#response?.complete();
  }

  onWritable(): void {
    this.#outbound.writable();
  }

  onFinished(): void {
    this.#over = true;
  }

  onLost(stream: Stream, reason: ConnectionError): void {
    this.#over = true;
    const error = lossOf(reason);
    this.#outbound.failed(error);
    // A response that is complete stays complete, whatever became of the request.
    if (!(this.#response !== undefined && stream.receiveEnded)) this.#fail(error);
  }

  #fail(error: Error): void {
    this.#outbound.failed(error);
    if (this.#settled) {
      this.#response?.destroy(error);
      return;
    }
    this.#settled = true;
    this.#reject(error);
  }

  /** The response was read to its end, or its user has destroyed it. */
  #released(): void {
    if (this.#over || this.#stream.receiveEnded) return;
    this.#over = true;
    this.#link.run((connection, now) => connection.abandon(this.#stream, now));
  }
}
