import type { Header } from "../wire/index.ts";

/** Header values by key. */
export type Headers = Readonly<Record<string, string>>;

/** Without a prototype, so that `__proto__` and `constructor` are keys like any other (FLT-HDR-011). */
export function headersOf(list: readonly Header[]): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>;
  for (const [key, value] of list) headers[key] = value;
  return headers;
}

export const headerList = (headers: Headers): Header[] =>
  Object.entries(headers).map(([key, value]): Header => [key, String(value)]);
