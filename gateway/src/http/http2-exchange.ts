/** One request of HTTP/2, made to end as one of HTTP/1 does. */
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Stream } from "node:http2";
import type { Handler } from "./message.ts";

const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR } = constants;
/** ms after which it is looked again whether a response has left. */
const RETRY_MS = 10;

/** @param maxHeaderSize bytes of names and values together */
export function openExchange(handler: Handler, maxHeaderSize: number) {
  return (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    const { stream } = response;
    // Node's own ends the stream as if all of the response were there.
    response.destroy = () => {
      stream.close(NGHTTP2_INTERNAL_ERROR);
      return response;
    };
    stream.once("finish", () => setImmediate(refuseRest, stream));
    const size = request.rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (size <= maxHeaderSize) handler(request, response);
    else response.writeHead(431).end();
  };
}

/** A body that nobody reads any more is not waited for. The response has to have left before: a reset cuts off what has not (RFC 9113, 8.1). */
function refuseRest(stream: ServerHttp2Stream): void {
  if (stream.closed || stream.destroyed) return;
  const { localClose, remoteClose } = stream.state;
  // The client has ended its body: nothing is left to refuse.
  if (remoteClose === 1) return;
  if (localClose === 1) stream.close(NGHTTP2_NO_ERROR);
  else setTimeout(refuseRest, RETRY_MS, stream).unref();
}
