/** Messages of gRPC on their way between a client and a service that write them differently (FLT-GWY-201). */
import { EnvelopeReader, writeEnvelope } from "./envelope.ts";
import { GRPC_FLAGS } from "./grpc-frames.ts";

/** Why a message cannot be passed on: it is too long in either form, compressed, or not what it should be. */
export type RecodeFault = "TOO_LARGE" | "COMPRESSED" | "MALFORMED";

export class MessageRecoder {
  readonly #convert: (message: Uint8Array) => Uint8Array | undefined;
  readonly #maxLength: number;
  readonly #reader: EnvelopeReader;

  /** @param maxLength most bytes of a message, of which it holds one */
  constructor(convert: (message: Uint8Array) => Uint8Array | undefined, maxLength: number) {
    this.#convert = convert;
    this.#maxLength = maxLength;
    this.#reader = new EnvelopeReader(maxLength);
  }

  /** The messages that have become whole with this piece. Nothing comes behind a fault. */
  *read(piece: Uint8Array): Generator<Uint8Array | RecodeFault> {
    for (const envelope of this.#reader.read(piece)) {
      const message = envelope === undefined ? "TOO_LARGE" : this.#recode(envelope.flags, envelope.data);
      yield message;
      if (typeof message === "string") return;
    }
  }

  #recode(flags: number, data: Uint8Array): Uint8Array | RecodeFault {
    if (flags !== GRPC_FLAGS.plain) return "COMPRESSED";
    const message = this.#convert(data);
    if (message === undefined) return "MALFORMED";
    return message.length > this.#maxLength ? "TOO_LARGE" : writeEnvelope({ flags, data: message });
  }
}
