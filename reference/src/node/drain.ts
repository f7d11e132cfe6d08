import type { Clock } from "../transport/index.ts";
import { DRAIN_QUIET_MS } from "../wire/index.ts";
import { type Link, shutDown } from "./link.ts";

/** What a shutdown needs of its node. */
export interface DrainHost {
  readonly clock: Clock;
  /** Every connection of now. */
  links(): readonly Link[];
}

/** The end of a node's connections: nothing new is served, what runs may finish, and callers have met a refusal before they meet a closed connection. */
export class Drain {
  readonly #host: DrainHost;
  #refusing = false;
  /** Calls that have come since. */
  #refused = 0;
  #changed: (() => void) | undefined;

  constructor(host: DrainHost) {
    this.#host = host;
  }

  /** Whether a call that has just come must be refused, as all are from the beginning of the shutdown on (FLT-PRV-031). */
  refuses(): boolean {
    if (this.#refusing) this.#refused++;
    return this.#refusing;
  }

  /** A connection has become idle, or is gone. */
  changed(): void {
    this.#changed?.();
  }

  /**
   * Resolves once every connection is closed and what was written has left, within `timeout` ms and the time a close takes.
   * `stopDialing` comes when no connection may be added any more.
   */
  async run(timeout: number, stopDialing: () => void): Promise<void> {
    const { clock, links } = this.#host;
    const end = clock.now() + timeout;
    this.#refusing = true;
    while (links().length > 0 && clock.now() < end) {
      await this.#until(() => this.#idle, end);
      const refused = this.#refused;
      // Whoever calls in this time is refused, and asks elsewhere; only then can nothing be on its way here (FLT-PRV-035).
      await this.#until(() => links().length === 0, Math.min(end, clock.now() + DRAIN_QUIET_MS));
      if (this.#idle && this.#refused === refused) break;
    }
    stopDialing();
    const gone = links().map((link) => link.gone());
    for (const link of links()) link.close(shutDown());
    await Promise.all(gone);
  }

  /** Whether a call of a peer is still served. */
  get serving(): boolean {
    return this.#host.links().some((link) => link.connection.inboundStreams > 0);
  }

  get #idle(): boolean {
    return this.#host.links().every((link) => link.idle);
  }

  async #until(reached: () => boolean, end: number): Promise<void> {
    const { clock } = this.#host;
    if (reached() || clock.now() >= end) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(end - clock.now(), resolve);
      this.#changed = () => {
        if (!reached()) return;
        cancel();
        resolve();
      };
    });
    this.#changed = undefined;
  }
}
