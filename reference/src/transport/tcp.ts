import { lookup } from "node:dns/promises";
import net from "node:net";
import { parseAddress } from "../wire/index.ts";
import type { Listener, Socket, SocketHandler, Transport } from "./types.ts";

/** Connections the kernel may hold for a listener before they are accepted. */
const BACKLOG = 511;

/** Silence after which the system asks whether the far host is still there, ms. It gives up after ten seconds without an answer. */
const KEEP_ALIVE_MS = 30_000;

const addressOf = (text: string | undefined): Uint8Array =>
  // A link-local address carries its zone behind a percent sign; a socket that is gone already has no address.
  text === undefined ? new Uint8Array(4) : parseAddress(text.split("%")[0] as string);

class TcpSocket implements Socket {
  readonly remoteAddress: Uint8Array;
  readonly remotePort: number;
  readonly #socket: net.Socket;
  #error: Error | undefined;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    this.remoteAddress = addressOf(socket.remoteAddress);
    this.remotePort = socket.remotePort ?? 0;
    socket.setNoDelay(true);
    // A host that is gone without a word would stay a peer for ever where nothing is sent to it.
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    // Before `open` too: an error without a listener would end the process.
    socket.on("error", (error) => {
      this.#error = error;
    });
  }

  open(handler: SocketHandler): void {
    const socket = this.#socket;
    socket.on("data", (chunk: Uint8Array) => handler.onData(chunk));
    socket.once("end", () => handler.onEnd());
    socket.once("close", () => handler.onClose(this.#error));
    if (socket.destroyed) setImmediate(() => handler.onClose(this.#error));
    else socket.resume();
  }

  write(bytes: Uint8Array, left: () => void): void {
    this.#socket.write(bytes, (error) => {
      if (!error) left();
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

class TcpListener implements Listener {
  readonly address: Uint8Array;
  readonly port: number;
  readonly #server: net.Server;

  constructor(server: net.Server) {
    const { address, port } = server.address() as net.AddressInfo;
    this.#server = server;
    this.address = addressOf(address);
    this.port = port;
  }

  close(): Promise<void> {
    // The callback waits for accepted sockets; the port is free at once, which is all that is promised.
    this.#server.close();
    return Promise.resolve();
  }
}

function listen(host: string, port: number, onSocket: (socket: Socket) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      onSocket(new TcpSocket(socket));
    });
    server.once("error", reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.removeListener("error", reject);
      // A failed accept, for want of descriptors, is no reason to stop listening.
      server.on("error", () => {});
      resolve(new TcpListener(server));
    });
  });
}

function dial(host: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.removeAllListeners("error");
      socket.removeAllListeners("connect");
    };
    const fail = (error: Error) => {
      settle();
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal?.reason as Error);
    const timer = setTimeout(
      () => fail(new Error(`expected ${host}:${port} to accept within ${timeoutMs} ms, got no answer`)),
      timeoutMs,
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("error", fail);
    socket.once("connect", () => {
      settle();
      socket.pause();
      resolve(new TcpSocket(socket));
    });
  });
}

/** TCP of Node itself. */
export const tcp: Transport = {
  listen,
  dial,
  resolve: async (host) => parseAddress((await lookup(host)).address.split("%")[0] as string),
};
