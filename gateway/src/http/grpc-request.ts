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
  STILL_THERE,
  writeEnvelope,
} from "../mapping/index.ts";
import { exchangeOf } from "./exchange.ts";
import { HttpFault } from "./fault.ts";
import { faultOfMessage, GrpcFaultAnswer } from "./grpc-schema.ts";
import { Base64Reader } from "./grpc-text.ts";
import { announcesBody } from "./message.ts";
import { type BodyRules, requestBody } from "./request-body.ts";

const HIGH_WATER_MARK = 65_536;
/** ms after which a service is told that its client is still there: a third of what the mesh takes for the end (FLT-STR-017). */
const ALIVE_MS = 10_000;

interface WholeRules {
  readonly body: BodyRules;
  /** Bytes. */
  readonly maxMessageLength: number;
}

export class GrpcMessages extends PassThrough {
  #isWanted = false;
  /** Whether what was passed so far ends with an envelope. */
  #atBoundary = true;
  #isSilent = true;
  readonly #alive = setInterval(() => this.#stayAlive(), ALIVE_MS);

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
    clearInterval(this.#alive);
    if (!this.writableEnded) this.end();
  }

  /** What waits for the service says as much. */
  #stayAlive(): void {
    const isIdle = this.#isSilent && this.#atBoundary && this.readableLength === 0;
    this.#isSilent = true;
    if (isIdle && this.#isWanted && !this.writableEnded && !this.destroyed) this.write(STILL_THERE);
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
        this.#atBoundary = false;
        for (const part of scanner.read(bytes)) {
          if (!(part instanceof Uint8Array)) throw malformed();
          for (const message of recoder === undefined ? [part] : recoder.read(part)) {
            if (typeof message === "string") throw faultOfMessage(message);
            await this.#pass(message);
          }
        }
        // A recoder gives whole messages alone.
        this.#atBoundary = recoder !== undefined || scanner.atBoundary;
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
    this.#isSilent = false;
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
