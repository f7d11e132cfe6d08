import { lowerAscii } from "./text.ts";

/**
 * The parameters of a route's pattern in a path, with names in lower case and values decoded once; undefined where the path is none of the
 * pattern's (FLT-GWY-025, FLT-GWY-027). A parameter is a whole segment of the pattern that begins with `:`; it matches one segment that is not empty.
 * @param pattern such as `/todo/:id`, its other segments spelled as `normalizePath` spells them
 * @param path what `normalizePath` gave
 */
export function paramsOf(pattern: string, path: string): ReadonlyMap<string, string> | undefined {
  const expected = pattern.split("/");
  const segments = path.split("/");
  if (expected.length !== segments.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, part] of expected.entries()) {
    const segment = segments[index]!;
    if (!isParameter(part)) {
      if (part !== segment) return undefined;
    } else {
      if (segment === "") return undefined;
      params.set(lowerAscii(part.slice(1)), decodeSegment(segment));
    }
  }
  return params;
}

const isParameter = (part: string): boolean => part.length > 1 && part.startsWith(":");

/** One segment of a normalised path as text, decoded once. */
export const decodeSegment = (segment: string): string => decodeURIComponent(segment);
