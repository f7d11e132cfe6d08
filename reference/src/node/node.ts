import type {
  ConnectionError,
  LocalNode,
  RemotePeer,
  ServiceCall,
  Stream,
  StreamReceiver,
} from "../connection/index.ts";
import type { Listener, Socket } from "../transport/index.ts";
import {
  encodeHandshake,
  encodeMessage,
  KEY_LENGTH,
  Opcode,
  type PeerId,
  RECEIVE_BUFFER_LENGTH,
  SIGNATURE_LENGTH,
  WireError,
} from "../wire/index.ts";
import { type HostPort, parseHostPort } from "./addresses.ts";
import { type CallOptions, call } from "./call.ts";
import { Context, type Handler } from "./context.ts";
import { Dialing } from "./dialing.ts";
import { Discovery } from "./discovery.ts";
import { FlatendError } from "./errors.ts";
import type { Headers } from "./headers.ts";
import { keyPairOf } from "./keys.ts";
import { Link, type LinkOwner, shutDown } from "./link.ts";
import { DEFAULT_INBOUND_CONNECTIONS, Links } from "./links.ts";
import { type PeerInfo, peerInfoOf } from "./peer-info.ts";
import { type Platform, systemPlatform } from "./platform.ts";
import type { Provider } from "./provider.ts";
import type { Body } from "./request-source.ts";
import type { Response } from "./response.ts";
import { Routes } from "./routes.ts";

export interface NodeOptions {
  /** Where other nodes reach this one, `host:port`. Default: the first address it is bound to. */
  readonly publicAddr?: string | undefined;
  /** Addresses to listen on. Default: `publicAddr`, or any free port. */
  readonly bindAddrs?: readonly string[] | undefined;
  /** Nodes to connect to first, `host:port` or `publickey@host:port`. One that is down is tried again for ever. */
  readonly addrs?: readonly string[] | undefined;
  /** Whether `start` rejects with CONNECT_FAILED when an address of `addrs` cannot be reached. Default false. */
  readonly requireBootstrap?: boolean | undefined;
  /** 64 bytes of {@link generateSecretKey}, or a seed of 32. Without it the node is anonymous: it listens nowhere, and nobody finds it. */
  readonly secretKey?: Uint8Array | undefined;
  /** Handlers by the name of the service. */
  readonly services?: Readonly<Record<string, Handler>> | undefined;
}

/** Most time a shutdown gives to calls that run, unless told otherwise, in ms. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/** A node of the mesh: offers services, finds others and calls theirs. */
export class Node {
  /** Who this node says it is; `undefined` of an anonymous node. */
  readonly id: PeerInfo | undefined;
  readonly #platform: Platform;
  readonly #local: LocalNode;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #links: Links;
  readonly #dialing: Dialing;
  readonly #routes: Routes;
  readonly #discovery: Discovery;
  readonly #listeners: Listener[];
  #shutdown: Promise<void> | undefined;
  #joined = false;
  #onIdle: (() => void) | undefined;

