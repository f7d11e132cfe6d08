import { checkRequest } from "../connection/index.ts";
import { type CallHost, type CallOptions, call } from "./call.ts";
import type { Choice } from "./choice.ts";
import { callChannel, isWatched, tracedCall } from "./diagnostics.ts";
import type { Discovery } from "./discovery.ts";
import { FlatendError } from "./errors.ts";
import { type Headers, headerList } from "./headers.ts";
import type { Link } from "./link.ts";
import type { Links } from "./links.ts";
import { refusalOf } from "./losses.ts";
import type { Tally } from "./metrics.ts";
import { aroundCall, type CallMiddleware, type OutgoingCall } from "./middleware.ts";
import type { Node } from "./node.ts";
import type { Platform } from "./platform.ts";
import type { Provider } from "./provider.ts";
import type { Response } from "./response.ts";
import type { Selection } from "./selection.ts";

/** What calls need of their node. */
export interface CallerHost {
  readonly node: Node;
  readonly platform: Platform;
  readonly links: Links;
  readonly selection: Selection;
  readonly discovery: Discovery;
  readonly tally: Tally;
  /** The node's own choice of a provider. */
  readonly choose: Choice;
  readonly middleware: readonly CallMiddleware[];
  providerOf(link: Link): Provider;
  /** Whether the node is shut down. */
  stopped(): boolean;
}

/** Makes the calls of a node: finds a provider, and has the node's middleware stand around it. */
export class Caller {
  readonly #host: CallerHost;

  constructor(host: CallerHost) {
    this.#host = host;
  }

  /** Calls a service on one of the links that are `allowed`. */
  call(services: readonly string[], options: CallOptions, allowed: (link: Link) => boolean): Promise<Response> {
    const { stopped, middleware } = this.#host;
    if (stopped()) return Promise.reject(new FlatendError("SHUT_DOWN", "Node is shut down."));
    if (middleware.length === 0) return this.#call(services, options, allowed);
    const inner = (outgoing: OutgoingCall) => this.#call(outgoing.services, outgoing, allowed);
    // In this order: what is added behind a spread makes an object that takes six times as long.
    return aroundCall(middleware, inner)({ services, ...options });
  }

  #call(services: readonly string[], options: CallOptions, allowed: (link: Link) => boolean): Promise<Response> {
    if (!isWatched(callChannel)) return call(this.#callHost(services, options, allowed), services, options);
    return tracedCall(this.#host.node, services, options.headers ?? {}, (headers) => {
      const traced = { ...options, headers };
      return call(this.#callHost(services, traced, allowed), services, traced);
    });
  }

  #callHost(services: readonly string[], options: CallOptions, allowed: (link: Link) => boolean): CallHost {
    const { links, selection, discovery, platform, tally, providerOf } = this.#host;
    const service = services[0] ?? "";
    return {
      acquire: (names, tried) => {
        const known = () => links.offers(names);
        const choose = options.choose ?? this.#host.choose;
        const acquire = () => selection.acquire(names, tried, allowed, choose, options.avoid);
        if (known()) return acquire();
        // What fits no frame is refused by the connection; where there is none nobody need be looked for.
        if (tried.size === 0) refuseUnfit(names, options.headers ?? {});
        return discovery.search(known).then(acquire);
      },
      asking: (link) => options.onAsk?.(providerOf(link)),
      after: (ms, callback) => platform.clock.after(ms, callback),
      now: () => platform.clock.now(),
      started: () => tally.callStarted(service),
      ended: (error) => tally.callEnded(service, error),
    };
  }
}

function refuseUnfit(services: readonly string[], headers: Headers): void {
  try {
    checkRequest(services, headerList(headers));
  } catch (error) {
    throw refusalOf(error);
  }
}
