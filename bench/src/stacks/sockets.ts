/** What the stacks on bare sockets share. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { HOST } from "../stack.ts";

export async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    // A client that is killed resets its connection, which is no failure of the server.
    socket.on("error", () => {});
    onSocket(socket);
  });
  // As many as wait for flatend: a thousand connections come at once.
  server.listen({ port: 0, host: HOST, backlog: 511 });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on now, for a program that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** Writes so that all that is written in one turn leaves at once, as flatend's frames do. False: wait for "drain". */
export function writeSoon(socket: Socket, bytes: Uint8Array): boolean {
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  return socket.write(bytes);
}