  private constructor(platform: Platform, identity: Identity, handlers: ReadonlyMap<string, Handler>) {
    const { seed, id, listeners } = identity;
    this.#platform = platform;
    this.#handlers = handlers;
    this.#listeners = listeners;
    this.id = id && peerInfoOf(id);
    this.#links = new Links(id?.publicKey);
    this.#local = {
      id,
      services: [...handlers.keys()],
      sign: (message) => platform.crypto.ed25519Sign(seed as Uint8Array, message),
      findNode: (target) => this.#links.table.closest(target),
    };
    this.#dialing = new Dialing(platform, this.#local, this.#owner(), (link) => this.#links.add(link));
    this.#routes = new Routes({
      platform,
      dial: (target) => this.#dialing.dial(target),
      connected: (key) => this.#links.of(key).some((link) => link.open),
      onConnected: () => {
        if (this.#joined) void this.#discovery.join();
      },
      onReconnect: () => {},
      onGiveUp: () => {},
    });
    this.#discovery = new Discovery({
      platform,
      ownPublicKey: id?.publicKey,
      links: this.#links,
      connect: (target) => this.#routes.connect(target, false),
    });
  }

  /**
   * Starts a node: listens, connects to `addrs` and finds its neighbours. Rejects with INVALID_ARGUMENT, with the network's own error
   * when an address cannot be bound, and with CONNECT_FAILED where `requireBootstrap` asks for it.
   */
  static async start(options: NodeOptions = {}, platform: Platform = systemPlatform): Promise<Node> {
    const handlers = handlersOf(options.services);
    const targets = (options.addrs ?? []).map((text) => parseHostPort(text, "addrs", "127.0.0.1"));
    const pending: Socket[] = [];
    let accept = (socket: Socket): void => void pending.push(socket);
    checkHandshakeFits(options.secretKey !== undefined, [...handlers.keys()]);
    const identity = await identityOf(options, platform, (socket) => accept(socket));
    const node = new Node(platform, identity, handlers);
    accept = (socket) => node.#accept(socket);
    for (const socket of pending) accept(socket);
    try {
      await node.#connectAll(targets, options.requireBootstrap ?? false);
    } catch (error) {
      await node.shutdown({ timeout: 0 });
      throw error;
    }
    return node;
  }

  /** Where the node listens, `host:port` each. */
  get addresses(): readonly string[] {
    return this.#listeners.map(({ address, port }) => peerInfoOf({ publicKey: new Uint8Array(), address, port }).addr);
  }

  /** Calls a service and gives the response once its head has come. */
  call(services: string | readonly string[], options: CallOptions = {}): Promise<Response> {
    return this.#call(services, options, () => true);
  }

  /** The same under its older name. */
  push(services: string | readonly string[], headers: Headers = {}, body?: Body): Promise<Response> {
    return this.call(services, { headers, body });
  }

  /** Connected peers that offer at least one of the services. */
  providersFor(services: string | readonly string[]): Provider[] {
    const providers = new Map<string | Link, Provider>();
    for (const link of this.#links.offering(listOf(services))) {
      const peer = link.key ?? link;
      if (!providers.has(peer)) providers.set(peer, this.#providerOf(link));
    }
    return [...providers.values()];
  }

  /**
   * Stops: accepts nothing more, lets calls that run finish for at most `timeout` ms (default 10,000), closes all connections.
   * Calls after the first wait for the same end.
   */
  shutdown(options: { readonly timeout?: number } = {}): Promise<void> {
    this.#shutdown ??= this.#shutDown(options.timeout ?? SHUTDOWN_TIMEOUT_MS);
    return this.#shutdown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #shutDown(timeout: number): Promise<void> {
    this.#routes.stop();
    this.#discovery.stop();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    const links = () => [...this.#links.all];
    for (const link of links()) link.run((connection) => connection.refuseCalls());
    if (timeout > 0 && !this.#idle()) {
      await new Promise<void>((resolve) => {
        const cancel = this.#platform.clock.after(timeout, resolve);
        this.#onIdle = () => {
          if (!this.#idle()) return;
          cancel();
          resolve();
        };
      });
    }
    for (const link of links()) link.close(shutDown());
  }

  #idle(): boolean {
    return [...this.#links.all].every((link) => link.idle);
  }

  async #connectAll(targets: readonly HostPort[], required: boolean): Promise<void> {
    if (targets.length === 0) return;
    const results = await Promise.allSettled(targets.map((target) => this.#routes.connect(target, true)));
    const failed = results.find((result) => result.status === "rejected");
    if (required && failed !== undefined) throw failed.reason;
    await this.#discovery.join();
    // From here on a bootstrap node that comes back is asked anew for neighbours.
    this.#joined = true;
  }

  #accept(socket: Socket): void {
    if (this.#shutdown !== undefined || this.#links.inbound >= DEFAULT_INBOUND_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#links.add(new Link(this.#platform, this.#owner(), { socket, role: "listener", local: this.#local }));
  }

  #owner(): LinkOwner {
    return {
      admit: (link, peer) => this.#links.refusal(link, peer),
      onPeer: (link, peer) => this.#learned(link, peer),
      onOpen: (link) => this.#dialing.opened(link),
      onCall: (link, stream, serviceCall) => this.#serve(link, stream, serviceCall),
      onRetired: () => {},
      onIdle: () => this.#onIdle?.(),
      onClosed: (link, reason) => this.#closed(link, reason),
    };
  }

  #learned(link: Link, peer: RemotePeer): void {
    this.#links.learned(link, peer);
  }

  #serve(link: Link, stream: Stream, serviceCall: ServiceCall): StreamReceiver | undefined {
    const handler = this.#handlers.get(serviceCall.service);
    if (handler === undefined) return undefined;
    const context = new Context(link, stream, serviceCall);
    // A handler never runs in the middle of what the connection does.
    this.#platform.clock.soon(() => void context.serve(handler));
    return context.receiver();
  }

  #closed(link: Link, reason: ConnectionError): void {
    const last = this.#links.remove(link);
    this.#dialing.closed(link, reason);
    this.#routes.lost(link, last);
    this.#onIdle?.();
  }

  #call(
    services: string | readonly string[],
    options: CallOptions,
    allowed: (link: Link) => boolean,
  ): Promise<Response> {
    if (this.#shutdown !== undefined) return Promise.reject(new FlatendError("SHUT_DOWN", "Node is shut down."));
    const host = {
      acquire: async (names: readonly string[], tried: ReadonlySet<Link>) => {
        const known = () => this.#links.offering(names).length > 0;
        if (!known()) await this.#discovery.search(known);
        return await this.#acquire(names, tried, allowed);
      },
      after: (ms: number, callback: () => void) => this.#platform.clock.after(ms, callback),
    };
    return call(host, listOf(services), options);
  }

  async #acquire(
    services: readonly string[],
    tried: ReadonlySet<Link>,
    allowed: (link: Link) => boolean,
  ): Promise<Link | undefined> {
    const links = this.#links.offering(services).filter((link) => allowed(link));
    const usable = links.filter((link) => link.open && !tried.has(link) && hasRoom(link));
    const best = usable.sort((a, b) => this.#preference(a, b))[0];
    if (best !== undefined) return best;
    // Peers whose connections are all retired or full are reached over a new one (FLT-PRV-012).
    for (const link of links) {
      const id = link.peer?.id;
      const siblings = link.key === undefined ? [] : this.#links.of(link.key);
      if (id === undefined || id.port === 0 || siblings.some((other) => other.open && hasRoom(other))) continue;
      const { host, port } = peerInfoOf(this.#links.table.find(id.publicKey) ?? id);
      return await this.#dialing.dial({ host, port, expectedPublicKey: id.publicKey });
    }
    return undefined;
  }

  /** The link with fewer calls under way first; between two of one peer the one FLT-PRV-013 names, among equals a random one. */
  #preference(a: Link, b: Link): number {
    if (a.key !== undefined && a.key === b.key && a.role !== b.role && this.id !== undefined) {
      const ours = this.id.key < a.key ? "dialer" : "listener";
      return a.role === ours ? -1 : 1;
    }
    return a.connection.outboundStreams - b.connection.outboundStreams || this.#platform.random() - 0.5;
  }

  #providerOf(link: Link): Provider {
    const id = link.peer?.id;
    const { key } = link;
    const allowed = (other: Link) => (key === undefined ? other === link : other.key === key);
    return {
      id: id && peerInfoOf(id),
      addr: link.name,
      services: link.peer?.services ?? [],
      call: (services, options = {}) => this.#call(services, options, allowed),
      push: (services, headers = {}, body) => this.#call(services, { headers, body }, allowed),
    };
  }
}

