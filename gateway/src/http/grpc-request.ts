/** The request half of a gRPC call: the client's messages, a mark behind the last of them, and the end when the call is over. */
import { PassThrough } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { END_OF_MESSAGES, GrpcFault, GrpcScanner, type GrpcSpeech, type MessageRecoder } from "../mapping/index.ts";
import { exchangeOf } from "./exchange.ts";
import { HttpFault } from "./fault.ts";
import { faultOfMessage } from "./grpc-schema.ts";
import { Base64Reader } from "./grpc-text.ts";
import { announcesBody } from "./message.ts";
import { type BodyRules, requestBody } from "./request-body.ts";

const HIGH_WATER_MARK = 65_536;

export class GrpcMessages extends PassThrough {
  #isWanted = false;

  constructor() {
    super({ highWaterMark: HIGH_WATER_MARK });
    this.on("error", () => {});
  }

  /** Whether a provider was asked, and waits for them. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Its iterator can be asked for again as long as nothing was taken. */
  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#pieces() };
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    this.#isWanted = true;
    yield* this;
  }

  /** Nothing more comes: to a service that has not answered to the end, the client is gone. */
  finish(): void {
    if (!this.writableEnded) this.end();
  }

  /** Takes the messages of a request, no faster than they are read. Rejects where they break the rules or the client leaves. */
  async from(
    request: FastifyRequest,
    reply: FastifyReply,
    { asksInText }: GrpcSpeech,
    rules: BodyRules,
    recoder: MessageRecoder | undefined,
    onFault: (fault: HttpFault) => void,
  ): Promise<void> {
    const scanner = new GrpcScanner("client");
    if (announcesBody(request.raw)) {
      const exchange = exchangeOf(request.raw);
      const base64 = asksInText ? new Base64Reader() : undefined;
      if (request.headers.expect?.toLowerCase() === "100-continue" && !reply.raw.headersSent) reply.raw.writeContinue();
      for await (const piece of requestBody(request.raw, rules, onFault)) {
        exchange.bytesIn += piece.length;
        const bytes = base64 === undefined ? piece : base64.read(piece);
        if (bytes === undefined) throw malformed();
        for (const part of scanner.read(bytes)) {
          if (!(part instanceof Uint8Array)) throw malformed();
          for (const message of recoder === undefined ? [part] : recoder.read(part)) {
            if (typeof message === "string") throw faultOfMessage(message);
            await this.#pass(message);
          }
        }
      }
      if (base64?.atBoundary === false) throw malformed();
    }
    if (scanner.end() instanceof GrpcFault) throw malformed();
    await this.#pass(END_OF_MESSAGES);
  }

  #pass(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.writableEnded || this.destroyed) resolve();
      else this.write(bytes, () => resolve());
    });
  }
}

const malformed = (): HttpFault => new HttpFault(400, "the messages of the request are malformed");
