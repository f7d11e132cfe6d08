import {
  crawlFrom,
  DialBudget,
  FIRST_REFRESH_MS,
  glanceFrom,
  isWanted,
  isWorthMeeting,
  type KeyRange,
  keyInRange,
  type Lookup,
  lookupFrom,
  mayDial,
  nextRefreshMs,
  witnesses,
} from "../dht/index.ts";
import {
  BUCKET_SIZE,
  formatAddress,
  formatHostPort,
  KEY_LENGTH,
  type PeerId,
  TARGET_CONNECTIONS,
  toHex,
} from "../wire/index.ts";
import type { HostPort } from "./addresses.ts";
import type { Link } from "./link.ts";
import type { Links } from "./links.ts";
import type { Platform } from "./platform.ts";

/** Connections up to which a node that looks for a service makes new ones. */
const MAX_CONNECTIONS = 8 * TARGET_CONNECTIONS;
/** Time between two searches that find nothing, ms. */
const SEARCH_PAUSE_MS = 5000;

/** What discovery needs of its node. */
export interface DiscoveryHost {
  readonly platform: Platform;
  readonly ownPublicKey: Uint8Array | undefined;
  readonly links: Links;
  /** Whether the node deals with that peer. */
  allowed(peer: PeerId): boolean;
  connect(target: HostPort): Promise<Link>;
  /** A look at the own neighbourhood has found so many peers that were not known before it. */
  onDiscovered(count: number): void;
}

/** Finds peers through peers: joining, and refreshing what is known (chapter 07). */
export class Discovery {
  readonly #host: DiscoveryHost;
  readonly #budget = new DialBudget();
  #stopped = false;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  /** Configured peers that have come back since the last look. */
  #returned: PeerId[] = [];
  readonly #seekers = new Map<() => boolean, () => void>();
  #searching = false;
  #notBefore = 0;
  /** Until the next look at the mesh: soon at first, when others may have joined at the same time. */
  #refreshMs = FIRST_REFRESH_MS;

  constructor(host: DiscoveryHost) {
    this.#host = host;
  }

