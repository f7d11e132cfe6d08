/**
 * HTTP heads to mesh headers and back, as chapter 13 of the specification says: pure functions of what they are given.
 * What cannot be passed on comes back as a `Refusal` with the status to answer; nothing is thrown.
 *
 *     const request = readRequest({ method, target: raw.url, version: "1.1", lines: pairs(raw.rawHeaders) });
 *     if (request instanceof Refusal) return answer(request.status, request.reason, request.closes);
 *     const route = …;                                      // by request.method and request.path
 *     const params = paramsOf(route.pattern, request.path); // undefined: not this route
 *     const headers = requestHeaders(request, { scheme, remoteAddress, requestId, trace, services: route.services, params });
 *     if (headers instanceof Refusal) return answer(headers.status, headers.reason);
 *     const response = await node.call(route.services, { headers, … });   // fails: statusOf(error)
 *     const head = responseHead(Object.entries(response.headers), request.method);
 *     if (head instanceof Refusal) return answer(head.status, head.reason);
 *     // Write head.status and head.fields; the body where head.hasBody, of head.contentLength bytes where that is given.
 *
 * An HTTP request given as the body of a call goes down with a call that fails, and its socket with it: hand over its bytes, not itself.
 * Of HTTP/2, give the pseudo-headers as `method`, `target` and `authority`, and leave them out of `lines`.
 */
export { type Answer, allowed, answerBody, noProvider, type Redirect, redirect, statusOf } from "./answers.ts";
export { connectError, isConnect, messageIn, readConnectTimeout, trailingFields } from "./connect.ts";
export { acceptedEncodings, ENCODINGS, type Encoding } from "./encodings.ts";
export { type Envelope, EnvelopeReader, writeEnvelope } from "./envelope.ts";
export type { FieldLine, Fields } from "./fields.ts";
export { END_OF_MESSAGES, GRPC_FLAGS, GrpcFault, type GrpcPart, GrpcScanner, STILL_THERE } from "./grpc-frames.ts";
export { type GrpcFields, type GrpcSpeech, grpcHead, grpcRequest, readSpeech, typeOfAnswer } from "./grpc-head.ts";
export { decodeGrpcMessage, encodeGrpcMessage } from "./grpc-message.ts";
export { codeOfGateway, GRPC_CODES, type GrpcStatus } from "./grpc-status.ts";
export { readGrpcTimeout } from "./grpc-timeout.ts";
export { type GrpcTrailers, readTrailers, writeTrailers } from "./grpc-trailers.ts";
export { type Facts, type MeshHeader, type MeshHeaders, plainAddress, requestHeaders } from "./headers.ts";
export { MessageRecoder, type RecodeFault } from "./message-recoder.ts";
export { decodeSegment, paramsOf } from "./params.ts";
export { mayNameFile, normalizePath, otherTrailingSlash, withoutEmptySegments } from "./path.ts";
export { parseQuery, type Query } from "./query.ts";
export { Refusal, type RefusalKind } from "./refusal.ts";
export { type HttpRequest, type HttpVersion, type RequestHead, readRequest } from "./request.ts";
export { type ResponseHead, responseHead } from "./response.ts";
export { readHandshake, type SocketHead, socketHead } from "./socket-head.ts";
export {
  type Close,
  isCloseCode,
  LOST,
  MAX_REASON_LENGTH,
  SOCKET_FLAGS,
  SocketFault,
  type SocketMessage,
  SocketReader,
  writeSocketMessage,
} from "./socket-message.ts";
export { parseTarget, type Target } from "./target.ts";
export type { NewTrace } from "./trace.ts";
