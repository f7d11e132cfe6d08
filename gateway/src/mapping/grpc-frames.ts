/** The messages of a gRPC call on their way: passed on as they are, and looked at no further than their prefixes (chapter 13 of the specification, "gRPC"). */
import { PREFIX_LENGTH, writeEnvelope } from "./envelope.ts";
import { type GrpcTrailers, readTrailers } from "./grpc-trailers.ts";

/** 0x00 is a message as it is, 0x01 one that is compressed. */
export const GRPC_FLAGS = { plain: 0x00, compressed: 0x01, trailers: 0x80 } as const;
/** Most bytes of trailers. */
export const MAX_TRAILERS_LENGTH = 16_384;

/** What is wrong with a body. Nothing is read behind it. */
export class GrpcFault {
  readonly kind: "BAD_FLAGS" | "TOO_LARGE" | "BAD_TRAILERS" | "BEHIND_TRAILERS" | "SHORT" | "NO_TRAILERS";

  constructor(kind: GrpcFault["kind"]) {
    this.kind = kind;
  }
}

/** What a gateway writes behind the last message of a client (FLT-GWY-184). */
export const END_OF_MESSAGES: Uint8Array = writeEnvelope({ flags: GRPC_FLAGS.trailers, data: new Uint8Array(0) });

/** What it writes so that a call on which nothing is said lives on (FLT-GWY-206): flags to skip, as of a Ping of a WebSocket. */
export const STILL_THERE: Uint8Array = writeEnvelope({ flags: 0x09, data: new Uint8Array(0) });

/** Bytes of messages, perhaps parts of some; or what stands at the end. */
export type GrpcPart = Uint8Array | GrpcTrailers | GrpcFault;

/** Finds the ends of messages in the pieces of a body, and the trailers behind them. Keeps nothing but trailers that are not whole. */
export class GrpcScanner {
  readonly #from: "client" | "service";
  readonly #prefix = new DataView(new ArrayBuffer(PREFIX_LENGTH));
  #prefixLength = 0;
  /** Bytes still to come of a message or of trailers. */
  #left = 0;
  #trailers: Uint8Array[] | undefined;
  #over: "TRAILERS" | "FAULT" | undefined;

  /** @param from whose body it is: a client's has no trailers */
  constructor(from: "client" | "service") {
    this.#from = from;
  }

  /** Whether no message has begun that is not whole. */
  get atBoundary(): boolean {
    return this.#prefixLength === 0 && this.#left === 0;
  }

  *read(piece: Uint8Array): Generator<GrpcPart> {
    let passed = 0;
    let at = 0;
    while (at < piece.length && this.#over !== "FAULT") {
      const wasInMessages = this.#trailers === undefined;
      const before = at;
      at += this.#step(piece, at);
      const fault = this.#fault;
      if (wasInMessages && (fault !== undefined || this.#trailers !== undefined)) {
        if (before > passed) yield piece.subarray(passed, before);
        passed = piece.length;
      }
      if (fault !== undefined) yield fault;
      else if (this.#isTrailersEnd) yield this.#takeTrailers();
    }
    if (this.#trailers === undefined && this.#over === undefined && passed < piece.length) yield piece.subarray(passed);
  }

  /** What is wrong with a body that ends here, if anything is. */
  end(): GrpcFault | undefined {
    if (this.#over !== undefined) return undefined;
    if (!this.atBoundary) return new GrpcFault("SHORT");
    return this.#from === "client" ? undefined : new GrpcFault("NO_TRAILERS");
  }

  #fault: GrpcFault | undefined;

  get #isTrailersEnd(): boolean {
    return this.#trailers !== undefined && this.#over === undefined && this.atBoundary;
  }

  /** Reads one byte of a prefix, or what there is of a message. Returns the number of bytes. */
  #step(piece: Uint8Array, at: number): number {
    if (this.#left > 0) {
      const part = piece.subarray(at, at + this.#left);
      this.#left -= part.length;
      this.#trailers?.push(part);
      return part.length;
    }
    if (this.#prefixLength === 0) {
      const kind = this.#begin(piece[at] as number);
      if (kind !== undefined) {
        this.#fail(kind);
        return 1;
      }
    }
    this.#prefix.setUint8(this.#prefixLength++, piece[at] as number);
    if (this.#prefixLength < PREFIX_LENGTH) return 1;
    this.#prefixLength = 0;
    this.#left = this.#prefix.getUint32(1);
    if (this.#trailers !== undefined && this.#left > MAX_TRAILERS_LENGTH) this.#fail("TOO_LARGE");
    return 1;
  }

  #begin(flags: number): GrpcFault["kind"] | undefined {
    if (this.#over === "TRAILERS") return "BEHIND_TRAILERS";
    if (flags === GRPC_FLAGS.plain || flags === GRPC_FLAGS.compressed) return undefined;
    if (flags !== GRPC_FLAGS.trailers || this.#from === "client") return "BAD_FLAGS";
    this.#trailers = [];
    return undefined;
  }

  #takeTrailers(): GrpcTrailers | GrpcFault {
    const bytes = joined(this.#trailers ?? []);
    const trailers = readTrailers(bytes);
    this.#over = trailers === undefined ? "FAULT" : "TRAILERS";
    return trailers ?? new GrpcFault("BAD_TRAILERS");
  }

  #fail(kind: GrpcFault["kind"]): void {
    this.#over = "FAULT";
    this.#fault = new GrpcFault(kind);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
