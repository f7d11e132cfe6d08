/** Calls that wait a moment for a service whose provider was lost just now: one that dialed the gateway comes back by itself. */
import { type CallOptions, type Canceller, FlatendError, type Node, type PeerEvent, type Response } from "flatend";

/** How long after its loss a provider is waited for, in ms: nodes come back within 1,100 (FLT-PRV-022). */
export const RETURN_MS = 1_500;
/** How long a connection that takes no more calls may last until it is lost, in ms (FLT-STR-055). */
const RETIRED_MS = 10_000;
/** Requests that wait at a time; more are refused at once. */
export const MOST_WAITING = 1_024;
/** Services that are remembered as lost; the one lost longest ago is forgotten first. */
const MOST_LOST = 1_024;

/** What it needs of the gateway's node. */
export type PatientHost = Pick<Node, "call" | "providersFor" | "on">;

/** The calls of a node, which fail with NO_PROVIDER later than the node's own where the provider may come back (FLT-GWY-116). */
export class Patience {
  readonly #node: PatientHost;
  /** When the last provider of a service was lost, in ms. */
  readonly #lostAt = new Map<string, number>();
  /** Are told of the services of each peer that connects. */
  readonly #waiting = new Set<(offered: readonly string[]) => void>();

  constructor(node: PatientHost) {
    this.#node = node;
    node.on("provider", (service, available) => this.#onProvider(service, available));
    node.on("peer", (event) => this.#onPeer(event));
  }

  /** As the node's own `call`. A body must be an iterable that can be asked for its iterator again as long as nothing was taken. */
  async call(services: string | readonly string[], options: CallOptions = {}): Promise<Response> {
    const names = typeof services === "string" ? [services] : services;
    let end: number | undefined;
    for (;;) {
      try {
        return await this.#node.call(names, options);
      } catch (error) {
        if (!(error instanceof FlatendError && error.code === "NO_PROVIDER")) throw error;
        end ??= this.#worthWhile(names);
        const left = end - performance.now();
        if (left <= 0 || this.#waiting.size >= MOST_WAITING) throw error;
        if (!(await this.#comesBack(names, left, options.canceller))) throw error;
      }
    }
  }

  /** Until when one of them may come back; 0 where nobody has offered any of late. */
  #worthWhile(names: readonly string[]): number {
    // A connection that takes no more calls is still there: its node dials anew when it is closed.
    if (this.#node.providersFor(names).length > 0) return performance.now() + RETIRED_MS + RETURN_MS;
    return Math.max(0, ...names.map((name) => (this.#lostAt.get(name) ?? -RETURN_MS) + RETURN_MS));
  }

  /** False when the time is over, or nobody wants to know any more. */
  #comesBack(names: readonly string[], ms: number, canceller: Canceller | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (came: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(onOffer);
        uncancel?.();
        resolve(came);
      };
      const onOffer = (offered: readonly string[]): void => {
        if (names.some((name) => offered.includes(name))) end(true);
      };
      const giveUp = (): void => end(false);
      const timer = setTimeout(giveUp, ms);
      const uncancel = canceller?.onCancel(giveUp);
      this.#waiting.add(onOffer);
      if (canceller?.cancelled) end(false);
    });
  }

  #onProvider(service: string, available: boolean): void {
    this.#lostAt.delete(service);
    if (available) return;
    this.#lostAt.set(service, performance.now());
    const [oldest] = this.#lostAt.keys();
    if (this.#lostAt.size > MOST_LOST && oldest !== undefined) this.#lostAt.delete(oldest);
  }

  #onPeer({ state, services }: PeerEvent): void {
    if (state !== "connected" || this.#waiting.size === 0) return;
    for (const waiting of [...this.#waiting]) waiting(services);
  }
}
