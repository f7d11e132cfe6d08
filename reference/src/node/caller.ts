import { type CallHost, type CallOptions, call } from "./call.ts";
import type { Choice } from "./choice.ts";
import { callChannel, tracedCall } from "./diagnostics.ts";
import type { Discovery } from "./discovery.ts";
import { FlatendError } from "./errors.ts";
import type { Link } from "./link.ts";
import type { Links } from "./links.ts";
import type { Tally } from "./metrics.ts";
import { aroundCall, type CallMiddleware, type OutgoingCall } from "./middleware.ts";
import type { Node } from "./node.ts";
import type { Platform } from "./platform.ts";
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
    return aroundCall(middleware, inner)({ ...options, services });
  }

  #call(services: readonly string[], options: CallOptions, allowed: (link: Link) => boolean): Promise<Response> {
    const host = this.#callHost(services[0] ?? "", allowed, options.choose ?? this.#host.choose);
    if (!callChannel.hasSubscribers) return call(host, services, options);
    return tracedCall(this.#host.node, services, options.headers ?? {}, (headers) =>
      call(host, services, { ...options, headers }),
    );
  }

  #callHost(service: string, allowed: (link: Link) => boolean, choose: Choice): CallHost {
    const { links, selection, discovery, platform, tally } = this.#host;
    return {
      acquire: (names, tried) => {
        const known = () => links.offering(names).length > 0;
        const acquire = () => selection.acquire(names, tried, allowed, choose);
        return known() ? acquire() : discovery.search(known).then(acquire);
      },
      after: (ms, callback) => platform.clock.after(ms, callback),
      started: () => tally.callStarted(service),
      ended: (error) => tally.callEnded(service, error),
    };
  }
}
