/** One call of Connect in JSON, one call of the mesh as of gRPC. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Node, Response } from "flatend";
import {
  connectError,
  EnvelopeReader,
  GRPC_CODES,
  GrpcFault,
  GrpcScanner,
  type GrpcStatus,
  type GrpcTrailers,
  grpcHead,
  grpcRequest,
  type HttpRequest,
  messageIn,
  readConnectTimeout,
  trailingFields,
} from "../mapping/index.ts";
import { atClose } from "./at-close.ts";
import { callFacts, type Target } from "./bridge.ts";
import { exchangeOf } from "./exchange.ts";
import { faultOf, HttpFault } from "./fault.ts";
import type { GrpcRules } from "./grpc-bridge.ts";
import { GrpcLife } from "./grpc-life.ts";
import { GrpcFaultAnswer, jsonRequest, type Methods } from "./grpc-schema.ts";
import { callHeaders } from "./head.ts";
import { callProvider } from "./provider-call.ts";

interface Asked {
  readonly head: HttpRequest;
  readonly methods: Methods;
  readonly params: Readonly<Record<string, string>>;
}

/** Answers a request of a route with a schema. */
export async function connectBridge(
  node: Pick<Node, "call">,
  { services, circuits }: Target,
  rules: GrpcRules,
  { head, methods, params }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const method = methods.get(head.path);
  if (method === undefined) throw new GrpcFaultAnswer(GRPC_CODES.UNIMPLEMENTED, "there is no such method");
  if (!method.isUnary) throw new HttpFault(415, "expected application/json for a method of one message and one answer");
  if ((head.fields.get("content-encoding") ?? "identity") !== "identity") {
    throw new GrpcFaultAnswer(GRPC_CODES.UNIMPLEMENTED, "expected a message that is not compressed");
  }
  const timeout = head.fields.get("connect-timeout-ms");
  const timeoutMs = timeout === undefined ? undefined : readConnectTimeout(timeout);
  if (timeout !== undefined && timeoutMs === undefined) {
    throw new GrpcFaultAnswer(GRPC_CODES.INVALID_ARGUMENT, "expected a connect-timeout-ms of up to ten digits");
  }
  const headers = callHeaders(asGrpc(head, timeoutMs), { protocol: "grpc", ...callFacts(request, services, params) });
  const life = new GrpcLife(timeoutMs);
  atClose(reply.raw, () => life.end());
  life.messages
    .fromWhole(request, reply, rules, method.accepts, (fault) => life.end(fault))
    .catch((error: unknown) => {
      life.end(error instanceof HttpFault ? error : undefined);
    });
  try {
    const options = { headers, body: life.messages.body, canceller: life.canceller };
    const response = await life.first(callProvider(node, { services, circuits, method: request.method, options }));
    const fields = grpcHead(Object.entries(response.headers));
    const answered = "code" in fields ? fields : await life.unlessOver(collect(response, rules.maxMessageLength));
    life.end();
    if ("code" in answered) return sendConnectStatus(request, reply, answered);
    const { message, trailers } = answered;
    for (const [name, value] of "code" in fields ? [] : fields) reply.header(name, value);
    reply.headers(Object.fromEntries(trailingFields(trailers)));
    if (trailers.status !== GRPC_CODES.OK) {
      return sendConnectStatus(request, reply, { code: trailers.status, message: messageIn(trailers) });
    }
    if (message === undefined || method.response(message) === undefined)
      return sendConnectStatus(request, reply, WRONG);
    exchangeOf(request.raw).grpcStatus = GRPC_CODES.OK;
    return reply.code(200).header("content-type", "application/json").send(Buffer.from(message));
  } catch (error) {
    life.end();
    throw life.fault ?? faultOf(error, services);
  }
}

const WRONG: GrpcStatus = { code: GRPC_CODES.INTERNAL, message: "expected one message of the method's type" };

/** A failure in the terms of Connect. */
export function sendConnectStatus(request: FastifyRequest, reply: FastifyReply, status: GrpcStatus): FastifyReply {
  exchangeOf(request.raw).grpcStatus = status.code;
  const error = connectError(status.code, status.message);
  return reply.code(error.status).header("content-type", "application/json").send(Buffer.from(error.body));
}

/** To the service it is a call of gRPC. */
function asGrpc(head: HttpRequest, timeoutMs: number | undefined): HttpRequest {
  const asked = jsonRequest(grpcRequest(head, { format: "+json" }));
  const fields = new Map(asked.fields);
  for (const name of ["connect-timeout-ms", "connect-protocol-version", "content-encoding"]) fields.delete(name);
  // Eight digits are all that the field of gRPC has.
  if (timeoutMs !== undefined)
    fields.set("grpc-timeout", timeoutMs < 1e8 ? `${timeoutMs}m` : `${Math.ceil(timeoutMs / 1_000)}S`);
  return { ...asked, fields };
}

interface Collected {
  /** Undefined where there was not exactly one. */
  readonly message: Uint8Array | undefined;
  readonly trailers: GrpcTrailers;
}

/** All of a response, whose one message has at most `maxLength` bytes. What comes behind a fault is discarded. */
function collect(response: Response, maxLength: number): Promise<Collected | GrpcStatus> {
  const scanner = new GrpcScanner("service");
  const reader = new EnvelopeReader(maxLength);
  let first: Uint8Array | undefined;
  let count = 0;
  let trailers: GrpcTrailers | undefined;
  return new Promise((resolve) => {
    const malformed = (kind: string): void => {
      resolve({ code: GRPC_CODES.INTERNAL, message: `the service's messages: ${kind}` });
    };
    const take = (part: Uint8Array): void => {
      for (const envelope of reader.read(part)) {
        if (envelope === undefined) malformed("TOO_LARGE");
        else if (envelope.flags !== 0) malformed("COMPRESSED");
        else if (count++ === 0) first = envelope.data;
      }
    };
    response.on("data", (piece: Buffer) => {
      for (const part of scanner.read(piece)) {
        if (part instanceof Uint8Array) take(part);
        else if (part instanceof GrpcFault) malformed(part.kind);
        else trailers = part;
      }
    });
    response.once("error", () => resolve({ code: GRPC_CODES.UNAVAILABLE, message: "the service was lost" }));
    response.once("end", () => {
      const fault = scanner.end();
      if (fault !== undefined || trailers === undefined) malformed(fault?.kind ?? "NO_TRAILERS");
      else resolve({ message: count === 1 ? first : undefined, trailers });
    });
  });
}
