import { BUCKET_SIZE, equalBytes, KEY_LENGTH, type PeerId } from "../wire/index.ts";
import { commonPrefixLength, compareDistance } from "./distance.ts";

/** What became of a peer that was seen: put in, moved to the front, or dropped because its bucket is full of living peers. */
export type Seen = "added" | "updated" | "full" | "own";

/** Peers by the length of the prefix their key shares with the node's own (FLT-DHT-002 to FLT-DHT-008). Holds at most 16 in each of 256 buckets. */
export class PeerTable {
  readonly #own: Uint8Array;
  readonly #keyed: boolean;
  readonly #buckets = new Map<number, PeerId[]>();
  #size = 0;

  /** An anonymous node, which has no key, sorts by 32 zero bytes, the key it asks for (FLT-DHT-034). */
  constructor(own: Uint8Array | undefined) {
    this.#keyed = own !== undefined;
    this.#own = own ?? new Uint8Array(KEY_LENGTH);
  }

  get size(): number {
    return this.#size;
  }

  /** A peer has proved to live. Its latest address replaces the former one. The caller removes it when it is dead. */
  seen(id: PeerId): Seen {
    if (this.#keyed && equalBytes(id.publicKey, this.#own)) return "own";
    const index = commonPrefixLength(this.#own, id.publicKey);
    const bucket = this.#buckets.get(index) ?? [];
    const at = bucket.findIndex((other) => equalBytes(other.publicKey, id.publicKey));
    if (at >= 0) {
      bucket.splice(at, 1);
      bucket.unshift(id);
      return "updated";
    }
    if (bucket.length >= BUCKET_SIZE) return "full";
    bucket.unshift(id);
    this.#buckets.set(index, bucket);
    this.#size++;
    return "added";
  }

  /** The peer as it is kept, with the address it can be dialed at. */
  find(publicKey: Uint8Array): PeerId | undefined {
    const bucket = this.#buckets.get(commonPrefixLength(this.#own, publicKey));
    return bucket?.find((id) => equalBytes(id.publicKey, publicKey));
  }

  /** The peer is dead (FLT-DHT-009). Returns whether it was in the table. */
  remove(publicKey: Uint8Array): boolean {
    const index = commonPrefixLength(this.#own, publicKey);
    const bucket = this.#buckets.get(index) ?? [];
    const at = bucket.findIndex((id) => equalBytes(id.publicKey, publicKey));
    if (at < 0) return false;
    bucket.splice(at, 1);
    if (bucket.length === 0) this.#buckets.delete(index);
    this.#size--;
    return true;
  }

  /** The peers closest to the target, nearest first, the target itself left out (FLT-DHT-020 to FLT-DHT-024). */
  closest(target: Uint8Array, count: number = BUCKET_SIZE): PeerId[] {
    return this.peers()
      .filter((id) => !equalBytes(id.publicKey, target))
      .sort((a, b) => compareDistance(target, a.publicKey, b.publicKey))
      .slice(0, count);
  }

  /** All peers, the buckets of shorter prefixes first, within one the latest seen first. */
  peers(): PeerId[] {
    return [...this.#buckets.entries()].sort(([a], [b]) => a - b).flatMap(([, bucket]) => bucket);
  }

  /** The longest prefix that a peer in the table shares with the node's own key, or -1 when the table is empty. */
  longestPrefix(): number {
    return Math.max(-1, ...this.#buckets.keys());
  }
}
