/** What the gateway answers itself: FLT-GWY-090 to FLT-GWY-097. */

/** Where the call ends with one of these codes of `FlatendError`. */
const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ["NO_PROVIDER", 503],
  ["UNHANDLED", 503],
  ["CONNECT_FAILED", 503],
  ["LIMIT", 503],
  ["SHUT_DOWN", 503],
  ["CONNECTION_LOST", 502],
  ["PROTOCOL_ERROR", 502],
  ["TIMEOUT", 504],
  ["TOO_LARGE", 431],
]);

/**
 * The status for a call that failed before its response began. Anything but an error with a known `code` is a fault of the gateway, 500;
 * what a client's leaving ends (`ABORTED`) is never answered.
 */
export function statusOf(error: unknown): number {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return (typeof code === "string" ? STATUS_OF.get(code) : undefined) ?? 500;
}

/** The original's sentence for a call that nobody has begun (FLT-GWY-094). */
export const noProvider = (services: readonly string[]): string =>
  `no nodes were able to process your request for service(s): [${services.join(" ")}]`;

/** The value of Allow (FLT-GWY-092). @param methods of the path's routes */
export function allowed(methods: Iterable<string>): string {
  const all = new Set(methods).add("OPTIONS");
  if (all.has("GET")) all.add("HEAD");
  return [...all].sort().join(", ");
}

export interface Redirect {
  readonly status: 301 | 308;
  readonly location: string;
}

/**
 * A redirect to another spelling of the path; undefined where Location could lead to another host (FLT-GWY-097).
 * @param path normalised, and without empty segments
 * @param query as it came
 */
export function redirect(method: string, path: string, query: string | undefined): Redirect | undefined {
  if (!/^\/(?!\/)[!-~]*$/.test(path)) return undefined;
  const location = query === undefined ? path : `${path}?${query}`;
  return { status: method === "GET" || method === "HEAD" ? 301 : 308, location };
}

export interface Answer {
  readonly contentType: string;
  readonly body: string;
}

/** The body of an answer of the gateway's own (FLT-GWY-095). @param accept the Accept field of the request */
export function answerBody(sentence: string, accept: string | undefined): Answer {
  return acceptsJson(accept)
    ? { contentType: "application/json", body: JSON.stringify({ error: sentence }) }
    : { contentType: "text/plain; charset=utf-8", body: sentence };
}

function acceptsJson(accept: string | undefined): boolean {
  return (accept ?? "").split(",").some((item) => {
    const [type, ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    return type === "application/json" && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
