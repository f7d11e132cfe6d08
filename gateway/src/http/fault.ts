import { FlatendError } from "flatend";
import { noProvider, statusOf } from "../mapping/index.ts";

/** An answer of the gateway itself instead of one of a service. */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Seconds after which a client may try again: a lost provider is dialed again within one. */
const RETRY_AFTER = { "retry-after": "1" };

/** What a client is told of a call that failed before there was an answer. */
export function faultOf(error: unknown, services: readonly string[]): HttpFault {
  if (error instanceof HttpFault) return error;
  const status = statusOf(error);
  if (status === 503) return new HttpFault(status, noProvider(services), RETRY_AFTER);
  return new HttpFault(status, error instanceof FlatendError ? error.message : "the gateway failed to answer");
}
