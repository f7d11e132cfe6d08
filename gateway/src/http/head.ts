/** The heads of Node's HTTP server in the terms of the mapping (chapter 13 of the specification). */
import { randomBytes } from "node:crypto";
import type { FastifyReply } from "fastify";
import {
  type Facts,
  type FieldLine,
  type HttpRequest,
  type MeshHeaders,
  type NewTrace,
  Refusal,
  type RequestHead,
  type ResponseHead,
  readRequest,
  requestHeaders,
} from "../mapping/index.ts";
import { Attached } from "./attached.ts";
import { HttpFault } from "./fault.ts";
import { asksForSocket, type Incoming, isHttp2 } from "./message.ts";

const judged = new Attached<Incoming, HttpRequest | Refusal>("head");

/** What the mapping makes of a request; it is asked once for each. */
function judge(message: Incoming): HttpRequest | Refusal {
  const before = judged.get(message);
  if (before !== undefined) return before;
  const head = readRequest(headOf(message));
  judged.set(message, head);
  return head;
}

function headOf(message: Incoming): RequestHead {
  // CONNECT has no path in HTTP/2.
  const { method = "", url = "", httpVersion, rawHeaders } = message;
  const lines: FieldLine[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) lines.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]);
  if (!isHttp2(message)) return { method, target: url, version: httpVersion === "1.0" ? "1.0" : "1.1", lines };
  const fields = lines.filter(([name]) => !name.startsWith(":"));
  const authority = message.headers[":authority"];
  // Asked for a WebSocket, it stands for the GET of HTTP/1.
  return { method: asksForSocket(message) ? "GET" : method, target: url, version: "2", lines: fields, authority };
}

/** A request that keeps to the rules. Throws {@link HttpFault} for one that does not. */
export const readHead = (message: Incoming): HttpRequest => accepted(judge(message));

/** The target by which a route is looked for: the normalised path, and the query as it came. */
export function routedTarget(message: Incoming): string {
  const head = judge(message);
  if (head instanceof Refusal) return message.url ?? "";
  return head.query === undefined ? head.path : `${head.path}?${head.query}`;
}

/** The headers of the call. Throws {@link HttpFault} with 431 where they do not fit, with 400 for a query that cannot be decoded. */
export const callHeaders = (request: HttpRequest, facts: Facts): MeshHeaders =>
  accepted(requestHeaders(request, facts));

/** Throws {@link HttpFault} where the mapping has refused. */
export function accepted<T>(result: T | Refusal): T {
  if (!(result instanceof Refusal)) return result;
  throw new HttpFault(result.status, result.reason, result.closes ? { connection: "close" } : {});
}

/** Sets the head of a response; its values are bytes already. */
export function setHead(reply: FastifyReply, { status, fields }: ResponseHead): void {
  reply.code(status);
  for (const [name, value] of fields) reply.header(name, value);
}

const TRACE_LENGTH = 16;
const SPAN_LENGTH = 8;
/** One question to the system for many names is much cheaper than one for each. */
const POOL_LENGTH = 128 * (TRACE_LENGTH + SPAN_LENGTH);
let pool = Buffer.alloc(0);
let taken = 0;

function randomHex(bytes: number): string {
  if (taken + bytes > pool.length) {
    pool = randomBytes(POOL_LENGTH);
    taken = 0;
  }
  taken += bytes;
  return pool.toString("hex", taken - bytes, taken);
}

export const newTrace = (): NewTrace => ({
  traceId: randomHex(TRACE_LENGTH),
  spanId: randomHex(SPAN_LENGTH),
  sampled: false,
});
