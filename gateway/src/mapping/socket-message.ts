/** Messages of a WebSocket as they stand in the bodies of a call (chapter 13 of the specification, "WebSocket"). */
import { EnvelopeReader, writeEnvelope } from "./envelope.ts";

export type SocketMessage =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly data: Uint8Array }
  | Close;

/** How a WebSocket ends. */
export interface Close {
  readonly type: "close";
  /** 1000 to 4999; undefined where whoever closed named none. 1006: the client was lost. */
  readonly code: number | undefined;
  readonly reason: string;
}

/** What is wrong with the messages of the other side. Nothing is read behind it. */
export class SocketFault {
  readonly kind: "TOO_LARGE" | "BAD_FLAGS" | "UTF8" | "BAD_CLOSE" | "SHORT" | "NO_CLOSE";

  constructor(kind: SocketFault["kind"]) {
    this.kind = kind;
  }
}

/** The numbers that RFC 6455 gives them. A ping is the gateway's own, and says nothing. */
export const SOCKET_FLAGS = { text: 0x01, binary: 0x02, close: 0x08, ping: 0x09 } as const;
export const LOST = 1006;
/** Bytes: a control frame holds 125, of which the code takes two. */
export const MAX_REASON_LENGTH = 123;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether a Close may carry this code on the wire; the others tell of ends without a Close. */
export const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999);

export function writeSocketMessage(message: SocketMessage): Uint8Array {
  switch (message.type) {
    case "text":
      return writeEnvelope({ flags: SOCKET_FLAGS.text, data: encoder.encode(message.text) });
    case "binary":
      return writeEnvelope({ flags: SOCKET_FLAGS.binary, data: message.data });
    case "close":
      return writeEnvelope({ flags: SOCKET_FLAGS.close, data: closeData(message) });
  }
}

function closeData({ code, reason }: Close): Uint8Array {
  if (code === undefined) return new Uint8Array(0);
  const text = encoder.encode(reason);
  const data = new Uint8Array(2 + text.length);
  new DataView(data.buffer).setUint16(0, code);
  data.set(text, 2);
  return data;
}

/** Reads what one side writes: the gateway in a request body, the service in a response body. */
export class SocketReader {
  readonly #from: "gateway" | "service";
  readonly #envelopes: EnvelopeReader;
  readonly #maxLength: number;
  #over = false;

  /** @param maxLength most bytes of a message */
  constructor(from: "gateway" | "service", maxLength: number) {
    this.#from = from;
    // A Close fits whatever the limit is.
    this.#envelopes = new EnvelopeReader(Math.max(maxLength, 2 + MAX_REASON_LENGTH));
    this.#maxLength = maxLength;
  }

  /** What has become whole with this piece of the body. Nothing comes behind a Close or a fault. */
  *read(piece: Uint8Array): Generator<SocketMessage | SocketFault> {
    if (this.#over) return;
    for (const envelope of this.#envelopes.read(piece)) {
      const message = envelope === undefined ? new SocketFault("TOO_LARGE") : this.#messageOf(envelope);
      if (message === undefined) continue;
      this.#over = message instanceof SocketFault || message.type === "close";
      yield message;
      if (this.#over) return;
    }
  }

  /** What is wrong with a body that ends here, if anything is. */
  end(): SocketFault | undefined {
    if (this.#over) return undefined;
    return new SocketFault(this.#envelopes.atBoundary ? "NO_CLOSE" : "SHORT");
  }

  /** `undefined` is one to skip. */
  #messageOf({ flags, data }: { flags: number; data: Uint8Array }): SocketMessage | SocketFault | undefined {
    if (flags === SOCKET_FLAGS.close) return closeOf(data, this.#from);
    if (data.length > this.#maxLength) return new SocketFault("TOO_LARGE");
    if (flags === SOCKET_FLAGS.binary) return { type: "binary", data };
    // What a later gateway may tell besides is nothing to a service that does not know it (FLT-GWY-176).
    if (flags !== SOCKET_FLAGS.text) return this.#from === "gateway" ? undefined : new SocketFault("BAD_FLAGS");
    const text = decode(data);
    return text === undefined ? new SocketFault("UTF8") : { type: "text", text };
  }
}

function closeOf(data: Uint8Array, from: "gateway" | "service"): Close | SocketFault {
  if (data.length === 0) return { type: "close", code: undefined, reason: "" };
  if (data.length === 1 || data.length > 2 + MAX_REASON_LENGTH) return new SocketFault("BAD_CLOSE");
  const code = new DataView(data.buffer, data.byteOffset).getUint16(0);
  const fits = isCloseCode(code) || (from === "gateway" && code === LOST);
  const reason = decode(data.subarray(2));
  if (!fits || reason === undefined) return new SocketFault("BAD_CLOSE");
  return { type: "close", code, reason };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
