import type { ServerResponse } from "node:http";

/**
 * Ends the connection of a client that takes nothing of its response for `stallMs`, although some of it is ready. A response that waits for its service
 * may wait. 0 is no limit.
 */
export function watchWrites(response: ServerResponse, stallMs: number): void {
  const { socket } = response;
  if (stallMs === 0 || socket === null) return;
  // The timer of a socket runs anew with every byte that the system takes.
  const onTimeout = (): void => {
    if (response.writableLength > 0 || socket.writableLength > 0) socket.destroy();
    else socket.setTimeout(stallMs);
  };
  socket.setTimeout(stallMs);
  // With a listener of its own, Node leaves the connection as it is.
  response.on("timeout", onTimeout);
}
