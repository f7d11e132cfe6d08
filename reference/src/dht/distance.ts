import { BUCKET_COUNT } from "../wire/index.ts";

/** Below 0 when `a` is nearer to `target` than `b`, 0 when they are the same key (FLT-DHT-001). Keys of 32 bytes. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  if (a === b) return 0;
  for (let i = 0; i < target.length; i++) {
    const t = target[i] as number;
    const difference = (t ^ (a[i] as number)) - (t ^ (b[i] as number));
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first 48 bits of the distance of two keys: enough to sort by in most cases, and quick to compare. */
export function distanceStart(a: Uint8Array, b: Uint8Array): number {
  const low = (((a[4] as number) ^ (b[4] as number)) << 8) | ((a[5] as number) ^ (b[5] as number));
  return ((keyStart(a) ^ keyStart(b)) >>> 0) * 0x1_0000 + low;
}

/** Leading zero bits of the distance of two keys: the index of a bucket, 256 for equal keys (FLT-DHT-002). */
export function commonPrefixLength(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const different = (a[i] as number) ^ (b[i] as number);
    // A byte has 24 leading zeros more as a 32-bit number.
    if (different !== 0) return i * 8 + Math.clz32(different) - 24;
  }
  return BUCKET_COUNT;
}

/** The first 32 bits of a key, as a number with a sign: what most keys differ in, kept beside them so that few keys need to be read. */
export function keyStart(key: Uint8Array): number {
  return ((key[0] as number) << 24) | ((key[1] as number) << 16) | ((key[2] as number) << 8) | (key[3] as number);
}
