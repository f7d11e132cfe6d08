import { Refusal } from "./refusal.ts";
import { decodeEscapes, lowerAscii } from "./text.ts";

/** The values of each name of a query in order, names with A to Z in lower case, in the order of their first appearance (FLT-GWY-050). */
export type Query = ReadonlyMap<string, readonly string[]>;

/** @param query what stands behind the `?` of a target */
export function parseQuery(query: string): Query | Refusal {
  const values = new Map<string, string[]>();
  for (const part of query.split("&")) {
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = decode(equals < 0 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined) {
      return new Refusal("BAD_TARGET", "The query has a malformed escape.");
    }
    if (name === "") continue;
    const key = lowerAscii(name);
    const list = values.get(key);
    if (list) list.push(value);
    else values.set(key, [value]);
  }
  return values;
}

const decode = (text: string): string | undefined => decodeEscapes(text.replaceAll("+", " "));
