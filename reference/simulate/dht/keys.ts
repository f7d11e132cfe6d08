import { commonPrefixLength, compareDistance } from "flatend/dht";
import type { Member } from "./members.ts";

/** All keys in order: the truth that tables are compared with, and what attackers know of each other. */
export class Keys {
  readonly #sorted: readonly Member[];

  constructor(members: Iterable<Member>) {
    this.#sorted = [...members].sort((a, b) => Buffer.compare(a.id.publicKey, b.id.publicKey));
  }

  /** The members nearest to a key, nearest first, the owner of the key left out. */
  nearest(key: Uint8Array, count: number): Member[] {
    let low = 0;
    let high = this.#sorted.length;
    // All that share a prefix with the key stand side by side; the longest prefix that enough of them share is wanted.
    for (let bits = 1; bits <= key.length * 8; bits++) {
      const from = this.#edge(key, bits, low, high, false);
      const to = this.#edge(key, bits, low, high, true);
      if (to - from <= count) break;
      low = from;
      high = to;
    }
    return this.#sorted
      .slice(low, high)
      .filter(({ id }) => Buffer.compare(id.publicKey, key) !== 0)
      .sort((a, b) => compareDistance(key, a.id.publicKey, b.id.publicKey))
      .slice(0, count);
  }

  /** Where the members that share so many bits with the key begin, or end. */
  #edge(key: Uint8Array, bits: number, from: number, to: number, end: boolean): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = (this.#sorted[middle] as Member).id.publicKey;
      const inside = commonPrefixLength(key, other) >= bits;
      const before = inside ? end : Buffer.compare(other, key) < 0;
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
