import type { Header } from "../wire/index.ts";

/** Header values by key. Those that came from a peer are an object without prototype. */
export type Headers = Readonly<Record<string, string>>;

export const headerList = (headers: Headers): Header[] =>
  Object.entries(headers).map(([key, value]): Header => [key, String(value)]);
