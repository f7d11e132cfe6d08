import { FlatendError, type FlatendErrorCode } from "flatend";

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

const STATUSES: Readonly<Partial<Record<FlatendErrorCode, number>>> = {
  NO_PROVIDER: 503,
  LIMIT: 503,
  SHUT_DOWN: 503,
  UNHANDLED: 503,
  CONNECTION_LOST: 502,
  CONNECT_FAILED: 503,
  PROTOCOL_ERROR: 502,
  TIMEOUT: 504,
  TOO_LARGE: 431,
};

/** What a client is told of a call that failed before there was an answer. */
export function faultOf(error: unknown, services: readonly string[]): HttpFault {
  if (error instanceof HttpFault) return error;
  if (!(error instanceof FlatendError)) return new HttpFault(500, "the gateway failed to answer");
  const status = STATUSES[error.code] ?? 500;
  if (error.code === "NO_PROVIDER") return new HttpFault(status, nobodyServes(services), RETRY_AFTER);
  return new HttpFault(status, error.message, status === 503 ? RETRY_AFTER : {});
}

/** In the words of the original, which people look for. */
const nobodyServes = (services: readonly string[]): string =>
  `no nodes were able to process your request for service(s): [${services.join(", ")}]`;
