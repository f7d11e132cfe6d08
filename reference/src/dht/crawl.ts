import { BUCKET_SIZE, KEY_LENGTH, type PeerId } from "../wire/index.ts";
import { commonPrefixLength } from "./distance.ts";

/** All keys that begin with the first `bits` bits of `prefix`. */
export interface KeyRange {
  readonly prefix: Uint8Array;
  readonly bits: number;
}

/** Ranges one crawl looks at, at most: enough for the neighbours of some thousands of nodes. */
const MAX_RANGES = 1024;

/**
 * Which ranges of keys to look up so that every peer is found: a range in which a lookup found as many peers as one can find may hold
 * more, and both of its halves are looked up as well (FLT-DHT-045).
 */
export class Crawl {
  readonly #waiting: KeyRange[];
  #looked = 0;

  constructor(ranges: readonly KeyRange[]) {
    this.#waiting = [...ranges];
  }

  /** The range to look up next, at any key in it; `undefined` when all is known or too many were looked at. Passes over what is not wanted. */
  next(isWanted: (range: KeyRange) => boolean = () => true): KeyRange | undefined {
    if (this.#looked >= MAX_RANGES) return undefined;
    this.#looked++;
    let range = this.#waiting.shift();
    while (range !== undefined && !isWanted(range)) range = this.#waiting.shift();
    return range;
  }

  /** What the lookup in a range has found. */
  found(range: KeyRange, closest: readonly PeerId[]): void {
    const inside = closest.filter((id) => isInRange(id.publicKey, range)).length;
    if (inside < BUCKET_SIZE || range.bits >= KEY_LENGTH * 8) return;
    for (const bit of [false, true]) {
      this.#waiting.push({ prefix: withBit(range.prefix, range.bits, bit), bits: range.bits + 1 });
    }
  }
}

/** The keys that share exactly `prefix` leading bits with `own`: what the bucket of that index is for (FLT-DHT-002). */
export function bucketRange(own: Uint8Array, prefix: number): KeyRange {
  return { prefix: withBit(own, prefix, !bitOf(own, prefix)), bits: prefix + 1 };
}

/** The key of a range that has `random`'s bits wherever the range leaves them open. */
export function keyInRange({ prefix, bits }: KeyRange, random: Uint8Array): Uint8Array {
  const key = Uint8Array.from(random);
  for (let at = 0; at < key.length; at++) {
    const kept = Math.min(Math.max(bits - at * 8, 0), 8);
    const mask = 0xff & (0xff << (8 - kept));
    key[at] = ((prefix[at] as number) & mask) | ((random[at] as number) & ~mask);
  }
  return key;
}

function isInRange(key: Uint8Array, { prefix, bits }: KeyRange): boolean {
  return commonPrefixLength(key, prefix) >= bits;
}

const bitOf = (key: Uint8Array, bit: number): boolean => ((key[bit >> 3] as number) & (0x80 >> (bit & 7))) !== 0;

function withBit(key: Uint8Array, bit: number, value: boolean): Uint8Array {
  const changed = Uint8Array.from(key);
  const mask = 0x80 >> (bit & 7);
  changed[bit >> 3] = ((changed[bit >> 3] as number) & ~mask) | (value ? mask : 0);
  return changed;
}