  /** Looks up the own neighbourhood and then the rest of the mesh; goes on with it from time to time. Calls at the same time share one run. */
  join(): Promise<void> {
    this.#running ??= this.#join().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** A configured peer has come back, and may know a part of the mesh that nobody here knows. A look that has begun does not count. */
  rejoin(peer: PeerId | undefined): void {
    if (peer !== undefined) this.#returned.push(peer);
    void this.join().then(() => {
      if (!this.#stopped && this.#returned.length > 0) void this.join();
    });
  }

  /**
   * Goes through the mesh until `found` (FLT-PRV-006). Where everybody is connected to everybody there is nobody to look for; a
   * search that found nothing is not repeated for a while, so that calls in vain cost the mesh little. Those that look at the same
   * time share one run, which goes on until each has found what it looks for.
   */
  search(found: () => boolean): Promise<void> {
    const { platform, links } = this.#host;
    const inVain = !this.#searching && platform.clock.now() < this.#notBefore;
    if (this.#stopped || inVain || links.table.size < BUCKET_SIZE) return Promise.resolve();
    return new Promise((resolve) => {
      this.#seekers.set(found, resolve);
      if (!this.#searching) void this.#seek();
    });
  }

  async #seek(): Promise<void> {
    const { platform, links } = this.#host;
    this.#searching = true;
    const enough = () => this.#satisfied() || links.all.size >= MAX_CONNECTIONS;
    await this.#crawl(
      () => !enough(),
      () => true,
    );
    this.#searching = false;
    if (!this.#satisfied()) this.#notBefore = platform.clock.now() + SEARCH_PAUSE_MS;
    for (const resolve of this.#seekers.values()) resolve();
    this.#seekers.clear();
  }

  /** Lets go whoever has found what it looks for; whether that was everybody. */
  #satisfied(): boolean {
    for (const [found, resolve] of this.#seekers) {
      if (!found()) continue;
      this.#seekers.delete(found);
      resolve();
    }
    return this.#seekers.size === 0;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #join(): Promise<void> {
    const { platform, ownPublicKey, links } = this.#host;
    const known = new Set(links.table.peers().map(({ publicKey }) => toHex(publicKey)));
    const own = ownPublicKey ?? new Uint8Array(KEY_LENGTH);
    const returned = this.#returned;
    this.#returned = [];
    const near = await this.lookup(own, returned);
    this.#host.onDiscovered(near.filter(({ publicKey }) => !known.has(toHex(publicKey))).length);
    const before = links.peerCount;
    await this.#crawl(
      (range) => isWanted(range, links.table, own, near, links.all.size),
      (id) => isWorthMeeting(id, links.table, links.all.size),
    );
    if (this.#stopped) return;
    this.#cancel?.();
    // Where somebody new was met others may have come as well.
    const grown = links.peerCount > before;
    this.#refreshMs = nextRefreshMs(this.#refreshMs, grown);
    const wait = this.#refreshMs * (0.5 + platform.random() / 2);
    this.#cancel = platform.clock.after(wait, () => {
      if (links.all.size > 0) void this.join();
    });
  }

  /** One key at random in each range that is wanted, and in ever smaller parts of crowded ones (FLT-DHT-045). */
  async #crawl(wanted: (range: KeyRange) => boolean, worthMeeting: (id: PeerId) => boolean): Promise<void> {
    const { platform, ownPublicKey, links } = this.#host;
    const crawl = crawlFrom(links.table, ownPublicKey ?? new Uint8Array(KEY_LENGTH));
    while (!this.#stopped) {
      const range = crawl.next(wanted);
      if (range === undefined) return;
      crawl.found(range, await this.#meet(keyInRange(range, platform.entropy(KEY_LENGTH)), worthMeeting));
    }
  }

  /** Connects to the peers near a key. The very nearest know all of them, so that few need be asked. */
  async #meet(target: Uint8Array, worthMeeting: (id: PeerId) => boolean): Promise<PeerId[]> {
    const { platform, ownPublicKey, links } = this.#host;
    const heard = await Promise.allSettled(
      witnesses(links.table, () => platform.random()).map((id) => this.#ask(id, target)),
    );
    const named = heard.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const near = (await this.#look(glanceFrom(links.table, ownPublicKey, target, named))).nearest();
    await Promise.allSettled(near.filter(worthMeeting).map((id) => this.#linkTo(id)));
    return near;
  }

  /** Asks the peers nearer and nearer to a key, and so connects to them. Never rejects. */
  async lookup(target: Uint8Array, returned: readonly PeerId[] = []): Promise<PeerId[]> {
    const { ownPublicKey, links, platform } = this.#host;
    const lookup = lookupFrom(links.table, ownPublicKey, target, () => platform.random(), returned);
    return (await this.#look(lookup)).closest();
  }

  async #look(lookup: Lookup): Promise<Lookup> {
    const { target } = lookup;
    const { platform } = this.#host;
    await new Promise<void>((resolve) => {
      const step = () => {
        if (this.#stopped || lookup.done) {
          resolve();
          return;
        }
        for (let id = lookup.next(); id !== undefined; id = lookup.next()) {
          const { publicKey } = id;
          let sent = false;
          this.#ask(id, target, () => {
            sent = true;
          })
            .then(
              (ids) => lookup.answered(publicKey, ids),
              () => lookup.failed(publicKey, sent),
            )
            .finally(() => platform.clock.soon(step));
        }
      };
      step();
    });
    return lookup;
  }

  /** @param onSend is called when the peer is connected to, and the request leaves. */
  async #ask(id: PeerId, target: Uint8Array, onSend?: () => void): Promise<PeerId[]> {
    const link = await this.#linkTo(id);
    onSend?.();
    const closest = await new Promise<readonly PeerId[]>((resolve, reject) => {
      link.run((connection, now) =>
        connection.findNode(target, (result) => (result.error ? reject(result.error) : resolve(result.closest)), now),
      );
    });
    return closest.filter((other) => other.port !== 0 && mayDial(other.address, link.remoteAddress));
  }

  async #linkTo(id: PeerId): Promise<Link> {
    const open = this.#host.links.of(toHex(id.publicKey)).find((link) => link.open);
    if (open !== undefined) return open;
    const name = formatHostPort(id.address, id.port);
    if (!this.#host.allowed(id)) throw new Error(`${name} is not allowed`);
    if (!this.#budget.take(name, this.#host.platform.clock.now())) throw new Error(`${name} was dialed too often`);
    // Who answers there is hearsay: another key than the one named is no fault of the peer (FLT-DHT-033).
    const link = await this.#host.connect({ host: formatAddress(id.address), port: id.port });
    if (link.key !== toHex(id.publicKey)) throw new Error(`${name} is another peer than was said`);
    return link;
  }
}
