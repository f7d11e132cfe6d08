/** One request, one call: what comes from a client goes to a service, and its answer back. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Node, Response } from "flatend";
import { checkLength, type LengthRules } from "./body-length.ts";
import { faultOf, type HttpFault } from "./fault.ts";
import { splitTarget } from "./not-found.ts";
import { type BodyRules, requestBody } from "./request-body.ts";
import { type ResponseHead, toClient, toService } from "./translate.ts";
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
    const query = splitTarget(request.raw.url).query.slice(1);
    const response = await node.call(services, {
      headers: toService({ headers: request.headers, query, params: given }),
      body: hasBody(request) ? body(request, reply, rules.body, onBodyFault) : undefined,
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
  const { status, headers }: ResponseHead = toClient(response.headers);
  reply.code(status).headers(headers);
  if (request.method === "HEAD") {
    response.destroy();
    return reply.send();
  }
  watchWrites(reply.raw, stallMs);
  return reply.send(response);
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
