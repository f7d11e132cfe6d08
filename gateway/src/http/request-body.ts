import { HttpFault } from "./fault.ts";
import type { Incoming } from "./message.ts";

/** What a request body must keep to. */
export interface BodyRules {
  /** ms without a next piece; 0 is no limit. */
  readonly stallMs: number;
  /** Bytes. */
  readonly maxLength: number;
}

/**
 * The pieces of a request body as they come, no faster than they are asked for. When one does not come in time or they grow too long, `onFault`
 * is told at once and nothing more comes.
 */
export async function* requestBody(
  request: Incoming,
  { stallMs, maxLength }: BodyRules,
  onFault: (fault: HttpFault) => void,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  // Runs only while a piece is waited for: a service that reads slowly is not the client's fault.
  const startTimer = () => (stallMs > 0 ? setTimeout(() => onFault(stalled(stallMs)), stallMs) : undefined);
  let timer = startTimer();
  try {
    // The connection is still wanted, for the answer.
    const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    for await (const piece of pieces) {
      clearTimeout(timer);
      length += piece.length;
      if (length > maxLength) {
        const fault = tooLong(maxLength);
        onFault(fault);
        throw fault;
      }
      yield piece;
      timer = startTimer();
    }
    // In HTTP/2 the pieces of a stream that was reset end like those of a whole body.
    if (request.aborted) throw new HttpFault(400, "the body broke off");
  } finally {
    clearTimeout(timer);
  }
}

/** What is left of the body is not read. */
const CLOSE = { connection: "close" };

export const tooLong = (most: number): HttpFault =>
  new HttpFault(413, `expected a body of at most ${most} bytes`, CLOSE);

const stalled = (ms: number): HttpFault => new HttpFault(408, `expected more of the body within ${ms} ms`, CLOSE);
