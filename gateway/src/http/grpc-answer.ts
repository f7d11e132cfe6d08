/** The response half of a gRPC call: messages as they come, and how it ends, in trailers or as gRPC-Web has it. */
import { Transform, type TransformCallback } from "node:stream";
import {
  encodeGrpcMessage,
  GRPC_CODES,
  GRPC_FLAGS,
  GrpcFault,
  GrpcScanner,
  type GrpcSpeech,
  type GrpcStatus,
  type GrpcTrailers,
  type MessageRecoder,
  type RecodeFault,
  writeEnvelope,
  writeTrailers,
} from "../mapping/index.ts";
import { toBase64 } from "./grpc-text.ts";
import type { Outgoing } from "./message.ts";

/** An end of which the gateway itself tells. */
export const trailersOf = ({ code, message }: GrpcStatus): GrpcTrailers => ({
  status: code,
  fields: [
    ["grpc-status", String(code)],
    ["grpc-message", encodeGrpcMessage(message)],
  ],
});

/** The end of an answer to a client of gRPC-Web, as bytes of its body. */
export function webTrailers({ fields }: GrpcTrailers, { answersInText }: GrpcSpeech): Uint8Array {
  const bytes = writeEnvelope({ flags: GRPC_FLAGS.trailers, data: writeTrailers(fields) });
  return answersInText ? toBase64(bytes) : bytes;
}

/** What is written into it is the body of a service, what is read the body for a client. */
export class GrpcAnswer extends Transform {
  readonly #speech: GrpcSpeech;
  readonly #response: Outgoing;
  readonly #onEnd: (status: number) => void;
  readonly #recoder: MessageRecoder | undefined;
  readonly #scanner = new GrpcScanner("service");
  #trailers: GrpcTrailers | undefined;
  #ended = false;

  /** @param onEnd is told once how the call has ended */
  constructor(
    speech: GrpcSpeech,
    response: Outgoing,
    recoder: MessageRecoder | undefined,
    onEnd: (status: number) => void,
  ) {
    super();
    this.#recoder = recoder;
    this.#speech = speech;
    this.#response = response;
    this.#onEnd = onEnd;
  }

  /** The call ends like this, whatever the service may have said. Without effect once it has ended. */
  fail(status: GrpcStatus): void {
    this.#conclude(trailersOf(status));
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    for (const part of this.#ended ? [] : this.#scanner.read(piece)) {
      if (part instanceof Uint8Array) this.#pass(part);
      else if (part instanceof GrpcFault) this.#malformed(part.kind);
      // They count when the body has ended: until then it may still break off (FLT-GWY-064).
      else this.#trailers = part;
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    const fault = this.#scanner.end();
    if (fault !== undefined) this.#malformed(fault.kind);
    else if (this.#trailers !== undefined) this.#conclude(this.#trailers);
    done();
  }

  #pass(part: Uint8Array): void {
    for (const message of this.#recoder === undefined ? [part] : this.#recoder.read(part)) {
      if (this.#ended) return;
      if (typeof message === "string") this.#malformed(message);
      else this.push(this.#speech.answersInText ? toBase64(message) : message);
    }
  }

  #malformed(kind: GrpcFault["kind"] | RecodeFault): void {
    this.#conclude(trailersOf({ code: GRPC_CODES.INTERNAL, message: `the service's messages: ${kind}` }));
  }

  #conclude(trailers: GrpcTrailers): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(trailers.status);
    if (this.#speech.isWeb) {
      // Within a message there is no place for it: the answer breaks off.
      if (this.#scanner.atBoundary || this.#recoder !== undefined) this.push(webTrailers(trailers, this.#speech));
      else this.destroy(new Error("the call ended within a message"));
    } else if ("stream" in this.#response) this.#response.addTrailers(Object.fromEntries(trailers.fields));
    // What the service still has to say is discarded, and its end may be far.
    if (!this.writableEnded) this.end();
  }
}
