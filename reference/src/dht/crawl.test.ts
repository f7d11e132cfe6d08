import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKET_SIZE, KEY_LENGTH, type PeerId, toHex } from "../wire/index.ts";
import { bucketRange, Crawl, type KeyRange, keyInRange } from "./crawl.ts";
import { compareDistance } from "./distance.ts";

const key = fc.uint8Array({ minLength: KEY_LENGTH, maxLength: KEY_LENGTH });
const peer = (publicKey: Uint8Array): PeerId => ({ publicKey, address: Uint8Array.of(10, 0, 0, 1), port: 9000 });
const nearest = (all: readonly PeerId[], target: Uint8Array): PeerId[] =>
  [...all].sort((a, b) => compareDistance(target, a.publicKey, b.publicKey)).slice(0, BUCKET_SIZE);

describe("a crawl", () => {
  it("finds every peer of a mesh in which lookups find the nearest", () => {
    fc.assert(
      fc.property(
        key,
        fc.array(key, { minLength: 60, maxLength: 200 }),
        fc.array(key, { minLength: 1, maxLength: 8 }),
        (own, keys, noise) => {
          const all = keys.filter((one) => toHex(one) !== toHex(own)).map(peer);
          const own16 = nearest(all, own);
          const seen = new Set(own16.map((id) => toHex(id.publicKey)));
          const shared = own16[0] === undefined ? 0 : sharedBits(own, own16[0].publicKey);
          const crawl = new Crawl(Array.from({ length: shared + 1 }, (_, bits) => bucketRange(own, bits)));
          let lookups = 0;
          for (let range = crawl.next(); range !== undefined; range = crawl.next()) {
            const found = nearest(all, keyInRange(range, noise[lookups++ % noise.length] as Uint8Array));
            for (const id of found) seen.add(toHex(id.publicKey));
            crawl.found(range, found);
          }
          expect(seen.size).toBe(new Set(all.map((id) => toHex(id.publicKey))).size);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("passes over ranges that are not wanted", () => {
    const range = (bits: number): KeyRange => ({ prefix: new Uint8Array(KEY_LENGTH), bits });
    const crawl = new Crawl([range(1), range(2), range(3), range(4)]);
    expect(crawl.next(({ bits }) => bits > 2)).toEqual(range(3));
    expect(crawl.next(() => false)).toBeUndefined();
    expect(crawl.next()).toBeUndefined();
  });

  it("ends when every lookup finds as many as it can", () => {
    const crawl = new Crawl([{ prefix: new Uint8Array(KEY_LENGTH), bits: 0 }]);
    let lookups = 0;
    for (let range = crawl.next(); range !== undefined; range = crawl.next()) {
      lookups++;
      const { prefix } = range;
      crawl.found(
        range,
        Array.from({ length: BUCKET_SIZE }, () => peer(prefix)),
      );
    }
    expect(lookups).toBe(1024);
  });
});

describe("ranges of keys", () => {
  it("hold the key that is made for them, with the random bits behind the prefix", () => {
    fc.assert(
      fc.property(key, key, fc.nat(KEY_LENGTH * 8), (prefix, random, bits) => {
        const made = keyInRange({ prefix, bits }, random);
        const range: KeyRange = { prefix, bits };
        expect(sharedBits(made, prefix)).toBeGreaterThanOrEqual(bits);
        expect(keyInRange(range, made)).toEqual(made);
        expect(keyInRange({ prefix: made, bits: 0 }, random)).toEqual(random);
      }),
    );
  });

  it("of a bucket share just so many bits with the own key", () => {
    fc.assert(
      fc.property(key, key, fc.nat(KEY_LENGTH * 8 - 1), (own, random, index) => {
        expect(sharedBits(own, keyInRange(bucketRange(own, index), random))).toBe(index);
      }),
    );
  });
});

function sharedBits(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length * 8 : at * 8 + Math.clz32((a[at] as number) ^ (b[at] as number)) - 24;
}
