import { FlatendError } from "./errors.ts";
import type { Links } from "./links.ts";

/** Names of services that a node counts on their own. What is called under further names is counted as one, {@link OTHER_SERVICES}. */
const MAX_NAMES = 256;
export const OTHER_SERVICES = "(others)";

/** A node in numbers. All but the first three count from its start. */
export interface Metrics {
  /** Connected peers. */
  readonly peers: number;
  /** Connections by who dialed, also those that are not open yet. */
  readonly connections: { readonly inbound: number; readonly outbound: number };
  /** Streams under way, in both directions together. */
  readonly streams: number;
  /** Bytes on the network, frames and all. */
  readonly bytes: { readonly received: number; readonly sent: number };
  /**
   * Calls this node has made: started, finished (the response was read to its end) and failed, by code; `OTHER` is an error without one. A response
   * that its user has destroyed counts as `ABORTED`. What has neither finished nor failed is under way.
   */
  readonly calls: {
    readonly started: number;
    readonly finished: number;
    readonly failed: Readonly<Record<string, number>>;
  };
  /** Calls this node was asked: handlers that were started, that have returned, and that have thrown. */
  readonly served: { readonly started: number; readonly finished: number; readonly failed: number };
  /** The same by service: the first name of a call, and the name that was served. 256 names at most; `(others)` are the rest together. */
  readonly services: Readonly<Record<string, ServiceMetrics>>;
  /** Attempts to reconnect that were scheduled. */
  readonly reconnects: number;
  /** Connections that ended before a valid Handshake, those of `refused` not among them. */
  readonly handshakeFailures: number;
  /** Peers that the node's own `allow` has refused. */
  readonly refused: number;
}

/** What was called and served under one name. */
export interface ServiceMetrics {
  readonly called: number;
  /** Calls that failed. */
  readonly callsFailed: number;
  readonly served: number;
  /** Handlers that have thrown. */
  readonly serveFailures: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a node counts as it goes. Each call costs a few additions, whether anybody asks or not. */
export class Tally {
  readonly bytes = { received: 0, sent: 0 };
  reconnects = 0;
  handshakeFailures = 0;
  refused = 0;
  readonly #calls = { started: 0, finished: 0 };
  readonly #served = { started: 0, finished: 0, failed: 0 };
  readonly #failures = new Map<string, number>();
  readonly #services = new Map<string, Mutable<ServiceMetrics>>();

  callStarted(service: string): void {
    this.#calls.started++;
    this.#service(service).called++;
  }

  callEnded(service: string, error: unknown): void {
    if (error === undefined) {
      this.#calls.finished++;
      return;
    }
    const code = error instanceof FlatendError ? error.code : "OTHER";
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
    this.#service(service).callsFailed++;
  }

  serveStarted(service: string): void {
    this.#served.started++;
    this.#service(service).served++;
  }

  serveFinished(): void {
    this.#served.finished++;
  }

  serveFailed(service: string): void {
    this.#served.failed++;
    this.#service(service).serveFailures++;
  }

  snapshot(links: Links): Metrics {
    let streams = 0;
    let anonymous = 0;
    for (const link of links.all) {
      streams += link.connection.activeStreams;
      if (link.peer !== undefined && link.key === undefined) anonymous++;
    }
    return {
      peers: links.peerCount + anonymous,
      connections: { inbound: links.inbound, outbound: links.all.size - links.inbound },
      streams,
      bytes: { ...this.bytes },
      calls: { ...this.#calls, failed: Object.fromEntries(this.#failures) },
      served: { ...this.#served },
      services: Object.fromEntries([...this.#services].map(([name, counts]) => [name, { ...counts }])),
      reconnects: this.reconnects,
      handshakeFailures: this.handshakeFailures,
      refused: this.refused,
    };
  }

  #service(name: string): Mutable<ServiceMetrics> {
    const known = this.#services.get(name);
    if (known !== undefined) return known;
    if (this.#services.size >= MAX_NAMES && name !== OTHER_SERVICES) return this.#service(OTHER_SERVICES);
    const counts = { called: 0, callsFailed: 0, served: 0, serveFailures: 0 };
    this.#services.set(name, counts);
    return counts;
  }
}
