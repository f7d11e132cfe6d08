/** Requests of one connection, one after the other: a client that sends many at once takes no more of a service than one that waits for its answers. */
import type { Socket } from "node:net";
import { atClose } from "./at-close.ts";
import { Attached } from "./attached.ts";
import type { Handler, Incoming, Outgoing } from "./message.ts";

/** Requests of one connection that may wait for their turn; with one more the connection is closed. */
export const MOST_WAITING = 256;

/** Hands a request on when all that came before it over the same connection are answered. HTTP/1 has to answer in that order anyway. */
export function inTurn(handler: Handler): Handler {
  const lines = new Attached<Socket, [Incoming, Outgoing][]>("turns");
  const start = (request: Incoming, response: Outgoing): void => {
    const { socket } = request;
    atClose(response, () => {
      const next = socket.destroyed ? undefined : lines.get(socket)?.shift();
      if (next === undefined) lines.set(socket, undefined);
      else start(...next);
    });
    handler(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    const line = lines.get(socket);
    if (line === undefined) {
      lines.set(socket, []);
      start(request, response);
    } else if (line.length < MOST_WAITING) line.push([request, response]);
    else socket.destroy();
  };
}
