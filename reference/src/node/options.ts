import type { Allow } from "./allow.ts";
import type { Choice } from "./choice.ts";
import type { Handler } from "./context.ts";
import type { NodeListeners } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { Middleware } from "./middleware.ts";

/** What a node is started with. */
export interface NodeOptions {
  /** Where other nodes reach this one, `host:port`. Default: the first address it is bound to. */
  readonly publicAddr?: string | undefined;
  /** Addresses to listen on. Default: `publicAddr`, or any free port. */
  readonly bindAddrs?: readonly string[] | undefined;
  /** Nodes to connect to first, `host:port` or `publickey@host:port`. One that is down is tried again for ever. */
  readonly addrs?: readonly string[] | undefined;
  /** Whether `start` rejects with CONNECT_FAILED when an address of `addrs` cannot be reached. Default false. */
  readonly requireBootstrap?: boolean | undefined;
  /**
   * How often an address whose connection is lost, or cannot be made, is tried again before it is given up: 0 never, below 0 for ever. Default: those
   * of `addrs` for ever, those the node was told of 8 times (FLT-PRV-023, FLT-PRV-025). The count begins anew with each connection.
   */
  readonly numReconnectAttempts?: number | undefined;
  /** Least ms between two attempts, 500 to 1,000 (FLT-PRV-021, FLT-PRV-022); the wait is random between it and 1,000. Default 500. */
  readonly reconnectBackoffDuration?: number | undefined;
  /** 64 bytes of {@link generateSecretKey}, or a seed of 32. Without it the node is anonymous: it listens nowhere, and nobody finds it. */
  readonly secretKey?: Uint8Array | undefined;
  /**
   * Peers this node deals with, whoever dials; anonymous ones are not among them. Others are refused after their Handshake, before it is answered, and the
   * event `refused` tells of it. A fence against mistakes, not against an attacker who has recorded a Handshake (FLT-SEC-001, FLT-SEC-004).
   * Default: everybody.
   */
  readonly allow?: Allow | undefined;
  /** How much of this node its peers may take up. Default: {@link Limits} says it of each. */
  readonly limits?: Partial<Limits> | undefined;
  /** Which of several providers a call goes to, unless it says so itself. Default: `least-in-flight`. */
  readonly choose?: Choice | undefined;
  /** Listeners that are there before anything happens; more are added to the node with `on`. */
  readonly on?: NodeListeners | undefined;
  /** Logs what happens to the node, with a logger of pino or one like it. Default: none. */
  readonly logger?: Logger | undefined;
  /** Functions around every call and every handler of this node. Default: none, which costs nothing. */
  readonly middleware?: Middleware | undefined;
  /**
   * Whether calls that a handler makes on this node carry the `traceparent` and `tracestate` of its request, unless they have a `traceparent` of
   * their own. It costs every call of the process some 8 %, wherefore the default is false; `ctx.trace` is free.
   */
  readonly propagateTrace?: boolean | undefined;
  /** Handlers by the name of the service. */
  readonly services?: Readonly<Record<string, Handler>> | undefined;
}
