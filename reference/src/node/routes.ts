import { formatTarget, type HostPort } from "./addresses.ts";
import { isOwnIdentity } from "./dialing.ts";
import type { Link } from "./link.ts";
import type { Platform } from "./platform.ts";
import type { ReconnectRules } from "./reconnecting.ts";

/** What routes need of their node. */
export interface RouteHost {
  readonly platform: Platform;
  readonly rules: ReconnectRules;
  dial(target: HostPort): Promise<Link>;
  /** Whether the keyed peer has a living connection, whoever dialed it. */
  connected(key: string): boolean;
  /** A configured address is connected. */
  onConnected(link: Link): void;
  /** Says that an attempt will be made, or that the last one has failed. */
  onReconnect(target: HostPort, inMs: number): void;
  onGiveUp(target: HostPort, attempts: number): void;
}

/** An address the node keeps itself connected to. */
interface Route {
  readonly target: HostPort;
  /** Configured by the user: tried for ever unless told otherwise (FLT-PRV-025). */
  readonly configured: boolean;
  /** Who was found there last. */
  key: string | undefined;
  link: Link | undefined;
  attempts: number;
  cancel: (() => void) | undefined;
  dialing: Promise<Link> | undefined;
}

/** Addresses a node has dialed, and how it comes back to them (chapter 08). */
export class Routes {
  readonly #host: RouteHost;
  readonly #routes = new Map<string, Route>();
  #stopped = false;

  constructor(host: RouteHost) {
    this.#host = host;
  }

  /** The connection to an address, a new one if there is none. Rejects with CONNECT_FAILED; a configured address is tried again later all the same. */
  connect(target: HostPort, configured: boolean): Promise<Link> {
    const name = formatTarget(target);
    let route = this.#routes.get(name);
    if (route === undefined) {
      route = {
        target,
        configured,
        key: undefined,
        link: undefined,
        attempts: 0,
        cancel: undefined,
        dialing: undefined,
      };
      this.#routes.set(name, route);
    }
    if (route.link?.open) return Promise.resolve(route.link);
    return this.#dial(route);
  }

  /** A link is gone, with the last connection to its peer if `last`. */
  lost(link: Link, last: boolean): void {
    const { key } = link;
    for (const route of this.#routes.values()) {
      const its = route.link === link;
      if (its) route.link = undefined;
      // An anonymous listener has no key by which its other connections could be known.
      if (its && (key === undefined || last)) this.#schedule(route);
      else if (last && route.key === key && route.link === undefined) this.#schedule(route);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const route of this.#routes.values()) route.cancel?.();
    this.#routes.clear();
  }

  #dial(route: Route): Promise<Link> {
    route.cancel?.();
    route.cancel = undefined;
    route.dialing ??= this.#host
      .dial(route.target)
      .then(
        (link) => {
          route.link = link;
          route.key = link.key;
          route.attempts = 0;
          if (route.configured) this.#host.onConnected(link);
          // It may have been lost in the same turn in which it opened.
          if (link.connection.state === "closed")
            this.lost(link, link.key === undefined || !this.#host.connected(link.key));
          return link;
        },
        (error: unknown) => {
          if (isOwnIdentity(error)) this.#routes.delete(formatTarget(route.target));
          else if (route.configured || route.key !== undefined) this.#schedule(route);
          else this.#routes.delete(formatTarget(route.target));
          throw error;
        },
      )
      .finally(() => {
        route.dialing = undefined;
      });
    return route.dialing;
  }

  /** Waits and dials, unless the peer has come back by itself meanwhile (FLT-PRV-020 to FLT-PRV-024). */
  #schedule(route: Route): void {
    if (this.#stopped || route.cancel !== undefined) return;
    const { rules } = this.#host;
    if (route.attempts >= (route.configured ? rules.configured : rules.learned)) {
      this.#routes.delete(formatTarget(route.target));
      // Where nothing was tried nothing is given up.
      if (route.attempts > 0) this.#host.onGiveUp(route.target, route.attempts);
      return;
    }
    const { clock, random } = this.#host.platform;
    const wait = rules.minMs + random() * (rules.maxMs - rules.minMs);
    this.#host.onReconnect(route.target, wait);
    route.cancel = clock.after(wait, () => {
      route.cancel = undefined;
      if (route.key !== undefined && this.#host.connected(route.key)) {
        route.attempts = 0;
        return;
      }
      route.attempts++;
      this.#dial(route).catch(() => {});
    });
  }
}
