/** Nanoseconds of each unit of Go's `time.ParseDuration`. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  // The micro sign and the Greek letter look the same.
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const NANOSECONDS_PER_MS = 1e6;
const UNIT = "(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h)";
const NUMBER = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)";

/** A duration as Go writes it, without a sign; `0` needs no unit. */
export const DURATION = new RegExp(`^(?:0|(?:${NUMBER}${UNIT})+)$`);

/** Most ms a timer of Node can wait, some 24 days. */
export const MAX_DURATION_MS = 2 ** 31 - 1;

/** ms of a Go duration such as `10s`, `1m30s` or `500ms`, rounded up to whole ones; NaN when it is none. */
export function durationMs(text: string): number {
  if (!DURATION.test(text)) return Number.NaN;
  const parts = text.matchAll(new RegExp(`(${NUMBER})(${UNIT})`, "g"));
  let nanoseconds = 0;
  for (const [, number, unit] of parts) nanoseconds += Number(number) * (UNITS[unit as string] as number);
  return Math.ceil(nanoseconds / NANOSECONDS_PER_MS);
}
