import { ConnectionError, type RemotePeer } from "../connection/index.ts";
import { effectiveAddress, PeerTable } from "../dht/index.ts";
import { MAX_CONNECTIONS_PER_PEER, toHex } from "../wire/index.ts";
import type { Link } from "./link.ts";

/** Every connection of the node: who is at the other end and what is offered there. */
export class Links {
  /** Keyed peers with a living connection, by distance (chapter 07). */
  readonly table: PeerTable;
  readonly #all = new Set<Link>();
  readonly #byKey = new Map<string, Set<Link>>();
  readonly #byService = new Map<string, Set<Link>>();
  readonly #onService: (service: string, available: boolean) => void;
  #inbound = 0;

  /** @param onService the first peer offers a service, or the last one that did is gone. */
  constructor(ownPublicKey: Uint8Array | undefined, onService: (service: string, available: boolean) => void) {
    this.#onService = onService;
    this.table = new PeerTable(ownPublicKey);
  }

  get all(): ReadonlySet<Link> {
    return this.#all;
  }

  /** Keyed peers with a connection. */
  get peerCount(): number {
    return this.#byKey.size;
  }

  /** Connections that peers have dialed, whatever state they are in. */
  get inbound(): number {
    return this.#inbound;
  }

  add(link: Link): void {
    this.#all.add(link);
    if (link.role === "listener") this.#inbound++;
  }

  /**
   * The connection that has waited longest for its peer to say who it is, if any: where places are short, whoever never finishes the key
   * exchange must not keep others out (FLT-SEC-009).
   */
  longestUnknown(): Link | undefined {
    for (const link of this.#all) if (link.role === "listener" && link.peer === undefined) return link;
    return undefined;
  }

  /** Why a peer may not have one more connection of this kind, if so (FLT-HSK-035, FLT-PRV-010). */
  refusal(link: Link, peer: RemotePeer): ConnectionError | undefined {
    if (peer.id === undefined) return undefined;
    const same = [...(this.#byKey.get(toHex(peer.id.publicKey)) ?? [])].filter((other) => other.role === link.role);
    if (same.length < MAX_CONNECTIONS_PER_PEER) return undefined;
    return new ConnectionError(
      "TOO_MANY_CONNECTIONS",
      `expected at most ${MAX_CONNECTIONS_PER_PEER} connections of one public key, got one more`,
      "FLT-HSK-035",
    );
  }

  /** The peer's latest Handshake: enters it into the table, and its services in place of the former ones. */
  learned(link: Link, peer: RemotePeer): void {
    for (const links of this.#byService.values()) links.delete(link);
    for (const service of peer.services) {
      const fresh = !this.#byService.has(service);
      entry(this.#byService, service).add(link);
      if (fresh) this.#onService(service, true);
    }
    this.#sweep();
    if (peer.id === undefined) return;
    entry(this.#byKey, toHex(peer.id.publicKey)).add(link);
    const address = effectiveAddress(peer.id.address, link.remoteAddress);
    if (peer.id.port !== 0) this.table.seen({ ...peer.id, address });
  }

  /** The link is closed. Returns whether it was the last of its keyed peer. */
  remove(link: Link): boolean {
    if (!this.#all.delete(link)) return false;
    if (link.role === "listener") this.#inbound--;
    for (const links of this.#byService.values()) links.delete(link);
    this.#sweep();
    const { key, peer } = link;
    const links = key === undefined ? undefined : this.#byKey.get(key);
    if (key === undefined || !links?.delete(link) || links.size > 0) return false;
    this.#byKey.delete(key);
    if (peer?.id !== undefined) this.table.remove(peer.id.publicKey);
    return true;
  }

  of(key: string): readonly Link[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  /** Whether a peer offers at least one of the services. */
  offers(services: readonly string[]): boolean {
    return services.some((service) => (this.#byService.get(service)?.size ?? 0) > 0);
  }

  /** Links whose peers offer at least one of the services; retired ones too. */
  offering(services: readonly string[]): readonly Link[] {
    const links = new Set<Link>();
    for (const service of services) for (const link of this.#byService.get(service) ?? []) links.add(link);
    return [...links];
  }

  #sweep(): void {
    for (const [service, links] of this.#byService) {
      if (links.size > 0) continue;
      this.#byService.delete(service);
      this.#onService(service, false);
    }
  }
}

function entry<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}
