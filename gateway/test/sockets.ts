/** A WebSocket route with a service, and clients of it. */
import { once } from "node:events";
import type { Handler } from "flatend";
import WebSocket from "ws";
import { type Closed, type Socket, webSocket } from "../src/service/websocket.ts";
import { atEnd, start } from "./server.ts";

export const LONG = { timeout: 20_000 };
export const ROUTE = '[[http.routes]]\npath = "GET /socket/:id"\nservice = "socket"\nwebsocket = true\n';
export const serving = (socket: Handler, keys = "") => start(`${keys}\n${ROUTE}`, { socket });

export function dial(port: number, protocols: string[] = [], options: WebSocket.ClientOptions = {}): WebSocket {
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket/7?room=a`, protocols, options);
  client.on("error", () => {});
  atEnd(() => client.terminate());
  return client;
}
export async function opened(...given: Parameters<typeof dial>): Promise<WebSocket> {
  const client = dial(...given);
  await once(client, "open");
  return client;
}
export const closeOf = async (client: WebSocket): Promise<[number, string]> => {
  const [code, reason] = (await once(client, "close")) as [number, Buffer];
  return [code, reason.toString()];
};
/** The answer to a handshake that is refused. */
export const refusal = async (client: WebSocket): Promise<{ status: number; headers: object; body: string }> => {
  const [, response] = await once(client, "unexpected-response");
  let body = "";
  for await (const piece of response) body += String(piece);
  return { status: response.statusCode, headers: response.headers, body };
};

/** A service that gives back what it gets, and how each of its clients has ended. */
export function echo(): {
  readonly handler: Handler;
  readonly ends: (Closed | undefined)[];
  readonly sockets: Socket[];
} {
  const ends: (Closed | undefined)[] = [];
  const sockets: Socket[] = [];
  const handler = webSocket(
    async (socket) => {
      sockets.push(socket);
      for await (const message of socket) await socket.send(message);
      ends.push(socket.closed);
    },
    { protocols: ["chat.2", "chat.1"] },
  );
  return { handler, ends, sockets };
}
