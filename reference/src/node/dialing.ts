import { setMaxListeners } from "node:events";
import { ConnectionError, type LocalNode } from "../connection/index.ts";
import { REQUEST_TIMEOUT_MS } from "../wire/index.ts";
import { formatTarget, type HostPort } from "./addresses.ts";
import { FlatendError, messageOf } from "./errors.ts";
import { Link, type LinkOwner, shutDown } from "./link.ts";
import type { Platform } from "./platform.ts";

/** Opens connections and waits for their Handshakes. */
export class Dialing {
  readonly #platform: Platform;
  readonly #local: LocalNode;
  readonly #owner: LinkOwner;
  readonly #added: (link: Link) => void;
  readonly #stopped = new AbortController();
  readonly #waiting = new Map<Link, { resolve(link: Link): void; reject(error: Error): void }>();

  constructor(platform: Platform, local: LocalNode, owner: LinkOwner, added: (link: Link) => void) {
    this.#platform = platform;
    this.#local = local;
    this.#owner = owner;
    this.#added = added;
    // Each dial under way listens, of which there may be many.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** A connection whose Handshake was answered. Rejects with CONNECT_FAILED, and once the node has stopped. */
  async dial(target: HostPort): Promise<Link> {
    const name = formatTarget(target);
    const { signal } = this.#stopped;
    try {
      signal.throwIfAborted();
      const socket = await this.#platform.transport.dial(target.host, target.port, REQUEST_TIMEOUT_MS, signal);
      if (signal.aborted) {
        socket.destroy();
        throw signal.reason as Error;
      }
      return await new Promise<Link>((resolve, reject) => {
        const { expectedPublicKey } = target;
        const link = new Link(this.#platform, this.#owner, {
          socket,
          role: "dialer",
          local: this.#local,
          expectedPublicKey,
        });
        this.#added(link);
        this.#waiting.set(link, { resolve, reject });
      });
    } catch (error) {
      throw new FlatendError("CONNECT_FAILED", `could not connect to ${name}: ${messageOf(error)}`, error);
    }
  }

  /** Gives up what is being dialed, and dials no more: nothing may connect a node that has shut down. */
  stop(): void {
    this.#stopped.abort(shutDown());
  }

  opened(link: Link): void {
    this.#waiting.get(link)?.resolve(link);
    this.#waiting.delete(link);
  }

  closed(link: Link, reason: ConnectionError): void {
    this.#waiting.get(link)?.reject(reason);
    this.#waiting.delete(link);
  }
}

/** Whether the far side turned out to be this node itself (FLT-HSK-030). */
export const isOwnIdentity = (error: unknown): boolean =>
  error instanceof FlatendError && error.cause instanceof ConnectionError && error.cause.code === "OWN_IDENTITY";
