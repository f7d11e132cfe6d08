import type {
  ConnectionError,
  LocalNode,
  RemotePeer,
  ServiceCall,
  Stream,
  StreamReceiver,
} from "../connection/index.ts";
import type { Listener, Socket } from "../transport/index.ts";
import { toHex } from "../wire/index.ts";
import { formatTarget, type HostPort, parseHostPort } from "./addresses.ts";
import { type Fence, fenceOf, NOT_ALLOWED } from "./allow.ts";
import { type Broadcast, type BroadcastOptions, broadcast } from "./broadcast.ts";
import type { CallOptions } from "./call.ts";
import { Caller } from "./caller.ts";
import { Context, type Handler, type ServeWatcher } from "./context.ts";
import { isWatched, serveChannel, tracedHandler } from "./diagnostics.ts";
import { Dialing } from "./dialing.ts";
import { Discovery } from "./discovery.ts";
import { Drain } from "./drain.ts";
import { FlatendError, messageOf } from "./errors.ts";
import { NodeEmitter, peerEvent } from "./events.ts";
import type { Headers } from "./headers.ts";
import { checkHandshakeFits, type Identity, identityOf } from "./identity.ts";
import { limitsOf } from "./limits.ts";
import { crowdedOut, Link, type LinkOwner } from "./link.ts";
import { Links } from "./links.ts";
import { loggerOf } from "./logger.ts";
import { type Metrics, Tally } from "./metrics.ts";
import { type CallMiddleware, middlewareOf } from "./middleware.ts";
import type { NodeOptions } from "./options.ts";
import { type PeerInfo, peerInfoOf } from "./peer-info.ts";
import { type Platform, systemPlatform } from "./platform.ts";
import type { Provider } from "./provider.ts";
import { reconnectRules } from "./reconnecting.ts";
import type { Body } from "./request-source.ts";
import type { Response } from "./response.ts";
import { Routes } from "./routes.ts";
import { Selection } from "./selection.ts";
import { handlersOf } from "./services.ts";

/** Most time a shutdown gives to calls that run, unless told otherwise, in ms. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/** Most time that `start` waits for the mesh to be looked through, in ms. */
const JOIN_WAIT_MS = 1_000;

