import { formatAddress, formatHostPort, parseAddress } from "../wire/index.ts";
import type { Clock, Listener, Socket, SocketHandler, Transport } from "./types.ts";

/** How a network in memory behaves, and whose time it goes by. */
export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** From 0 up to, not including, 1; from a seed, so that a run can be repeated. */
  readonly random: () => number;
  /** ms that bytes take from one end to the other. Default 1. */
  readonly latencyMs?: number;
  /** Most bytes that arrive as one piece. Default: what was written stays together. */
  readonly maxChunk?: number;
}

const FIRST_FREE_PORT = 49_152;

/** A network without sockets: hosts with IP addresses, connections that deliver in order after a delay, in any pieces. */
export class MemoryNetwork {
  readonly #options: MemoryNetworkOptions;
  readonly #listeners = new Map<string, (socket: Socket) => void>();
  readonly #sockets = new Map<string, Set<MemorySocket>>();
  readonly #silent = new Set<string>();
  #nextPort = FIRST_FREE_PORT;

  constructor(options: MemoryNetworkOptions) {
    this.#options = options;
  }

  /** The network as the host with this IP address sees it. */
  host(address: string): Transport {
    const own = parseAddress(address);
    const on = (host: string): Uint8Array =>
      host === "" || host === "::" || host === "0.0.0.0" ? own : parseAddress(host);
    return {
      listen: (host, port, onSocket) => this.#listen(on(host), port, onSocket),
      dial: (host, port, timeoutMs) => this.#dial(own, parseAddress(host), port, timeoutMs),
      resolve: (host) => Promise.resolve(parseAddress(host)),
    };
  }

  /** Breaks every connection of a host, as if its machine were gone. Its listeners stay until they are closed. */
  breakConnections(address: string): void {
    for (const socket of [...(this.#sockets.get(address) ?? [])]) socket.fail(new Error("connection reset"));
  }

  /**
   * From now on no byte reaches this host or leaves it, and nobody is told: the half-open connections of a machine without power.
   * Connections of before stay silent for ever.
   */
  silence(address: string): void {
    this.#silent.add(address);
    for (const socket of this.#sockets.get(address) ?? []) socket.silence();
  }

  /** The host can be reached again, over new connections. */
  unsilence(address: string): void {
    this.#silent.delete(address);
  }

  #listen(address: Uint8Array, port: number, onSocket: (socket: Socket) => void): Promise<Listener> {
    const bound = port === 0 ? this.#nextPort++ : port;
    const name = formatHostPort(address, bound);
    if (this.#listeners.has(name)) {
      return Promise.reject(Object.assign(new Error(`listen EADDRINUSE: ${name}`), { code: "EADDRINUSE" }));
    }
    this.#listeners.set(name, onSocket);
    const close = (): Promise<void> => {
      this.#listeners.delete(name);
      return Promise.resolve();
    };
    return Promise.resolve({ address, port: bound, close });
  }

  #dial(from: Uint8Array, to: Uint8Array, port: number, timeoutMs: number): Promise<Socket> {
    const { clock, latencyMs = 1 } = this.#options;
    const name = formatHostPort(to, port);
    return new Promise((resolve, reject) => {
      if (this.#silent.has(formatAddress(to)) || this.#silent.has(formatAddress(from))) {
        const timedOut = Object.assign(new Error(`connect ETIMEDOUT ${name}`), { code: "ETIMEDOUT" });
        clock.after(timeoutMs, () => reject(timedOut));
        return;
      }
      clock.after(latencyMs, () => {
        const onSocket = this.#listeners.get(name);
        if (onSocket === undefined) {
          reject(Object.assign(new Error(`connect ECONNREFUSED ${name}`), { code: "ECONNREFUSED" }));
          return;
        }
        const near = new MemorySocket(this.#options, to, port);
        const far = new MemorySocket(this.#options, from, this.#nextPort++);
        near.join(far);
        this.#remember(formatAddress(from), near);
        this.#remember(formatAddress(to), far);
        onSocket(far);
        resolve(near);
      });
    });
  }

  #remember(address: string, socket: MemorySocket): void {
    const sockets = this.#sockets.get(address) ?? new Set();
    this.#sockets.set(address, sockets);
    sockets.add(socket);
    socket.onGone = () => sockets.delete(socket);
  }
}

type Item = { readonly bytes: Uint8Array; readonly left: () => void } | "end";

class MemorySocket implements Socket {
  readonly remoteAddress: Uint8Array;
  readonly remotePort: number;
  onGone: () => void = () => {};
  readonly #options: MemoryNetworkOptions;
  #far!: MemorySocket;
  #handler: SocketHandler | undefined;
  /** What has arrived here and was not taken, because reading is paused or has not begun. */
  #arrived: Item[] = [];
  #paused = false;
  #endSent = false;
  #endRead = false;
  #gone = false;
  #silent = false;

  constructor(options: MemoryNetworkOptions, remoteAddress: Uint8Array, remotePort: number) {
    this.#options = options;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }

  join(far: MemorySocket): void {
    this.#far = far;
    far.#far = this;
  }

  open(handler: SocketHandler): void {
    this.#handler = handler;
    if (this.#gone) this.#options.clock.soon(() => handler.onClose());
    else this.#options.clock.soon(() => this.#deliver());
  }

  write(bytes: Uint8Array, left: () => void): void {
    if (this.#gone || this.#endSent) return;
    const { maxChunk = bytes.length, random } = this.#options;
    // The array is the sender's to use again once it has left.
    for (let at = 0; at < bytes.length; ) {
      const length = maxChunk >= bytes.length ? bytes.length : 1 + Math.floor(random() * maxChunk);
      const piece = bytes.slice(at, at + length);
      at += piece.length;
      this.#send({ bytes: piece, left: at >= bytes.length ? left : () => {} });
    }
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#options.clock.soon(() => this.#deliver());
  }

  end(): void {
    if (this.#gone || this.#endSent) return;
    this.#endSent = true;
    this.#send("end");
    this.#closeIfDone();
  }

  destroy(): void {
    if (this.#gone) return;
    this.#close();
    if (this.#silent) return;
    this.#options.clock.after(this.#options.latencyMs ?? 1, () => this.#far.#peerGone());
  }

  /** Nothing that is written on either side arrives any more. */
  silence(): void {
    this.#silent = true;
    this.#far.#silent = true;
  }

  fail(error: Error): void {
    this.#far.#close(error);
    this.#close(error);
  }

  #send(item: Item): void {
    if (this.#silent) return;
    this.#options.clock.after(this.#options.latencyMs ?? 1, () => this.#far.#receive(item));
  }

  #receive(item: Item): void {
    if (this.#gone || this.#silent) return;
    this.#arrived.push(item);
    this.#deliver();
  }

  #deliver(): void {
    while (this.#handler !== undefined && !this.#paused && !this.#gone && this.#arrived.length > 0) {
      const item = this.#arrived.shift() as Item;
      if (item === "end") {
        this.#endRead = true;
        this.#handler.onEnd();
        this.#closeIfDone();
      } else {
        this.#handler.onData(item.bytes);
        item.left();
      }
    }
  }

  #closeIfDone(): void {
    if (this.#endSent && this.#endRead) this.#close();
  }

  /** The far side was destroyed: an end to a reader that has closed already, a reset otherwise. */
  #peerGone(): void {
    this.#close(this.#endSent ? undefined : new Error("connection reset"));
  }

  #close(error?: Error): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#arrived = [];
    this.onGone();
    const handler = this.#handler;
    if (handler !== undefined) this.#options.clock.soon(() => handler.onClose(error));
  }
}
