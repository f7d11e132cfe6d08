import { EventEmitter } from "node:events";
import debug from "debug";
import { errorChannel, peerChannel, reconnectChannel } from "./diagnostics.ts";
import type { FlatendError } from "./errors.ts";
import type { Link } from "./link.ts";
import type { Logger } from "./logger.ts";
import { type PeerInfo, peerInfoOf } from "./peer-info.ts";

/** A peer whose connection has opened or gone. */
export interface PeerEvent {
  readonly state: "connected" | "disconnected";
  /** `host:port` it announces, or where it is connected from. */
  readonly addr: string;
  /** `undefined`: the peer is anonymous. */
  readonly id: PeerInfo | undefined;
  readonly services: readonly string[];
  /** Whether this node has dialed. */
  readonly outbound: boolean;
  /** Why the connection has gone; only of `disconnected`. */
  readonly reason?: Error;
}

/** An address that is dialed again because its connection was lost or could not be made. */
export interface ReconnectEvent {
  readonly addr: string;
  /** ms until the attempt. */
  readonly inMs: number;
}

/** A peer that was turned away because it is not allowed. */
export interface RefusedEvent {
  /** `host:port` it announces, or where it is connected from. */
  readonly addr: string;
  /** Who it says it is; `undefined`: the peer is anonymous. */
  readonly id: PeerInfo | undefined;
  /** Whether this node has dialed. */
  readonly outbound: boolean;
  /** What was expected of it. */
  readonly reason: Error;
}

/** The events of a node and what their listeners get. */
export interface NodeEvents {
  /** The node accepts connections at `host:port`. */
  listening: [address: string];
  peer: [event: PeerEvent];
  /** The first connected peer offers the service (true), or the last one that did is gone (false). */
  provider: [service: string, available: boolean];
  /** `allow` does not name a peer, whose connection is closed. */
  refused: [event: RefusedEvent];
  reconnecting: [event: ReconnectEvent];
  /** Something went wrong that no call has been told. Nothing is thrown when nobody listens. */
  error: [error: FlatendError];
}

/** Listeners by the name of their event. */
export type NodeListeners = { readonly [Name in keyof NodeEvents]?: (...args: NodeEvents[Name]) => void };

/** The original's log lines, which people look for: shown with `DEBUG=flatend` or `DEBUG=*`. */
const log = debug("flatend");

/** Tells what happens in a node, to its user and, on request, on stderr. */
export class NodeEmitter extends EventEmitter<NodeEvents> {
  readonly #logger: Logger | undefined;

  constructor(listeners: NodeListeners = {}, logger?: Logger) {
    super();
    this.#logger = logger;
    for (const [name, listener] of Object.entries(listeners)) {
      this.on(name as keyof NodeEvents, listener as () => void);
    }
  }

  protected reportKey(key: string): void {
    log("Public Key: %s", key);
  }

  protected reportListening(address: string): void {
    log("Listening for Flatend nodes on '%s'.", address);
    this.#logger?.info({ addr: address }, "listening");
    this.emit("listening", address);
  }

  protected reportPeer(event: PeerEvent): void {
    if (log.enabled) log("%s. Services: [%s]", sentenceOf(event), event.services.join(", "));
    if (this.#logger !== undefined) {
      const { state, addr, id, services, outbound, reason } = event;
      const why = reason === undefined ? {} : { reason: reason.message };
      this.#logger.info({ addr, key: id?.key, services, outbound, ...why }, `peer ${state}`);
    }
    if (peerChannel.hasSubscribers) peerChannel.publish({ node: this, event });
    this.emit("peer", event);
  }

  protected reportProvider(service: string, available: boolean): void {
    this.#logger?.debug({ service }, available ? "service available" : "service gone");
    this.emit("provider", service, available);
  }

  protected reportRefused(event: RefusedEvent): void {
    const { addr, id, outbound, reason } = event;
    log("'%s' is not allowed to connect.", addr);
    this.#logger?.warn({ addr, key: id?.key, outbound, reason: reason.message }, "peer refused");
    this.emit("refused", event);
  }

  protected reportReconnect(addr: string, inMs: number): void {
    log("Trying to reconnect to '%s'. Sleeping for %dms.", addr, Math.round(inMs));
    this.#logger?.info({ addr, inMs: Math.round(inMs) }, "reconnecting");
    if (reconnectChannel.hasSubscribers) reconnectChannel.publish({ node: this, event: { addr, inMs } });
    this.emit("reconnecting", { addr, inMs });
  }

  /** An emitter throws an error that nobody listens to; a node lives on. */
  protected reportError(error: FlatendError): void {
    log("%s", error.message);
    this.#logger?.error({ code: error.code, err: error }, "error");
    if (errorChannel.hasSubscribers) errorChannel.publish({ node: this, error });
    if (this.listenerCount("error") > 0) this.emit("error", error);
  }

  /** A handler of this node has thrown; its caller is told, and nobody else. */
  protected reportHandlerError(service: string, error: unknown): void {
    this.#logger?.warn({ service, err: error }, "handler failed");
  }

  protected reportDiscovered(count: number): void {
    log("Discovered %d peer(s).", count);
    this.#logger?.debug({ count }, "peers discovered");
  }
}

function sentenceOf({ state, addr, outbound }: PeerEvent): string {
  if (state === "disconnected") return `'${addr}' has disconnected from you`;
  return outbound ? `You have connected to '${addr}'` : `'${addr}' has connected to you`;
}

/** What is told of the peer at the other end of a link. */
export function peerEvent(link: Link, state: PeerEvent["state"]): PeerEvent {
  const { peer, role } = link;
  const id = peer?.id;
  return {
    state,
    addr: link.name,
    id: id && peerInfoOf(id),
    services: peer?.services ?? [],
    outbound: role === "dialer",
  };
}
