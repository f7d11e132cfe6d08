import { native as crypto } from "flatend/crypto";
import { expect, it } from "vitest";
import { seedOf } from "./identity.ts";

it("the keys of twenty peers fit the buckets of any node, whatever the seed of the run", () => {
  // With the first of them sixteen of the keys made by chance began with the same bit, where the peer of the target's start had a place.
  const label = "dht/find-node/closest-of-twenty control 0";
  for (const runSeed of [2_163_882_247, 1, 2, 3]) {
    const bits = Array.from({ length: 20 }, (_, index) => {
      const key = crypto.ed25519PublicKey(seedOf(`peer-${index}`, runSeed, label));
      return (key[0] as number) >> 6;
    });
    for (const two of [0, 1, 2, 3]) expect(bits.filter((one) => one === two)).toHaveLength(5);
  }
});

it("a key follows from the name and the seed of the run alone", () => {
  expect(seedOf("peer-7", 5)).toEqual(seedOf("peer-7", 5));
  expect(seedOf("peer-7", 5)).not.toEqual(seedOf("peer-11", 5));
  expect(seedOf("only", 5)).not.toEqual(seedOf("only", 6));
});
