import type { Arbitrary } from "fast-check";

/**
 * Walks down fast-check's tree of smaller values as long as `same` still holds of one of them, at most `most` tries. `same` says undefined for a value
 * that cannot be tried, which costs nothing.
 */
export async function shrink<T>(
  arbitrary: Arbitrary<T>,
  value: T,
  most: number,
  same: (candidate: T) => Promise<boolean | undefined>,
): Promise<T> {
  let best = value;
  let context: unknown;
  let tries = 0;
  for (let smaller = true; smaller; ) {
    smaller = false;
    for (const candidate of arbitrary.shrink(best, context)) {
      const held = await same(candidate.value);
      if (held !== undefined) tries++;
      if (held === true) {
        best = candidate.value;
        context = candidate.context;
        smaller = true;
      }
      if (tries >= most) return best;
      if (smaller) break;
    }
  }
  return best;
}