/** A node of the mesh: offers services, finds others and calls theirs. */
export class Node extends NodeEmitter {
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
  readonly #fence: Fence;
  readonly #limits: ReturnType<typeof limitsOf>;
  readonly #tally = new Tally();
  readonly #providers = new WeakMap<Link, { readonly peer: RemotePeer | undefined; readonly provider: Provider }>();
  readonly #watcher: ServeWatcher = {
    finished: () => this.#tally.serveFinished(),
    failed: (service, error) => {
      this.#tally.serveFailed(service);
      this.reportHandlerError(service, error);
    },
  };
  readonly #caller: Caller;
  readonly #drain: Drain;
  #shutdown: Promise<void> | undefined;
  #joined = false;

  private constructor(
    platform: Platform,
    options: NodeOptions,
    { seed, id, listeners }: Identity,
    handlers: ReadonlyMap<string, Handler>,
    middleware: readonly CallMiddleware[],
  ) {
    super(options.on, loggerOf(options.logger, id && toHex(id.publicKey)));
    this.#platform = platform;
    this.#limits = limitsOf(options.limits);
    this.#fence = fenceOf(options.allow);
    this.#handlers = handlers;
    this.#listeners = listeners;
    this.id = id && peerInfoOf(id);
    this.#links = new Links(id?.publicKey, (service, available) => this.reportProvider(service, available));
    this.#drain = new Drain({ clock: platform.clock, links: () => [...this.#links.all] });
    this.#local = {
      id,
      services: [...handlers.keys()],
      sign: (message) => platform.crypto.ed25519Sign(seed as Uint8Array, message),
      findNode: (target) => this.#links.table.closest(target),
    };
    this.#dialing = new Dialing(platform, this.#local, this.#owner(), (link) => this.#links.add(link));
    this.#routes = new Routes({
      platform,
      rules: reconnectRules(options),
      dial: (target) => this.#dialing.dial(target),
      connected: (key) => this.#links.of(key).some((link) => link.open),
      onConnected: (link) => {
        if (this.#joined) this.#discovery.rejoin(link.peer?.id);
      },
      onReconnect: (target, inMs) => {
        this.#tally.reconnects++;
        this.reportReconnect(formatTarget(target), inMs);
      },
      onGiveUp: (target, attempts) => {
        const text = `Tried ${attempts} times reconnecting to ${formatTarget(target)}. Giving up.`;
        this.reportError(new FlatendError("CONNECT_FAILED", text));
      },
    });
    this.#discovery = new Discovery({
      platform,
      ownPublicKey: id?.publicKey,
      links: this.#links,
      allowed: (peer) => this.#fence(peer) === undefined,
      connect: (target) => this.#routes.connect(target, false),
      onDiscovered: (count) => this.reportDiscovered(count),
    });
    const selection = new Selection({
      links: this.#links,
      ownKey: this.id?.key,
      random: () => platform.random(),
      dial: (target) => this.#dialing.dial(target),
      providerOf: (link) => this.#providerOf(link),
    });
    this.#caller = new Caller({
      node: this,
      platform,
      tally: this.#tally,
      selection,
      links: this.#links,
      discovery: this.#discovery,
      choose: options.choose ?? "least-in-flight",
      providerOf: (link) => this.#providerOf(link),
      middleware,
      // What is still served may need calls of its own to finish.
      stopped: () => this.#shutdown !== undefined && !this.#drain.serving,
    });
  }

  /**
   * Starts a node: listens, connects to `addrs` and finds its neighbours. Rejects with INVALID_ARGUMENT, with the network's own error
   * when an address cannot be bound, and with CONNECT_FAILED where `requireBootstrap` asks for it.
   */
  static async start(options: NodeOptions = {}, platform: Platform = systemPlatform): Promise<Node> {
    const middleware = middlewareOf(options);
    reconnectRules(options);
    fenceOf(options.allow);
    limitsOf(options.limits);
    const handlers = handlersOf(options.services, middleware.serve);
    const targets = (options.addrs ?? []).map((text) => parseHostPort(text, "addrs", "127.0.0.1"));
    const pending: Socket[] = [];
    let accept = (socket: Socket): void => void pending.push(socket);
    checkHandshakeFits(options.secretKey !== undefined, [...handlers.keys()]);
    const identity = await identityOf(options, platform, (socket) => accept(socket));
    const node = new Node(platform, options, identity, handlers, middleware.call);
    accept = (socket) => node.#accept(socket);
    for (const socket of pending) accept(socket);
    if (node.id !== undefined) node.reportKey(node.id.key);
    for (const address of node.addresses) node.reportListening(address);
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
    return this.#caller.call(listOf(services), options, () => true);
  }

  /** The same under its older name. */
  push(services: string | readonly string[], headers: Headers = {}, body?: Body): Promise<Response> {
    return this.call(services, { headers, body });
  }

  /**
   * Calls every connected provider of the services, of those connected when it is called. Nobody is looked for: without a provider there is
   * no answer. One that fails leaves the others alone. Throws INVALID_ARGUMENT, also on a body that can be sent only once.
   */
  broadcast(services: string | readonly string[], options: BroadcastOptions = {}): Broadcast {
    return broadcast(this.providersFor(services), listOf(services), options);
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

  /** The node in numbers, as of now. */
  metrics(): Metrics {
    return this.#tally.snapshot(this.#links);
  }

  /**
   * Stops: accepts nothing more, lets calls that run finish for at most `timeout` ms (default 10,000), closes all connections.
   * Calls after the first wait for the same end.
   */
  shutdown(options: { readonly timeout?: number } = {}): Promise<void> {
    this.#shutdown ??= this.#shutDown(options.timeout ?? SHUTDOWN_TIMEOUT_MS);
    return this.#shutdown;
  }

  /** The end of `await using`: the same as {@link shutdown} with its default time. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #shutDown(timeout: number): Promise<void> {
    this.#routes.stop();
    this.#discovery.stop();
    const listening = this.#listeners.map((listener) => listener.close());
    await Promise.all([...listening, this.#drain.run(timeout, () => this.#dialing.stop())]);
  }

  async #connectAll(targets: readonly HostPort[], required: boolean): Promise<void> {
    if (targets.length === 0) return;
    const results = await Promise.allSettled(targets.map((target) => this.#routes.connect(target, true)));
    const failed = results.find((result) => result.status === "rejected");
    if (required && failed !== undefined) throw failed.reason;
    for (const result of results) if (result.status === "rejected") this.reportError(errorOf(result.reason));
    await this.#joinInTime();
    // From here on a bootstrap node that comes back is asked anew for neighbours.
    this.#joined = true;
  }

  /** Peers that do not answer delay a start by no more than this; the mesh is looked through all the same. */
  async #joinInTime(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#platform.clock.after(JOIN_WAIT_MS, resolve);
      void this.#discovery.join().then(() => {
        cancel();
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    if (this.#shutdown === undefined && this.#links.inbound >= this.#limits.node.inboundConnections) {
      this.#links.longestUnknown()?.close(crowdedOut());
    }
    if (this.#shutdown !== undefined || this.#links.inbound >= this.#limits.node.inboundConnections) {
      socket.destroy();
      return;
    }
    this.#links.add(new Link(this.#platform, this.#owner(), { socket, role: "listener", local: this.#local }));
  }

  #owner(): LinkOwner {
    return {
      bytes: this.#tally.bytes,
      limits: this.#limits.connection,
      admit: (link, peer) => this.#refusal(link, peer) ?? this.#links.refusal(link, peer),
      onPeer: (link, peer, first) => this.#learned(link, peer, first),
      onOpen: (link) => this.#dialing.opened(link),
      onCall: (link, stream, serviceCall) => this.#serve(link, stream, serviceCall),
      onRetired: () => {},
      onIdle: () => this.#drain.changed(),
      onClosed: (link, reason) => this.#closed(link, reason),
    };
  }

  /** Why a peer is not allowed, if so. */
  #refusal({ name, role }: Link, { id }: RemotePeer): ConnectionError | undefined {
    const reason = this.#fence(id);
    if (reason === undefined) return undefined;
    this.#tally.refused++;
    const addr = id === undefined ? name : peerInfoOf(id).addr;
    this.reportRefused({ addr, id: id && peerInfoOf(id), outbound: role === "dialer", reason });
    return reason;
  }

  #learned(link: Link, peer: RemotePeer, first: boolean): void {
    this.#links.learned(link, peer);
    if (first) this.reportPeer(peerEvent(link, "connected"));
  }

  #serve(link: Link, stream: Stream, serviceCall: ServiceCall): StreamReceiver | undefined {
    const handler = this.#handlers.get(serviceCall.service);
    if (handler === undefined || this.#drain.refuses()) return undefined;
    const context = new Context(link, stream, serviceCall);
    this.#tally.serveStarted(context.service);
    const run = isWatched(serveChannel) ? tracedHandler(this, handler) : handler;
    // A handler never runs in the middle of what the connection does.
    this.#platform.clock.soon(() => void context.serve(run, this.#watcher));
    return context.receiver();
  }

  #closed(link: Link, reason: ConnectionError): void {
    const last = this.#links.remove(link);
    this.#dialing.closed(link, reason);
    if (link.peer === undefined) this.#tally.handshakeFailures += reason.code === NOT_ALLOWED ? 0 : 1;
    else this.reportPeer({ ...peerEvent(link, "disconnected"), reason });
    this.#routes.lost(link, last);
    this.#drain.changed();
  }

  /** Asked for with each call, and the same for as long as the Handshake is. */
  #providerOf(link: Link): Provider {
    const known = this.#providers.get(link);
    if (known !== undefined && known.peer === link.peer) return known.provider;
    const provider = this.#newProvider(link);
    this.#providers.set(link, { peer: link.peer, provider });
    return provider;
  }

  #newProvider(link: Link): Provider {
    const { key } = link;
    const allowed = (other: Link) => (key === undefined ? other === link : other.key === key);
    return {
      id: link.peerInfo,
      addr: link.name,
      services: link.peer?.services ?? [],
      call: (services, options = {}) => this.#caller.call(listOf(services), options, allowed),
      push: (services, headers = {}, body) => this.#caller.call(listOf(services), { headers, body }, allowed),
    };
  }
}

const errorOf = (reason: unknown): FlatendError =>
  reason instanceof FlatendError ? reason : new FlatendError("CONNECT_FAILED", messageOf(reason), reason);

const listOf = (services: string | readonly string[]): readonly string[] =>
  typeof services === "string" ? [services] : services;
