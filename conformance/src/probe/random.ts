import { createHash } from "node:crypto";

/**
 * Bytes that follow from a seed and a path of names alone, so that a case gets the same keys whether it runs alone or
 * with all others, in any order.
 */
export function derive(seed: number, ...path: readonly (string | number)[]): Uint8Array {
  return new Uint8Array(
    createHash("sha256")
      .update(JSON.stringify([seed, ...path]))
      .digest(),
  );
}

/** A shuffle that the seed decides. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, rank: Buffer.from(derive(seed, "order", index)).readUIntBE(0, 6) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
