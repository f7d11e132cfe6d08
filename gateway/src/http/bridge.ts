/** One request, one call: what comes from a client goes to a service, and its answer back. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Node, Response } from "flatend";
import { faultOf, type HttpFault } from "./fault.ts";
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
  readonly body: BodyRules;
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
  const call = new AbortController();
  let bodyFault: HttpFault | undefined;
  const onBodyFault = (fault: HttpFault): void => {
    bodyFault ??= fault;
    call.abort(fault);
  };
  // The client has gone, with or without all of its answer; after all of it this changes nothing.
  reply.raw.once("close", () => call.abort());
  try {
    const { url = "" } = request.raw;
    const at = url.indexOf("?");
    const query = at < 0 ? "" : url.slice(at + 1);
    const response = await node.call(services, {
      headers: toService({ headers: request.headers, query, params: params(request) }),
      body: hasBody(request) ? requestBody(request.raw, rules.body, onBodyFault) : undefined,
      signal: call.signal,
    });
    return answer(request, reply, response, rules.writeStallMs);
  } catch (error) {
    throw bodyFault ?? faultOf(error, services);
  }
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
