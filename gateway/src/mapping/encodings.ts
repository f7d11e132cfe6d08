/** Which content codings a client takes (RFC 9110, 12.5.3). */

/** Those that a response may have, the smaller one first. */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Parts of a field that are looked at; a field of a browser has five. */
const MOST_PARTS = 32;

/**
 * The codings that a client would rather have than the bytes as they are, the best one first; none where it does not say.
 * @param accept the field Accept-Encoding
 */
export function acceptedEncodings(accept: string | undefined): Encoding[] {
  const weights = new Map<string, number>();
  for (const part of (accept ?? "").toLowerCase().split(",", MOST_PARTS)) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith("q="))?.slice(2);
    weights.set(name === "x-gzip" ? "gzip" : name, weight === undefined ? 1 : Number.parseFloat(weight) || 0);
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  const plain = weights.get("identity") ?? 0;
  // The order of those with the same weight stays.
  return ENCODINGS.filter((name) => weightOf(name) > 0 && weightOf(name) >= plain).sort(
    (one, other) => weightOf(other) - weightOf(one),
  );
}
