/** One request of HTTP/2, made to end as one of HTTP/1 does. */
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Stream } from "node:http2";
import type { Handler } from "./message.ts";

const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR } = constants;

const withTrailers = new WeakSet<ServerHttp2Stream>();

/** What is written into a response ends with trailers, which are still to come when all else has been written. */
export const expectTrailers = (stream: ServerHttp2Stream): void => void withTrailers.add(stream);

/** @param maxHeaderSize bytes of names and values together */
export function openExchange(handler: Handler, maxHeaderSize: number) {
  return (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    const { stream } = response;
    // Node's own ends the stream as if all of the response were there.
    response.destroy = () => {
      stream.close(NGHTTP2_INTERNAL_ERROR);
      return response;
    };
    // A body that nobody reads any more is not waited for (RFC 9113, 8.1).
    const release = (): void => {
      if (!request.complete) stream.close(NGHTTP2_NO_ERROR);
    };
    stream.once("finish", () => {
      if (!withTrailers.has(stream)) release();
    });
    // They are being written now, and a reset would go before them.
    stream.once("wantTrailers", () => {
      if (withTrailers.has(stream)) setImmediate(release);
    });
    const size = request.rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (size <= maxHeaderSize) handler(request, response);
    else response.writeHead(431).end();
  };
}
