import { BUCKET_SIZE, equalBytes, KEY_LENGTH, type PeerId } from "../wire/index.ts";
import { commonPrefixLength, compareDistance } from "./distance.ts";

/** What became of a peer that was seen: put in, moved to the front, or dropped because its bucket is full of living peers. */
export type Seen = "added" | "updated" | "full" | "own";

const NOBODY: readonly PeerId[] = [];

/** Peers by the length of the prefix their key shares with the node's own (FLT-DHT-002 to FLT-DHT-008). Holds at most 16 in each of 256 buckets. */
export class PeerTable {
  readonly #own: Uint8Array;
  readonly #keyed: boolean;
  /** As many as the longest prefix asks for; the last one is never empty. */
  readonly #buckets: PeerId[][] = [];
  /** Living peers that found their bucket full, by its index; the latest last. */
  readonly #waiting = new Map<number, PeerId[]>();
  #size = 0;

  /** An anonymous node, which has no key, sorts by 32 zero bytes, the key it asks for (FLT-DHT-034). */
  constructor(own: Uint8Array | undefined) {
    this.#keyed = own !== undefined;
    this.#own = own ?? new Uint8Array(KEY_LENGTH);
  }

  get size(): number {
    return this.#size;
  }

  /** A connected peer has proved to live. Its latest address replaces the former one. The caller removes it when it is dead. */
  seen(id: PeerId): Seen {
    if (this.#keyed && equalBytes(id.publicKey, this.#own)) return "own";
    const index = commonPrefixLength(this.#own, id.publicKey);
    while (this.#buckets.length <= index) this.#buckets.push([]);
    const bucket = this.#buckets[index] as PeerId[];
    const at = bucket.findIndex((other) => equalBytes(other.publicKey, id.publicKey));
    if (at >= 0) {
      bucket.splice(at, 1);
      bucket.unshift(id);
      return "updated";
    }
    if (bucket.length >= BUCKET_SIZE) {
      this.#wait(index, id);
      return "full";
    }
    bucket.unshift(id);
    this.#size++;
    return "added";
  }

  /** The peer as it is kept, with the address it can be dialed at. */
  find(publicKey: Uint8Array): PeerId | undefined {
    return this.#bucketOf(publicKey).find((id) => equalBytes(id.publicKey, publicKey));
  }

  /** Whether the bucket of a key has a free place. */
  hasRoom(publicKey: Uint8Array): boolean {
    return this.#bucketOf(publicKey).length < BUCKET_SIZE;
  }

  /** The peer is dead (FLT-DHT-009); the latest of those that found its bucket full takes its place. Returns whether it was in the table. */
  remove(publicKey: Uint8Array): boolean {
    const index = commonPrefixLength(this.#own, publicKey);
    const bucket = this.#buckets[index] ?? [];
    const at = bucket.findIndex((id) => equalBytes(id.publicKey, publicKey));
    if (at < 0) {
      this.#waitNoMore(index, publicKey);
      return false;
    }
    const heir = this.#waiting.get(index)?.at(-1);
    if (heir !== undefined) {
      this.#waitNoMore(index, heir.publicKey);
      // The last place: it was not seen as lately as those that are there.
      bucket.splice(at, 1);
      bucket.push(heir);
      return true;
    }
    bucket.splice(at, 1);
    while (this.#buckets.at(-1)?.length === 0) this.#buckets.pop();
    this.#size--;
    return true;
  }

  /**
   * The peers closest to the target, nearest first, the target itself left out (FLT-DHT-020 to FLT-DHT-024).
   *
   * The target shares so many bits with the own key: nearest to it are the peers of its own bucket, then all that share one bit more
   * with this node, for they differ from the target in just that bit, and then the buckets of ever shorter prefixes.
   */
  closest(target: Uint8Array, count: number = BUCKET_SIZE): PeerId[] {
    const shared = commonPrefixLength(this.#own, target);
    const last = this.#buckets.length - 1;
    const found: PeerId[] = [];
    this.#takeNearest(found, target, count, [shared, Math.min(shared, last)]);
    this.#takeNearest(found, target, count, [shared + 1, last]);
    for (let index = Math.min(shared - 1, last); index >= 0; index--) {
      this.#takeNearest(found, target, count, [index, index]);
    }
    return found;
  }

  /** All peers, the buckets of shorter prefixes first, within one the latest seen first. */
  peers(): PeerId[] {
    const all: PeerId[] = [];
    for (const bucket of this.#buckets) for (const id of bucket) all.push(id);
    return all;
  }

  /** The longest prefix that a peer in the table shares with the node's own key, or -1 when the table is empty. */
  longestPrefix(): number {
    return this.#buckets.length - 1;
  }

  /** Puts the nearest of some buckets behind those found so far, until there are `count`. */
  #takeNearest(found: PeerId[], target: Uint8Array, count: number, [from, to]: readonly [number, number]): void {
    const begin = found.length;
    if (begin >= count) return;
    for (let index = from; index <= to; index++) {
      for (const a of this.#buckets[index] as readonly PeerId[]) {
        if (equalBytes(a.publicKey, target)) continue;
        let at = found.length;
        for (; at > begin; at--) {
          const b = found[at - 1] as PeerId;
          if (compareDistance(target, a.publicKey, b.publicKey) > 0) break;
        }
        if (at >= count) continue;
        if (found.length >= count) found.pop();
        found.splice(at, 0, a);
      }
    }
  }

  #wait(index: number, id: PeerId): void {
    this.#waitNoMore(index, id.publicKey);
    const waiting = this.#waiting.get(index);
    if (waiting === undefined) this.#waiting.set(index, [id]);
    else waiting.push(id);
  }

  #waitNoMore(index: number, publicKey: Uint8Array): void {
    const waiting = this.#waiting.get(index);
    const at = waiting?.findIndex((id) => equalBytes(id.publicKey, publicKey)) ?? -1;
    if (waiting === undefined || at < 0) return;
    waiting.splice(at, 1);
    if (waiting.length === 0) this.#waiting.delete(index);
  }

  #bucketOf(publicKey: Uint8Array): readonly PeerId[] {
    return this.#buckets[commonPrefixLength(this.#own, publicKey)] ?? NOBODY;
  }
}
