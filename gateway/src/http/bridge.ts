/** One request, one call: what comes from a client goes to a service, and its answer back. */
import { finished, type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Canceller, type Node, type Response } from "flatend";
import type { Circuits } from "../health/circuits.ts";
import { type Facts, Refusal, type ResponseHead, responseHead } from "../mapping/index.ts";
import { atClose } from "./at-close.ts";
import { Attached } from "./attached.ts";
import { checkLength, type LengthRules } from "./body-length.ts";
import { resetConnection } from "./carrier.ts";
import { schemeOf } from "./client.ts";
import { isLast } from "./door.ts";
import { EventCall } from "./event-call.ts";
import { exchangeOf, noteRepeat } from "./exchange.ts";
import { faultOf, HttpFault } from "./fault.ts";
import { accepted, callHeaders, newTrace, readHead, setHead } from "./head.ts";
import { announcesBody, isHttp2, isWhole } from "./message.ts";
import { callProvider } from "./provider-call.ts";
import { type BodyRules, requestBody } from "./request-body.ts";
import { NO_PARAMS } from "./router.ts";
import { watchWrites } from "./write-stall.ts";

/** What a route calls. */
export interface Target {
  readonly services: readonly string[];
  /** Parameters of the route, by what the router calls them. */
  readonly params: (request: FastifyRequest) => Readonly<Record<string, string>>;
  /** Which providers have failed this route. */
  readonly circuits: Circuits;
  /** Whether the service answers with events until its client leaves. */
  readonly events?: boolean;
}

export interface BridgeRules {
  readonly body: BodyRules & LengthRules;
  /** ms in which a client takes nothing of a response; 0 is no limit. */
  readonly writeStallMs: number;
  /** Whether responses of services leave as they are, with nothing added to them. */
  readonly isPlain: boolean;
}

/** Answers of services that say nothing of their type, for which the framework would make one up. */
const untyped = new Attached<FastifyReply, true>("untyped");

/** Leaves out a type that no service has given. */
export function dropMadeUpType(reply: FastifyReply): void {
  if (untyped.get(reply) === true) reply.removeHeader("content-type");
}

/** Made once: the stack of an error made for each request would cost more than the rest of its end. */
const CLIENT_GONE = new Error("the client has gone");

/** Answers a request with that of a service. */
export async function bridge(
  node: Pick<Node, "call">,
  { services, params, circuits, events = false }: Target,
  rules: BridgeRules,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const given = params(request);
  // The router takes a parameter of nothing, which is another path.
  if (given !== NO_PARAMS && Object.values(given).includes("")) {
    reply.callNotFound();
    return reply;
  }
  checkLength(request.method, request.headers, rules.body);
  const canceller = new Canceller();
  const eventCall = events && !announcesBody(request.raw) ? new EventCall(canceller) : undefined;
  let bodyFault: HttpFault | undefined;
  const onBodyFault = (fault: HttpFault): void => {
    bodyFault ??= fault;
    canceller.cancel(fault);
  };
  // The client has gone before the end of its answer.
  atClose(reply.raw, () => {
    if (isWhole(reply.raw)) return;
    if (eventCall === undefined) canceller.cancel(CLIENT_GONE);
    else eventCall.leave();
  });
  try {
    const options = {
      headers: callHeaders(readHead(request.raw), callFacts(request, services, given)),
      // One iterator for each time the call is made; only the last one takes anything.
      body: announcesBody(request.raw)
        ? { [Symbol.asyncIterator]: () => body(request, reply, rules.body, onBodyFault) }
        : eventCall?.body,
      canceller,
    };
    const onRepeat = (): void => noteRepeat(request.raw);
    const isEmpty = eventCall !== undefined;
    const { method } = request;
    const response = await callProvider(node, { services, circuits, method, options, isEmpty, onRepeat });
    eventCall?.answered(response);
    return answer(request, reply, response, rules, eventCall);
  } catch (error) {
    throw bodyFault ?? faultOf(error, services);
  }
}

const NO_FACTS: ReadonlyMap<string, string> = new Map();

/** What the gateway knows of a request beside its head. */
export const callFacts = (
  request: FastifyRequest,
  services: readonly string[],
  params: Readonly<Record<string, string>>,
): Facts => {
  const { id: requestId, remoteAddress = "" } = exchangeOf(request.raw);
  return {
    scheme: schemeOf(request),
    remoteAddress,
    requestId,
    trace: newTrace(),
    services,
    params: params === NO_PARAMS ? NO_FACTS : new Map(Object.entries(params)),
  };
};

