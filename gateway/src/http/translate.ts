/** What a request is to a service, and what its answer is to a client: the only file that knows both. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Of a request, what a service is told. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  /** What stands behind the `?`, without it. */
  readonly query: string;
  /** Parameters of the route, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface ResponseHead {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
}

/** Headers that belong to one connection, and the length, which is counted anew. */
const OF_THE_CONNECTION = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A client cannot say what only the gateway may: its own headers of these names are left out. */
const OF_THE_GATEWAY = /^(?:query|params)\./;

/** The headers a service gets: those of the request in lower case, `query.<name>` and `params.<name>`. */
export function toService({ headers, query, params }: RequestHead): Record<string, string> {
  const translated: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || OF_THE_CONNECTION.has(name) || OF_THE_GATEWAY.test(name)) continue;
    translated[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  for (const [name, value] of new URLSearchParams(query)) translated[`query.${name}`] ??= value;
  for (const [name, value] of Object.entries(params)) translated[`params.${name}`] = value;
  return translated;
}

/** The head a client gets. */
export function toClient(headers: Readonly<Record<string, string>>): ResponseHead {
  const translated: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!OF_THE_CONNECTION.has(name.toLowerCase())) translated[name.toLowerCase()] = value;
  }
  return { status: 200, headers: translated };
}
