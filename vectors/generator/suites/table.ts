import { hex } from "../bytes.ts";
import { Suite } from "../suite.ts";

const K = 16;

/** The peer table of one node, whose members all live. */
export function table(): Suite {
  const suite = new Suite("table", "The peer table: its buckets, who gets in, and in which order they stand.");
  const random = suite.random("table");
  const group = suite.group(
    "Table",
    "Keys that are seen one after the other, what becomes of each, and the buckets at the end by their index, the latest seen first. All members live.",
  );
  const own = random.bytes(32);
  /** A key that shares exactly `bits` leading bits with the own one. */
  const sharing = (bits: number): Buffer => {
    const key = random.bytes(32);
    for (let bit = 0; bit <= bits; bit++) {
      const mask = 0x80 >> (bit & 7);
      const wanted = bit === bits ? ~own[bit >> 3]! & mask : own[bit >> 3]! & mask;
      key[bit >> 3] = (key[bit >> 3]! & ~mask) | wanted;
    }
    return key;
  };
  const several = (count: number, bits: number) => Array.from({ length: count }, () => sharing(bits));
  const add = (
    slug: string,
    comment: string,
    requirements: readonly string[],
    seen: readonly Buffer[],
    results: readonly string[],
    buckets: readonly (readonly [number, readonly Buffer[]])[],
    flags: readonly string[] = [],
  ) =>
    group.valid("table", slug, {
      comment,
      requirements,
      flags,
      input: { own: hex(own), seen: seen.map(hex) },
      expect: { results, buckets: buckets.map(([index, keys]) => ({ index, keys: keys.map(hex) })) },
    });
  const added = (count: number) => Array.from({ length: count }, () => "added");
  const [a, b, c] = several(3, 0) as [Buffer, Buffer, Buffer];
  add("nobody", "An empty table.", ["FLT-DHT-002"], [], [], []);
  add("one", "One peer.", ["FLT-DHT-002", "FLT-DHT-006"], [a], ["added"], [[0, [a]]]);
  add("latest-first", "Who was seen last stands first.", ["FLT-DHT-004"], [a, b, c], added(3), [[0, [c, b, a]]]);
  add(
    "seen-again",
    "A peer that is seen again moves to the front.",
    ["FLT-DHT-004"],
    [a, b, c, a],
    [...added(3), "updated"],
    [[0, [a, c, b]]],
  );
  add(
    "seen-twice-in-a-row",
    "It stands once.",
    ["FLT-DHT-004", "FLT-DHT-024"],
    [a, a],
    ["added", "updated"],
    [[0, [a]]],
  );
  add("own", "The own key is no peer.", ["FLT-DHT-005"], [own, a], ["own", "added"], [[0, [a]]]);
  const bits = [0, 1, 7, 8, 9, 100, 254, 255].map((index) => [index, sharing(index)] as const);
  add(
    "buckets",
    "Peers by the leading bits they share with the own key.",
    ["FLT-DHT-002"],
    bits.map(([, key]) => key).reverse(),
    added(8),
    bits.map(([index, key]) => [index, [key]]),
  );
  const sixteen = several(K, 0);
  const newest = [...sixteen].reverse();
  const late = sharing(0);
  add("full", "Sixteen peers fill a bucket.", ["FLT-DHT-003"], sixteen, added(K), [[0, newest]], ["Boundary"]);
  add(
    "newcomer",
    "A full bucket of living peers drops the newcomer.",
    ["FLT-DHT-008", "FLT-DHT-003"],
    [...sixteen, late],
    [...added(K), "full"],
    [[0, newest]],
    ["Boundary"],
  );
  const oldest = sixteen[0] as Buffer;
  add(
    "full-and-seen-again",
    "A member of a full bucket still moves to the front.",
    ["FLT-DHT-004", "FLT-DHT-008"],
    [...sixteen, late, oldest],
    [...added(K), "full", "updated"],
    [[0, [oldest, ...newest.slice(0, -1)]]],
  );
  const near = sharing(3);
  add(
    "full-elsewhere",
    "A full bucket says nothing of the others.",
    ["FLT-DHT-003"],
    [...sixteen, near],
    added(K + 1),
    [
      [0, newest],
      [3, [near]],
    ],
  );
  return suite;
}
