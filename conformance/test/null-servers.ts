// Servers that are no flatend node, each in its own way.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { TEST_SERVICES } from "../src/case.ts";
import { concat, u8, u16, u32 } from "../src/probe/bytes.ts";
import { derive } from "../src/probe/random.ts";
import { ProbeSession } from "../src/probe/session.ts";

export interface NullServer {
  readonly port: number;
  stop(): Promise<void>;
}

async function listen(server: Server, sockets: Set<Socket>): Promise<NullServer> {
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Does with each connection what it is told, and otherwise only accepts. */
export function tcpServer(serve: (socket: Socket) => void): Promise<NullServer> {
  return listen(createServer({ allowHalfOpen: true }, serve), new Set());
}

/** Nothing listens there any more. */
export async function closedPort(): Promise<NullServer> {
  const server = await tcpServer(() => {});
  await server.stop();
  return { port: server.port, stop: () => Promise.resolve() };
}

export function httpServer(): Promise<NullServer> {
  return listen(
    createHttpServer((_, response) => response.end("hello")),
    new Set(),
  );
}

/** One message as it came: without a number when it is shorter than one, and empty when its frame did not open. */
export interface Heard {
  readonly seq: number;
  readonly plaintext: Uint8Array;
  /** Counts the frames of the connection from 0. */
  readonly index: number;
}

/**
 * Exchanges keys as a node does, takes every frame whatever its length and seal, and writes what `answer` returns, well sealed.
 * `null` closes.
 */
export function sealedServer(answer: Answer): Promise<NullServer> {
  let connections = 0;
  return tcpServer((socket) => {
    sealed(socket, new ProbeSession(derive(1, "null server", connections++)), answer);
  });
}

export type Answer = (heard: Heard) => readonly Uint8Array[] | null;

/** `greeting` is sealed and sent as soon as there are keys. */
export function sealed(
  socket: Socket,
  session: ProbeSession,
  answer: Answer,
  greeting: readonly Uint8Array[] = [],
): void {
  let unread: Uint8Array = new Uint8Array(0);
  let index = 0;
  const take = (length: number): Uint8Array => {
    const taken = unread.slice(0, length);
    unread = unread.slice(length);
    return taken;
  };
  socket.write(session.publicKey);
  socket.on("data", (chunk) => {
    unread = concat(unread, chunk);
    if (!session.established) {
      if (unread.length < 32) return;
      session.establish(take(32));
      for (const message of greeting) socket.write(session.frame(message));
    }
    while (unread.length >= 4) {
      const length = new DataView(unread.buffer, unread.byteOffset).getUint32(0);
      if (unread.length < 4 + length) return;
      const plaintext = openOr(session, take(4 + length).subarray(4));
      const seq = plaintext.length < 4 ? 0 : new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
      const messages = answer({ seq, plaintext, index: index++ });
      if (messages === null) return void socket.end();
      for (const message of messages) socket.write(session.frame(message));
    }
  });
}

function openOr(session: ProbeSession, sealed: Uint8Array): Uint8Array {
  try {
    return session.open(sealed);
  } catch {
    return new Uint8Array(0);
  }
}

/** The reply of an anonymous node that claims to host every test service. */
export function handshakeReply(seq: number): Uint8Array {
  const names = TEST_SERVICES.map((name) => new TextEncoder().encode(name));
  return concat(u32(seq), u8(0), u8(names.length), ...names.flatMap((name) => [u8(name.length), name]));
}
/** A refusal of stream 0, which nobody opened. */
export const refusal: Uint8Array = concat(u32(0), u8(2), u32(0), u8(0), u16(0));