interface Identity {
  readonly seed: Uint8Array | undefined;
  readonly id: PeerId | undefined;
  readonly listeners: Listener[];
}

/** Binds the addresses and says who the node is. An anonymous node binds none. */
async function identityOf(
  options: NodeOptions,
  platform: Platform,
  onSocket: (socket: Socket) => void,
): Promise<Identity> {
  if (options.secretKey === undefined) return { seed: undefined, id: undefined, listeners: [] };
  const { seed, publicKey } = keyPairOf(options.secretKey);
  const binds = (options.bindAddrs ?? []).map((text) => parseHostPort(text, "bindAddrs", "::"));
  const announced =
    options.publicAddr === undefined ? undefined : parseHostPort(options.publicAddr, "publicAddr", "0.0.0.0");
  if (binds.length === 0) binds.push(announced ?? { host: "::", port: 0 });
  const listeners: Listener[] = [];
  try {
    for (const { host, port } of binds) listeners.push(await listen(platform, host, port, onSocket));
    const first = listeners[0] as Listener;
    const address = announced === undefined ? first.address : await platform.transport.resolve(announced.host);
    const port = announced === undefined || announced.port === 0 ? first.port : announced.port;
    return { seed, id: { publicKey, address, port }, listeners };
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  }
}

/** Where there is no IPv6, all addresses are those of IPv4. */
async function listen(
  platform: Platform,
  host: string,
  port: number,
  onSocket: (socket: Socket) => void,
): Promise<Listener> {
  try {
    return await platform.transport.listen(host, port, onSocket);
  } catch (error) {
    if (host !== "::" || (error as { code?: unknown }).code !== "EAFNOSUPPORT") throw error;
    return await platform.transport.listen("0.0.0.0", port, onSocket);
  }
}

function handlersOf(services: Readonly<Record<string, Handler>> = {}): Map<string, Handler> {
  const handlers = new Map(Object.entries(services));
  for (const [name, handler] of handlers) {
    if (typeof handler !== "function") {
      throw new FlatendError("INVALID_ARGUMENT", `services: expected a function as "${name}", got ${typeof handler}`);
    }
    if (name === "" || name.startsWith("~")) {
      throw new FlatendError(
        "INVALID_ARGUMENT",
        `services: expected a name that is not empty and does not begin with "~", got "${name}"`,
      );
    }
  }
  return handlers;
}

/** The longest ID, whose address may turn out to be one of IPv6. */
const LONGEST_ID: PeerId = { publicKey: new Uint8Array(KEY_LENGTH), address: new Uint8Array(16), port: 0 };

/** All services are announced in one frame, so they are refused here if they do not fit (FLT-HSK-044). */
function checkHandshakeFits(keyed: boolean, services: readonly string[]): void {
  const id = keyed ? { id: LONGEST_ID, signature: new Uint8Array(SIGNATURE_LENGTH) } : {};
  try {
    encodeMessage(1, Uint8Array.of(Opcode.Handshake, ...encodeHandshake({ services, ...id })));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new FlatendError("INVALID_ARGUMENT", `services: their names do not fit a Handshake: ${error.message}`, error);
  }
}

const listOf = (services: string | readonly string[]): readonly string[] =>
  typeof services === "string" ? [services] : services;

/** Room for one more call, and a peer that reads what it is sent. */
const hasRoom = ({ connection }: Link): boolean =>
  connection.outboundStreams < connection.limits.outboundStreams &&
  connection.bufferedOutput < RECEIVE_BUFFER_LENGTH &&
  !connection.readPaused;
