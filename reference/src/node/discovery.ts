import { DialBudget, Lookup, mayDial } from "../dht/index.ts";
import {
  formatAddress,
  formatHostPort,
  KEY_LENGTH,
  type PeerId,
  REFRESH_INTERVAL_MS,
  TARGET_CONNECTIONS,
  toHex,
} from "../wire/index.ts";
import type { HostPort } from "./addresses.ts";
import type { Link } from "./link.ts";
import type { Links } from "./links.ts";
import type { Platform } from "./platform.ts";

/** What discovery needs of its node. */
export interface DiscoveryHost {
  readonly platform: Platform;
  readonly ownPublicKey: Uint8Array | undefined;
  readonly links: Links;
  connect(target: HostPort): Promise<Link>;
}

/** Finds peers through peers: joining, and refreshing what is known (chapter 07). */
export class Discovery {
  readonly #host: DiscoveryHost;
  readonly #budget = new DialBudget();
  #stopped = false;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(host: DiscoveryHost) {
    this.#host = host;
  }

  /** Looks up the own neighbourhood and then random keys; goes on with it from time to time. Calls at the same time share one run. */
  join(): Promise<void> {
    this.#running ??= this.#join().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #join(): Promise<void> {
    const { platform, ownPublicKey, links } = this.#host;
    await this.lookup(ownPublicKey ?? new Uint8Array(KEY_LENGTH));
    // One key at random in each range farther than the nearest neighbour (FLT-DHT-045).
    for (let prefix = 0; prefix <= links.table.longestPrefix(); prefix++) {
      if (this.#stopped || links.all.size >= TARGET_CONNECTIONS) break;
      await this.lookup(randomTarget(platform, ownPublicKey, prefix));
    }
    if (this.#stopped) return;
    this.#cancel?.();
    this.#cancel = platform.clock.after(REFRESH_INTERVAL_MS, () => {
      if (links.all.size > 0) void this.join();
    });
  }

  /** Asks the peers nearer and nearer to a key, and so connects to them. Never rejects. */
  async lookup(target: Uint8Array): Promise<PeerId[]> {
    const { ownPublicKey, links, platform } = this.#host;
    // The target itself is worth asking for its neighbours, which `closest` would leave out.
    const lookup = new Lookup(target, ownPublicKey, links.table.peers());
    await new Promise<void>((resolve) => {
      const step = () => {
        if (this.#stopped || lookup.done) {
          resolve();
          return;
        }
        for (let id = lookup.next(); id !== undefined; id = lookup.next()) {
          const { publicKey } = id;
          this.#ask(id, target)
            .then(
              (ids) => lookup.answered(publicKey, ids),
              () => lookup.failed(publicKey),
            )
            .finally(() => platform.clock.soon(step));
        }
      };
      step();
    });
    return lookup.closest();
  }

  async #ask(id: PeerId, target: Uint8Array): Promise<PeerId[]> {
    const link = await this.#linkTo(id);
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
    if (!this.#budget.take(name, this.#host.platform.clock.now())) throw new Error(`${name} was dialed too often`);
    // Who answers there is hearsay: another key than the one named is no fault of the peer (FLT-DHT-033).
    const link = await this.#host.connect({ host: formatAddress(id.address), port: id.port });
    if (link.key !== toHex(id.publicKey)) throw new Error(`${name} is another peer than was said`);
    return link;
  }
}

/** A random key that shares exactly `prefix` leading bits with the own one. */
function randomTarget(platform: Platform, own: Uint8Array | undefined, prefix: number): Uint8Array {
  const target = Uint8Array.from(platform.entropy(KEY_LENGTH));
  const like = own ?? new Uint8Array(KEY_LENGTH);
  for (let bit = 0; bit <= prefix && bit < KEY_LENGTH * 8; bit++) {
    const at = bit >> 3;
    const mask = 0x80 >> (bit & 7);
    const wanted = bit === prefix ? ~(like[at] as number) & mask : (like[at] as number) & mask;
    target[at] = ((target[at] as number) & ~mask) | wanted;
  }
  return target;
}
