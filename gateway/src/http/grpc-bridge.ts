/** One call of gRPC, one call of the mesh (chapter 13 of the specification, "gRPC"). */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Node, Response } from "flatend";
import { MAX_DURATION_MS } from "../config/duration.ts";
import {
  GRPC_CODES,
  GrpcScanner,
  type GrpcSpeech,
  type GrpcTrailers,
  grpcHead,
  grpcRequest,
  type HttpRequest,
  isConnect,
  readGrpcTimeout,
  readSpeech,
  typeOfAnswer,
} from "../mapping/index.ts";
import { atClose } from "./at-close.ts";
import { checkLength } from "./body-length.ts";
import { type BridgeRules, callFacts, type Target } from "./bridge.ts";
import { connectBridge } from "./connect-bridge.ts";
import { exchangeOf } from "./exchange.ts";
import { faultOf, HttpFault } from "./fault.ts";
import { GrpcAnswer, trailersOf } from "./grpc-answer.ts";
import { GrpcLife } from "./grpc-life.ts";
import { watchSession } from "./grpc-ping.ts";
import { jsonRequest, type Methods, type Recoding, recodingOf } from "./grpc-schema.ts";
import { codeOf, keepTrailers, sendStatus } from "./grpc-status.ts";
import { callHeaders, readHead } from "./head.ts";
import { isHttp2 } from "./message.ts";
import { callProvider } from "./provider-call.ts";
import { watchWrites } from "./write-stall.ts";

export interface GrpcRules extends BridgeRules {
  /** ms after which a client of HTTP/2 is asked whether it is there; 0 never asks. */
  readonly pingMs: number;
  /** Of the route, if it has a schema. */
  readonly methods: Methods | undefined;
  /** Bytes of a message that is written anew. */
  readonly maxMessageLength: number;
}

/** Answers a request of a gRPC route. */
export async function grpcBridge(
  node: Pick<Node, "call">,
  { services, params, circuits }: Target,
  rules: GrpcRules,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const given = params(request);
  if (Object.values(given).includes("")) {
    reply.callNotFound();
    return reply;
  }
  const head = readHead(request.raw);
  const speech = readSpeech(head);
  if (speech === undefined && rules.methods !== undefined && isConnect(head)) {
    const asked = { head, methods: rules.methods, params: given };
    return connectBridge(node, { services, params, circuits }, rules, asked, request, reply);
  }
  if (speech === undefined) throw new HttpFault(415, "expected application/grpc over HTTP/2, or application/grpc-web");
  // A client may be silent for as long as it likes where it can be asked whether it is there.
  const body = isHttp2(request.raw) ? { ...rules.body, stallMs: 0 } : rules.body;
  checkLength(request.method, request.headers, { ...body, minLength: 0 });
  const timeoutMs = timeoutOf(head);
  const { methods } = rules;
  const recoding = methods && recodingOf(methods, head, speech, rules.maxMessageLength);
  const asked = grpcRequest(head, speech);
  const headers = callHeaders(recoding === undefined ? asked : jsonRequest(asked), {
    protocol: "grpc",
    ...callFacts(request, services, given),
  });
  const life = new GrpcLife(timeoutMs);
  atClose(reply.raw, () => life.end());
  if (isHttp2(request.raw)) watchSession(request.raw.stream, rules.pingMs);
  const onFault = (fault: HttpFault): void => life.end(fault);
  life.messages.from(request, reply, speech, body, recoding?.request, onFault).catch((error: unknown) => {
    life.end(error instanceof HttpFault ? error : undefined);
  });
  try {
    const options = { headers, body: life.messages.body, canceller: life.canceller };
    const response = await life.first(callProvider(node, { services, circuits, method: request.method, options }));
    watchWrites(reply.raw, rules.writeStallMs);
    return await answer(request, reply, { speech, recoding, response, life });
  } catch (error) {
    life.end();
    throw life.fault ?? faultOf(error, services);
  }
}

/** ms; `undefined` without a deadline, or with one that is further away than timers go. */
function timeoutOf({ fields }: HttpRequest): number | undefined {
  const text = fields.get("grpc-timeout");
  if (text === undefined) return undefined;
  const ms = readGrpcTimeout(text);
  if (ms === undefined) throw new HttpFault(400, "expected a grpc-timeout of up to eight digits and a unit");
  return ms > MAX_DURATION_MS ? undefined : ms;
}

interface Answering {
  readonly speech: GrpcSpeech;
  readonly recoding: Recoding | undefined;
  readonly response: Response;
  readonly life: GrpcLife;
}

/** Sends a response of a service. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { speech, recoding, response, life }: Answering,
): Promise<FastifyReply> {
  const head = grpcHead(Object.entries(response.headers));
  if ("code" in head) {
    life.end();
    return sendStatus(request, reply, speech, trailersOf(head));
  }
  const whole = response.takeReady();
  const failure = whole && failureIn(whole);
  if (failure !== undefined) {
    life.end();
    return sendStatus(request, reply, speech, failure, head);
  }
  const exchange = exchangeOf(request.raw);
  const body = new GrpcAnswer(speech, reply.raw, recoding?.response, (status) => {
    exchange.grpcStatus = status;
    life.end();
  });
  body.once("error", () => {
    exchange.broken = true;
  });
  for (const [name, value] of head) if (recoding === undefined || name !== "grpc-encoding") reply.header(name, value);
  reply.code(200).header("content-type", typeOfAnswer(speech));
  keepTrailers(reply);
  const over = (fault: HttpFault | undefined): void => {
    if (fault !== undefined) body.fail({ code: codeOf(fault), message: fault.message });
    // What is left of it is discarded.
    response.unpipe(body);
  };
  life.onOver = over;
  if (whole !== undefined) body.end(whole);
  else {
    response.once("error", () => body.fail({ code: GRPC_CODES.UNAVAILABLE, message: "the service was lost" }));
    response.pipe(body);
  }
  if (life.isOver) over(life.fault);
  reply.send(body);
  // The head does not wait for the first message (FLT-GWY-063).
  setImmediate(() => {
    if (!reply.raw.headersSent) reply.raw.flushHeaders();
  });
  return reply;
}

/** The trailers of a body that holds nothing else, and tells of a failure. */
function failureIn(whole: Uint8Array): GrpcTrailers | undefined {
  const scanner = new GrpcScanner("service");
  const [first, ...more] = scanner.read(whole);
  if (first === undefined || !("status" in first) || more.length > 0 || scanner.end() !== undefined) return undefined;
  return first.status === GRPC_CODES.OK ? undefined : first;
}
