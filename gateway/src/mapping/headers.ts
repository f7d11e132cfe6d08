import { MAX_PLAINTEXT_LENGTH } from "flatend/wire";
import { connectionNames, isReserved } from "./fields.ts";
import { parseQuery, type Query } from "./query.ts";
import { Refusal } from "./refusal.ts";
import type { HttpRequest } from "./request.ts";
import { lowerAscii, utf8Length } from "./text.ts";
import { type NewTrace, traceOf } from "./trace.ts";

/** A header of the mesh, as text. */
export type MeshHeader = readonly [key: string, value: string];
/** Headers of the mesh by key, in the order in which they are sent, but for keys that are whole numbers. */
export type MeshHeaders = Readonly<Record<string, string>>;

/** What the gateway knows beside the head. */
export interface Facts {
  readonly scheme: "http" | "https";
  /** The client's IP address, from the connection or from a trusted proxy (FLT-GWY-048). */
  readonly remoteAddress: string;
  readonly requestId: string;
  readonly trace: NewTrace;
  /** Of the route, in its order: their names take room in the frame. */
  readonly services: readonly string[];
  /** What `paramsOf` gave. */
  readonly params: ReadonlyMap<string, string>;
  /** What is spoken in the bodies where it is not HTTP: `:protocol` (FLT-GWY-161, FLT-GWY-182). */
  readonly protocol?: "websocket" | "grpc" | undefined;
}

/** Sequence number, opcode, stream number, number of services, number of headers. */
const FIXED_LENGTH = 4 + 1 + 4 + 1 + 2;
const MAX_KEY_LENGTH = 255;

/**
 * The headers of the ServiceRequest: FLT-GWY-040 to FLT-GWY-051. Every key stands once, and the request fits one frame.
 * Refuses with 400 a query that cannot be decoded, and with 431 what does not fit.
 */
export function requestHeaders(request: HttpRequest, facts: Facts): MeshHeaders | Refusal {
  const query = request.query === undefined ? NO_QUERY : parseQuery(request.query);
  if (query instanceof Refusal) return query;
  // An object with a prototype whose properties are set by name is made several times as fast as any other.
  const headers: Record<string, string> = { ":method": request.method, ":scheme": facts.scheme };
  if (request.authority !== undefined) headers[":authority"] = request.authority;
  headers[":path"] = request.path;
  if (facts.protocol !== undefined) headers[":protocol"] = facts.protocol;
  headers[":http-version"] = request.version;
  headers[":remote-address"] = plainAddress(facts.remoteAddress);
  headers[":request-id"] = facts.requestId;
  const { traceparent, tracestate } = traceOf(request.fields, facts.trace);
  headers.traceparent = traceparent;
  if (tracestate !== undefined) headers.tracestate = tracestate;
  const isConnections = connectionNames(request.fields.get("connection"));
  for (const [name, value] of request.fields) {
    if (!ELSEWHERE.has(name) && !isReserved(name) && !isConnections(name)) set(headers, name, value);
  }
  for (const [name, value] of facts.params) headers[`params.${lowerAscii(name)}`] = value;
  for (const [name, values] of query) {
    headers[`query.${name}`] = values[0]!;
    if (values.length > 1) headers[`:query.${name}`] = JSON.stringify(values);
  }
  return fits(facts.services, headers) ? headers : new Refusal("TOO_LARGE", "The head of the request is too large.");
}

/** A field may be named `__proto__`. */
function set(headers: Record<string, string>, key: string, value: string): void {
  if (key === "__proto__") Object.defineProperty(headers, key, { value, enumerable: true });
  else headers[key] = value;
}

const NO_QUERY: Query = new Map();
/** Fields that are sent in another form. */
const ELSEWHERE = new Set(["host", "traceparent", "tracestate"]);

/** `::ffff:192.0.2.1` as `192.0.2.1`, `fe80::1%eth0` as `fe80::1` (FLT-GWY-049). */
export function plainAddress(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped ? mapped[1]! : address.replace(/%.*$/, "");
}

/** A character is at most so many bytes of UTF-8: what fits with as many need not be counted. */
const MOST_BYTES = 3;

function fits(services: readonly string[], headers: MeshHeaders): boolean {
  return areWithin(services, headers, (text) => MOST_BYTES * text.length) || areWithin(services, headers, utf8Length);
}

function areWithin(services: readonly string[], headers: MeshHeaders, lengthOf: (text: string) => number): boolean {
  let length = FIXED_LENGTH;
  for (const service of services) length += 1 + lengthOf(service);
  for (const key of Object.keys(headers)) {
    const keyLength = lengthOf(key);
    if (keyLength > MAX_KEY_LENGTH) return false;
    length += 1 + keyLength + 2 + lengthOf(headers[key]!);
    if (length > MAX_PLAINTEXT_LENGTH) return false;
  }
  return length <= MAX_PLAINTEXT_LENGTH;
}
