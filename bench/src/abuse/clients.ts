/** Clients, good ones and others. */
import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { HOST } from "../stack.ts";

/** One of many that only look whether the gateway closes or answers. */
export interface Bad {
  readonly socket: Socket;
  received: string;
  closed: boolean;
}

/** Opens a connection; rejects with the system's error. */
export async function bad(port: number): Promise<Bad> {
  const socket = connect(port, HOST);
  const client: Bad = { socket, received: "", closed: false };
  socket.setEncoding("latin1").on("data", (text: string) => {
    client.received = (client.received + text).slice(-65_536);
  });
  socket.once("close", () => {
    client.closed = true;
  });
  await once(socket, "connect");
  socket.on("error", () => {});
  return client;
}

/** Opens so many, some at a time: the system lets no more wait to be accepted. Fewer where there are no more descriptors. */
export async function badOnes(port: number, count: number): Promise<Bad[]> {
  const clients: Bad[] = [];
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(100, count - clients.length) }, () => bad(port));
    const opened = await Promise.allSettled(some);
    for (const result of opened) if (result.status === "fulfilled") clients.push(result.value);
    if (opened.some(({ status }) => status === "rejected")) break;
  }
  return clients;
}

export const leave = (clients: readonly Bad[]): void => {
  for (const { socket } of clients) socket.destroy();
};

/** Waits until all of them are closed, and tells how many are not after so many ms. */
export async function stillOpen(clients: readonly Bad[], ms: number): Promise<number> {
  const end = performance.now() + ms;
  const open = (): number => clients.filter(({ closed }) => !closed).length;
  while (open() > 0 && performance.now() < end) await pause(20);
  return open();
}

/** What good clients met while something went on. */
export interface Met {
  answered: number;
  readonly failures: string[];
  /** ms of the slowest answer. */
  slowest: number;
}

/** Good clients, each of which asks for something again and again over a connection that it keeps. */
export class GoodClients {
  readonly met: Met = { answered: 0, failures: [], slowest: 0 };
  readonly #running: Promise<void>[];
  readonly #agent: Agent;
  #going = true;

  constructor(port: number, path: string, count: number, restMs = 0) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
    this.#running = Array.from({ length: count }, () => this.#run(port, path, restMs));
  }

  async stop(): Promise<Met> {
    this.#going = false;
    await Promise.all(this.#running);
    this.#agent.destroy();
    return this.met;
  }

  async #run(port: number, path: string, restMs: number): Promise<void> {
    while (this.#going) {
      const started = performance.now();
      const outcome = await this.#ask(port, path);
      // Nothing was sent: the gateway has stopped.
      if (outcome === "ECONNREFUSED") return;
      this.met.slowest = Math.max(this.met.slowest, performance.now() - started);
      if (outcome === "200") this.met.answered++;
      else this.met.failures.push(outcome);
      if (restMs > 0) await pause(restMs);
    }
  }

  /** The status, or the error. */
  #ask(port: number, path: string): Promise<string> {
    return new Promise((resolve) => {
      const request = get({ host: HOST, port, path, agent: this.#agent }, (response) => {
        response.resume();
        response.once("end", () => resolve(String(response.statusCode)));
        response.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
      request.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }
}
