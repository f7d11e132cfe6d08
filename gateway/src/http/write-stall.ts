import type { ServerResponse } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import type { Outgoing } from "./message.ts";

/**
 * Ends the connection, or the stream of HTTP/2, of a client that takes nothing of its response for `stallMs`, although some of it is ready. A response that waits for its service
 * may wait. 0 is no limit.
 */
export function watchWrites(response: Outgoing, stallMs: number): void {
  if (stallMs === 0) return;
  if ("stream" in response) watchStream(response.stream, stallMs);
  else watchConnection(response, stallMs);
}

function watchConnection(response: ServerResponse, stallMs: number): void {
  const { socket } = response;
  if (socket === null) return;
  // The timer of a socket runs anew with every byte that the system takes.
  const onTimeout = (): void => {
    if (response.writableLength > 0 || socket.writableLength > 0) socket.destroy();
    else socket.setTimeout(stallMs);
  };
  socket.setTimeout(stallMs);
  // With a listener of its own, Node leaves the connection as it is.
  response.on("timeout", onTimeout);
}

/** Its timer runs anew with every byte that the connection takes of it. */
function watchStream(stream: ServerHttp2Stream, stallMs: number): void {
  const onTimeout = (): void => {
    if (stream.writableLength > 0) stream.close(constants.NGHTTP2_CANCEL);
    else stream.setTimeout(stallMs, onTimeout);
  };
  stream.setTimeout(stallMs, onTimeout);
}
