import { createHash } from "node:crypto";
import { hex } from "../bytes.ts";
import { Suite } from "../suite.ts";

const K = 16;
const number = (key: Uint8Array) => BigInt(`0x${hex(key)}`);
const xor = (a: Uint8Array, b: Uint8Array) => Buffer.from(a.map((byte, index) => byte ^ b[index]!));
const bucket = (a: Uint8Array, b: Uint8Array) =>
  256 - (number(xor(a, b)) === 0n ? 0 : number(xor(a, b)).toString(2).length);
const nearest = (target: Uint8Array, peers: readonly Buffer[]) =>
  peers
    .filter((peer) => !peer.equals(target))
    .sort((a, b) => Buffer.compare(xor(target, a), xor(target, b)))
    .slice(0, K);

export function distance(): Suite {
  const suite = new Suite("distance", "Distances of keys, buckets, and the closest of many.");
  const random = suite.random("keys");
  const pairs = suite.group("Distance", "The exclusive or of two keys, and the bucket: its leading zero bits.");
  const pair = (slug: string, comment: string, a: Buffer, b: Buffer, flags: string[] = []) =>
    pairs.valid("distance", slug, {
      comment,
      requirements: ["FLT-DHT-001", "FLT-DHT-002"],
      flags,
      input: { a: hex(a), b: hex(b) },
      expect: { distance: hex(xor(a, b)), bucket: bucket(a, b) },
    });
  const own = random.bytes(32);
  pair("equal", "A key is at distance 0 of itself; 256 is no bucket of the table.", own, own, ["Boundary"]);
  for (const bit of [0, 1, 7, 8, 9, 127, 128, 254, 255]) {
    const other = Buffer.from(own);
    other[bit >> 3] = other[bit >> 3]! ^ (0x80 >> (bit & 7));
    pair(
      `bit-${bit}`,
      `Two keys that differ in bit ${bit} alone, counted from the most significant of the first byte.`,
      own,
      other,
    );
  }
  for (let i = 0; i < 6; i++) pair(`random-${i + 1}`, "Two random keys.", random.bytes(32), random.bytes(32));
  pair("all-bits", "As far apart as keys can be.", Buffer.alloc(32), Buffer.alloc(32, 0xff), ["Boundary"]);

  const lists = suite.group(
    "Closest",
    "What a FindNodeResponse lists: the 16 closest to the target, nearest first, without the target.",
  );
  const list = (slug: string, comment: string, target: Buffer, peers: readonly Buffer[], requirements: string[] = []) =>
    lists.valid("closest", slug, {
      comment,
      requirements: ["FLT-DHT-020", "FLT-DHT-021", ...requirements],
      input: { target: hex(target), peers: peers.map(hex) },
      expect: { closest: nearest(target, peers).map(hex) },
    });
  const many = (count: number) => Array.from({ length: count }, () => random.bytes(32));
  list("none", "Nobody is known.", random.bytes(32), [], ["FLT-DHT-026"]);
  for (const count of [1, 2, 15, 16, 17, 40])
    list(`of-${count}`, `${count} peers at random.`, random.bytes(32), many(count));
  const peers = many(20);
  list("target-among-them", "The target itself is left out, and a seventeenth takes its place.", peers[7]!, peers, [
    "FLT-DHT-023",
  ]);
  const sharing = Array.from({ length: 20 }, (_, i) => Buffer.concat([own.subarray(0, 31), Buffer.from([i * 11])]));
  list(
    "last-byte-decides",
    "Keys that differ in their last byte alone.",
    Buffer.concat([own.subarray(0, 31), Buffer.from([100])]),
    sharing,
  );
  const signs = Array.from({ length: 20 }, (_, i) => Buffer.concat([Buffer.from([i * 13]), own.subarray(1)]));
  list(
    "first-byte-decides",
    "Bytes are numbers from 0 to 255, never negative.",
    Buffer.concat([Buffer.from([0x80]), own.subarray(1)]),
    signs,
  );

  const accumulated = suite.group("Accumulated", "Many lookups in one hash.");
  const hash = createHash("sha256");
  for (let n = 0; n < 200; n++) {
    const key = (label: string) => createHash("sha256").update(suite.seed).update(label).digest();
    const peersOfRound = Array.from({ length: 1 + (n % 50) }, (_, i) => key(`peer ${n} ${i}`));
    for (const peer of nearest(key(`target ${n}`), peersOfRound)) hash.update(peer);
  }
  accumulated.valid("closest-many", "two-hundred", {
    comment:
      '200 lookups: key(label) is SHA-256(seed ‖ label in ASCII); round n has target key("target n") among key("peer n i") for each i from 0 up to and with n mod 50. SHA-256 over all closest keys in their order.',
    requirements: ["FLT-DHT-020", "FLT-DHT-021"],
    flags: ["Accumulated"],
    input: { seed: hex(suite.seed), count: 200 },
    expect: { sha256: hash.digest("hex") },
  });
  return suite;
}
