/** One request, one call: what comes from a client goes to a service, and its answer back. */
import { randomUUID } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Node, Response } from "flatend";
import { Refusal, responseHead } from "../mapping/index.ts";
import { checkLength, type LengthRules } from "./body-length.ts";
import { announcesBody, schemeOf } from "./exchange.ts";
import { faultOf, HttpFault } from "./fault.ts";
import { accepted, callHeaders, readHead, setHead } from "./head.ts";
import { type BodyRules, requestBody } from "./request-body.ts";
import { watchWrites } from "./write-stall.ts";

/** What a route calls. */
export interface Target {
  readonly services: readonly string[];
  /** Parameters of the route, by what the router calls them. */
  readonly params: (request: FastifyRequest) => Readonly<Record<string, string>>;
}

export interface BridgeRules {
  readonly body: BodyRules & LengthRules;
  /** ms in which a client takes nothing of a response; 0 is no limit. */
  readonly writeStallMs: number;
}

/** Answers a request with that of a service. */
export async function bridge(
  node: Pick<Node, "call">,
  { services, params }: Target,
  rules: BridgeRules,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const given = params(request);
  // The router takes a parameter of nothing, which is another path.
  if (Object.values(given).includes("")) {
    reply.callNotFound();
    return reply;
  }
  checkLength(request.method, request.headers, rules.body);
  const call = new AbortController();
  let bodyFault: HttpFault | undefined;
  const onBodyFault = (fault: HttpFault): void => {
    bodyFault ??= fault;
    call.abort(fault);
  };
  // The client has gone, with or without all of its answer; after all of it this changes nothing.
  reply.raw.once("close", () => call.abort());
  try {
    const response = await node.call(services, {
      headers: callHeaders(readHead(request.raw), {
        scheme: schemeOf(request.raw),
        remoteAddress: request.ip,
        requestId: randomUUID(),
        services,
        params: new Map(Object.entries(given)),
      }),
      body: announcesBody(request.raw) ? body(request, reply, rules.body, onBodyFault) : undefined,
      signal: call.signal,
    });
    return answer(request, reply, response, rules.writeStallMs);
  } catch (error) {
    throw bodyFault ?? faultOf(error, services);
  }
}

/** A client that asked whether it may send its body is told so when the body is wanted, and not when it is refused before. */
async function* body(
  request: FastifyRequest,
  reply: FastifyReply,
  rules: BodyRules,
  onFault: (fault: HttpFault) => void,
): AsyncGenerator<Uint8Array> {
  if (request.headers.expect?.toLowerCase() === "100-continue" && !reply.raw.headersSent) reply.raw.writeContinue();
  yield* requestBody(request.raw, rules, onFault);
}

function answer(request: FastifyRequest, reply: FastifyReply, response: Response, stallMs: number): FastifyReply {
  const judged = responseHead(Object.entries(response.headers), request.method);
  if (judged instanceof Refusal) response.destroy();
  const head = accepted(judged);
  setHead(reply, head);
  if (!head.hasBody) {
    response.destroy();
    return reply.send();
  }
  watchWrites(reply.raw, stallMs);
  return reply.send(head.contentLength === undefined ? response : ofLength(response, head.contentLength));
}

/** A body that must have the length which the client was told; any other breaks off (FLT-GWY-065). */
function ofLength(response: Response, length: number): Readable {
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
