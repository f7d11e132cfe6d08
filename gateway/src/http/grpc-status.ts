/** Answers without messages: how a call has ended is all there is to tell. */
import type { OutgoingHttpHeaders } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { FastifyReply, FastifyRequest } from "fastify";
import {
  codeOfGateway,
  type GrpcFields,
  type GrpcSpeech,
  type GrpcTrailers,
  isConnect,
  readSpeech,
  typeOfAnswer,
} from "../mapping/index.ts";
import { sendConnectStatus } from "./connect-bridge.ts";
import { exchangeOf } from "./exchange.ts";
import type { HttpFault } from "./fault.ts";
import { trailersOf, webTrailers } from "./grpc-answer.ts";
import { GrpcFaultAnswer } from "./grpc-schema.ts";
import { readHead } from "./head.ts";
import type { Outgoing } from "./message.ts";

/** Sends what stands in trailers otherwise as the head (gRPC's Trailers-Only), or as the body of gRPC-Web. */
export function sendStatus(
  request: FastifyRequest,
  reply: FastifyReply,
  speech: GrpcSpeech,
  trailers: GrpcTrailers,
  head: GrpcFields = [],
): FastifyReply {
  exchangeOf(request.raw).grpcStatus = trailers.status;
  const own = speech.isWeb ? [] : trailers.fields;
  for (const [name, value] of [...head, ...own]) reply.header(name, value);
  reply.code(200).header("content-type", typeOfAnswer(speech));
  if (speech.isWeb) return reply.send(webTrailers(trailers, speech));
  endWithHead(reply.raw);
  return reply.send();
}

/** Clients look for trailers in a head only where nothing follows it, and Node would let an empty piece of a body follow. */
function endWithHead(response: Outgoing): void {
  if (!("stream" in response)) return;
  const { stream } = response;
  const writeHead = (status: number, headers: OutgoingHttpHeaders = {}): Outgoing => {
    const { "content-length": _, ...fields } = headers;
    if (!stream.destroyed && !stream.headersSent) stream.respond({ ":status": status, ...fields }, { endStream: true });
    return response;
  };
  Object.assign(response, { writeHead });
}

/** The code of gRPC for a fault of the gateway's own. */
export const codeOf = (fault: HttpFault): number =>
  fault instanceof GrpcFaultAnswer ? fault.code : codeOfGateway(fault.status);

/** Answers in the client's own terms where it speaks gRPC on a route for it; `undefined` for all others. */
export function sendGrpcFault(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: HttpFault,
): FastifyReply | undefined {
  const { route } = exchangeOf(request.raw);
  if (route?.grpc !== true || fault.status === 415) return undefined;
  const { message, headers } = fault;
  const head = readHead(request.raw);
  const speech = readSpeech(head);
  if (speech === undefined && !(route.schema !== undefined && isConnect(head))) return undefined;
  reply.headers(headers);
  if (speech === undefined) return sendConnectStatus(request, reply, { code: codeOf(fault), message });
  return sendStatus(request, reply, speech, trailersOf({ code: codeOf(fault), message }));
}

/** Node sends no trailers behind a head that tells that nothing follows, as one does that leaves with the end of an empty body. */
export function keepTrailers({ raw }: FastifyReply): void {
  if (!("stream" in raw)) return;
  const { end } = raw as unknown as Http2ServerResponse;
  Object.assign(raw, {
    end: (...given: unknown[]): unknown => {
      if (!raw.headersSent) raw.flushHeaders();
      return Reflect.apply(end, raw, given);
    },
  });
}
