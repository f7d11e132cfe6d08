/** The request half of a gRPC call: the client's messages, a mark behind the last of them, and the end when the call is over. */
import { PassThrough } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import {
  END_OF_MESSAGES,
  GRPC_CODES,
  GRPC_FLAGS,
  GrpcFault,
  GrpcScanner,
  type GrpcSpeech,
  type MessageRecoder,
  writeEnvelope,
} from "../mapping/index.ts";
import { exchangeOf } from "./exchange.ts";
import { HttpFault } from "./fault.ts";
import { faultOfMessage, GrpcFaultAnswer } from "./grpc-schema.ts";
import { Base64Reader } from "./grpc-text.ts";
import { announcesBody } from "./message.ts";
import { type BodyRules, requestBody } from "./request-body.ts";

const HIGH_WATER_MARK = 65_536;

interface WholeRules {
  readonly body: BodyRules;
  /** Bytes. */
  readonly maxMessageLength: number;
}

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
      invite(request, reply);
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

  /** Takes a body that is one message. Rejects where it is too long or not accepted, or the client leaves. */
  async fromWhole(
    request: FastifyRequest,
    reply: FastifyReply,
    { body, maxMessageLength }: WholeRules,
    accepts: (message: Uint8Array) => boolean,
    onFault: (fault: HttpFault) => void,
  ): Promise<void> {
    const pieces: Uint8Array[] = [];
    if (announcesBody(request.raw)) {
      const rules = { ...body, maxLength: Math.min(body.maxLength, maxMessageLength) };
      const exchange = exchangeOf(request.raw);
      invite(request, reply);
      for await (const piece of requestBody(request.raw, rules, onFault)) {
        exchange.bytesIn += piece.length;
        pieces.push(piece);
      }
    }
    const data = Buffer.concat(pieces);
    if (!accepts(data)) {
      throw new GrpcFaultAnswer(GRPC_CODES.INVALID_ARGUMENT, "expected JSON of a message of the method's type");
    }
    await this.#pass(writeEnvelope({ flags: GRPC_FLAGS.plain, data }));
    await this.#pass(END_OF_MESSAGES);
  }

  #pass(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.writableEnded || this.destroyed) resolve();
      else this.write(bytes, () => resolve());
    });
  }
}

/** Tells a client that waits for it that it may send its body. */
function invite({ headers }: FastifyRequest, { raw }: FastifyReply): void {
  if (headers.expect?.toLowerCase() === "100-continue" && !raw.headersSent) raw.writeContinue();
}

const malformed = (): HttpFault => new HttpFault(400, "the messages of the request are malformed");
