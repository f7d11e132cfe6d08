/** A request and its response, of HTTP/1 and of HTTP/2. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** What a listener calls for each request. */
export type Handler = (request: Incoming, response: Outgoing) => void;

export const isHttp2 = (message: Incoming): message is Http2ServerRequest => message.httpVersionMajor === 2;

/** Whether a request of HTTP/2 asks for a WebSocket (RFC 8441). */
export const asksForSocket = (message: Incoming): message is Http2ServerRequest =>
  isHttp2(message) && message.method === "CONNECT" && message.headers[":protocol"] === "websocket";

/** Whether something of a body is to come, as the head tells. */
export function announcesBody(message: Incoming): boolean {
  if (isHttp2(message)) return !message.stream.endAfterHeaders;
  const { headers } = message;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Whether all of a response has left, and the client has not taken the request back; of one whose connection or stream is closed. */
export const isWhole = (response: Outgoing): boolean =>
  "stream" in response ? response.stream.writableFinished && !response.stream.aborted : response.writableFinished;
