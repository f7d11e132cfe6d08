import type { Header } from "../wire/index.ts";

/** Header values by key. Those that came from a peer are an object without prototype. */
export type Headers = Readonly<Record<string, string>>;

export function headerList(headers: Headers): readonly Header[] {
  const list = Object.entries(headers);
  // Not all that calls this knows types.
  for (const header of list) if (typeof header[1] !== "string") header[1] = String(header[1]);
  return list;
}
