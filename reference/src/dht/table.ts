import { BUCKET_SIZE, equalBytes, KEY_LENGTH, type PeerId } from "../wire/index.ts";
import { commonPrefixLength, compareDistance, keyStart } from "./distance.ts";
import { PeerList } from "./peer-list.ts";

/** What became of a peer that was seen: put in, moved to the front, or dropped because its bucket is full of living peers. */
export type Seen = "added" | "updated" | "full" | "own";

/** Turns the first bit of a number with a sign around: distances compare as if they had none. */
const SIGN = 1 << 31;

/** Peers by the length of the prefix their key shares with the node's own (FLT-DHT-002 to FLT-DHT-008). Holds at most 16 in each of 256 buckets. */
export class PeerTable {
  readonly #own: Uint8Array;
  readonly #keyed: boolean;
  /** As many as the longest prefix asks for; the last one is never empty. */
  readonly #buckets: PeerList[] = [];
  /** Living peers that found their bucket full, by its index; the latest last. */
  readonly #waiting = new Map<number, PeerList>();
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
    while (this.#buckets.length <= index) this.#buckets.push(new PeerList());
    const bucket = this.#buckets[index] as PeerList;
    if (bucket.remove(id.publicKey)) {
      bucket.putFirst(id);
      return "updated";
    }
    if (bucket.size >= BUCKET_SIZE) {
      this.#wait(index, id);
      return "full";
    }
    bucket.putFirst(id);
    this.#size++;
    return "added";
  }

  /** The peer as it is kept, with the address it can be dialed at. */
  find(publicKey: Uint8Array): PeerId | undefined {
    return this.#bucketOf(publicKey)?.find(publicKey);
  }

  /** Whether the bucket of a key has a free place. */
  hasRoom(publicKey: Uint8Array): boolean {
    return (this.#bucketOf(publicKey)?.size ?? 0) < BUCKET_SIZE;
  }

  /** The peer is dead (FLT-DHT-009); the latest of those that found its bucket full takes its place. Returns whether it was in the table. */
  remove(publicKey: Uint8Array): boolean {
    const index = commonPrefixLength(this.#own, publicKey);
    const bucket = this.#buckets[index];
    if (bucket?.remove(publicKey) !== true) {
      this.#waitNoMore(index, publicKey);
      return false;
    }
    const heir = this.#waiting.get(index)?.ids.at(-1);
    if (heir !== undefined) {
      this.#waitNoMore(index, heir.publicKey);
      // The last place: it was not seen as lately as those that are there.
      bucket.putLast(heir);
      return true;
    }
    while (this.#buckets.at(-1)?.size === 0) this.#buckets.pop();
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
    const nearest: Nearest = { target, start: keyStart(target), count, found: [], distances: [] };
    this.#takeNearest(nearest, shared, Math.min(shared, last));
    this.#takeNearest(nearest, shared + 1, last);
    for (let index = Math.min(shared - 1, last); index >= 0; index--) this.#takeNearest(nearest, index, index);
    return nearest.found;
  }

  /** All peers, the buckets of shorter prefixes first, within one the latest seen first. */
  peers(): PeerId[] {
    const all: PeerId[] = [];
    for (const { ids } of this.#buckets) for (const id of ids) all.push(id);
    return all;
  }

  /** The peer at a place among all {@link peers}, from 0 to below {@link size}. */
  at(place: number): PeerId | undefined {
    let left = place;
    for (const { ids } of this.#buckets) {
      if (left < ids.length) return ids[left];
      left -= ids.length;
    }
    return undefined;
  }

  /** The longest prefix that a peer in the table shares with the node's own key, or -1 when the table is empty. */
  longestPrefix(): number {
    return this.#buckets.length - 1;
  }

  /** Puts the nearest of some buckets behind those found so far, until there are `count`. */
  #takeNearest({ target, start, count, found, distances }: Nearest, from: number, to: number): void {
    const begin = found.length;
    if (begin >= count) return;
    for (let index = from; index <= to; index++) {
      const { ids, starts } = this.#buckets[index] as PeerList;
      for (let n = 0; n < starts.length; n++) {
        const distance = (starts[n] as number) ^ start ^ SIGN;
        if (found.length >= count && distance > (distances[count - 1] as number)) continue;
        const id = ids[n] as PeerId;
        if (distance === SIGN && equalBytes(id.publicKey, target)) continue;
        let at = found.length;
        for (; at > begin; at--) {
          const other = distances[at - 1] as number;
          if (distance > other) break;
          if (distance === other && compareDistance(target, id.publicKey, (found[at - 1] as PeerId).publicKey) > 0)
            break;
        }
        if (at >= count) continue;
        // The last makes room, or a place more is there; those behind move on.
        for (let behind = Math.min(found.length, count - 1); behind > at; behind--) {
          found[behind] = found[behind - 1] as PeerId;
          distances[behind] = distances[behind - 1] as number;
        }
        found[at] = id;
        distances[at] = distance;
      }
    }
  }

  #wait(index: number, id: PeerId): void {
    this.#waitNoMore(index, id.publicKey);
    const waiting = this.#waiting.get(index) ?? new PeerList();
    waiting.putLast(id);
    this.#waiting.set(index, waiting);
  }

  #waitNoMore(index: number, publicKey: Uint8Array): void {
    const waiting = this.#waiting.get(index);
    if (waiting?.remove(publicKey) === true && waiting.size === 0) this.#waiting.delete(index);
  }

  #bucketOf(publicKey: Uint8Array): PeerList | undefined {
    return this.#buckets[commonPrefixLength(this.#own, publicKey)];
  }
}

/** Those nearest to a target while they are gathered, with the first 32 bits of each distance. */
interface Nearest {
  readonly target: Uint8Array;
  readonly start: number;
  readonly count: number;
  readonly found: PeerId[];
  readonly distances: number[];
}