/** A client that asked whether it may send its body is told so when the body is wanted, and not when it is refused before. */
async function* body(
  request: FastifyRequest,
  reply: FastifyReply,
  rules: BodyRules,
  onFault: (fault: HttpFault) => void,
): AsyncGenerator<Uint8Array> {
  if (request.headers.expect?.toLowerCase() === "100-continue" && !reply.raw.headersSent) reply.raw.writeContinue();
  const exchange = exchangeOf(request.raw);
  for await (const piece of requestBody(request.raw, rules, onFault)) {
    exchange.bytesIn += piece.length;
    yield piece;
  }
}

/** Sends a response of a service. */
export function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  response: Response,
  rules: Pick<BridgeRules, "writeStallMs" | "isPlain">,
  eventCall?: EventCall,
): FastifyReply {
  const drop = (): unknown => (eventCall === undefined ? response.destroy() : eventCall.leave());
  const judged = responseHead(Object.entries(response.headers), request.method);
  if (judged instanceof Refusal) drop();
  const head = accepted(judged);
  if (!head.hasBody) {
    drop();
    setHead(reply, head);
    return reply.send();
  }
  const { readyLength } = response;
  // What came whole with its head leaves in one write, and with its length.
  if (readyLength !== undefined && readyLength === (head.contentLength ?? readyLength)) {
    if (rules.isPlain && !isHttp2(request.raw)) {
      sendPlain(request, reply, head, response.takeReady() ?? NOTHING);
    } else {
      setHead(reply, head);
      if (!reply.hasHeader("content-type")) untyped.set(reply, true);
      reply.send(response.takeReady());
    }
    // What the system has taken already needs no watch.
    if (!reply.raw.writableFinished) watchWrites(reply.raw, rules.writeStallMs);
    return reply;
  }
  setHead(reply, head);
  watchWrites(reply.raw, rules.writeStallMs);
  const source = eventCall?.events(response) ?? response;
  const body = head.contentLength === undefined ? source : ofLength(source, head.contentLength);
  const exchange = exchangeOf(request.raw);
  // It may have failed already, with its head.
  finished(body, () => {
    if (body.errored === null) return;
    exchange.broken = true;
    if (reply.raw.headersSent) breakOff(request);
    else takeBack(reply, head);
  });
  reply.send(body);
  // It leaves with the first piece of the body where that is there already, and does not wait for one that may be long in coming (FLT-GWY-063).
  setImmediate(() => {
    if (!reply.raw.headersSent && !exchange.broken) reply.raw.flushHeaders();
  });
  return reply;
}

const NOTHING = Buffer.alloc(0);

/** Sends a whole response of HTTP/1 past the framework, which takes a microsecond for each of the things that it might do with one. */
function sendPlain(request: FastifyRequest, reply: FastifyReply, { status, fields }: ResponseHead, body: Buffer): void {
  reply.hijack();
  const lines: string[] = [];
  for (const [name, value] of fields) if (name !== "content-length") lines.push(name, value);
  lines.push("content-length", `${body.length}`);
  if (isLast(request.raw)) lines.push("connection", "close");
  reply.raw.writeHead(status, lines);
  reply.raw.end(body);
}

/** Nothing of a response has left, and it has failed: what the client gets is an answer of the gateway alone (FLT-GWY-112). */
function takeBack(reply: FastifyReply, { fields }: ResponseHead): void {
  for (const [name] of fields) reply.removeHeader(name);
  // Of a body that was to be compressed.
  reply.removeHeader("content-encoding");
}

/** The end of the connection is that of a response to HTTP/1.0: only a reset tells that it is not whole (FLT-GWY-064). */
function breakOff({ raw }: FastifyRequest): void {
  if (raw.httpVersion === "1.0") resetConnection(raw.socket);
}

/** A body that must have the length which the client was told; any other breaks off (FLT-GWY-065). */
function ofLength(response: Readable, length: number): Readable {
  let passed = 0;
  const wrong = (): HttpFault =>
    new HttpFault(502, `expected a body of ${length} bytes from the service, got ${passed}`);
  const check = new Transform({
    transform(piece: Buffer, _, done) {
      passed += piece.length;
      done(passed > length ? wrong() : null, piece);
    },
    flush: (done) => done(passed < length ? wrong() : null),
  });
  pipeline(response, check).catch(() => {});
  return check;
}
