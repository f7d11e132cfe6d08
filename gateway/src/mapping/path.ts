import { Refusal } from "./refusal.ts";
import { decodeEscapes } from "./text.ts";

/** Bytes an origin-form target may hold. `\` is kept out because browsers take it for a slash, `#` because a fragment is never sent. */
const PATH = /^\/[!"$->@-[\]-~]*$/;
const ESCAPE = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;
/** What neither a path segment of RFC 3986 holds nor separates or escapes one. */
const NO_PATH_CHARACTER = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/g;
const PLAIN = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;

/**
 * The one spelling of a path (FLT-GWY-021 to FLT-GWY-024): starts with `/`, holds printable ASCII alone, no segment is `.` or `..`, and normalising
 * it again changes nothing. Slashes are left as they are: `//` has an empty segment, `%2F` is no separator.
 * @param path a target up to its `?`
 */
export function normalizePath(path: string): string | Refusal {
  if (!PATH.test(path)) return new Refusal("BAD_TARGET", "The path holds a byte that a path cannot hold.");
  const normalized = PLAIN.test(path) ? path : respell(path);
  if (normalized === undefined) return new Refusal("BAD_TARGET", "The path has a malformed escape.");
  for (const segment of normalized.split("/")) {
    if (segment === "." || segment === "..") return new Refusal("BAD_TARGET", "The path has a dot segment.");
  }
  return normalized;
}

function respell(path: string): string | undefined {
  if (decodeEscapes(path) === undefined) return undefined;
  return path
    .replace(ESCAPE, (triplet) => {
      const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
      return UNRESERVED.test(character) ? character : triplet.toUpperCase();
    })
    .replace(NO_PATH_CHARACTER, escapeByte);
}

const escapeByte = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** Whether a static route may look for a file by this normalised path (FLT-GWY-026). */
export const mayNameFile = (path: string): boolean => !/%2F|%5C/.test(path);

/** The path without its empty segments, but for the last: where a redirect may lead (FLT-GWY-096). */
export const withoutEmptySegments = (path: string): string => path.replace(/\/{2,}/g, "/");

/** The path with its trailing slash taken, or with one added; undefined for `/`. */
export function otherTrailingSlash(path: string): string | undefined {
  if (path === "/") return undefined;
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}
