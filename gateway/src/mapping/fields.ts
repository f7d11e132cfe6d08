import { Refusal } from "./refusal.ts";
import { fromByteText, hasControl, isToken, trimBlanks } from "./text.ts";

/** A field line as Node.js hands it out in `rawHeaders`: the name in any case, the value as byte text. */
export type FieldLine = readonly [name: string, value: string];
/** Name in lower case, and the value as text. */
export type Fields = ReadonlyMap<string, string>;

/** Fields that say who asks or what is sent, and cannot be joined (FLT-GWY-004, FLT-GWY-005, FLT-GWY-007, FLT-GWY-009). */
const ONCE: ReadonlyMap<string, "BAD_FIELD" | "BAD_FRAMING" | "BAD_HOST"> = new Map([
  ["content-length", "BAD_FRAMING"],
  ["transfer-encoding", "BAD_FRAMING"],
  ["host", "BAD_HOST"],
  ["authorization", "BAD_FIELD"],
  ["content-type", "BAD_FIELD"],
]);

/** Joins the lines of each field (FLT-GWY-001, FLT-GWY-002, FLT-GWY-045). */
export function joinFields(lines: readonly FieldLine[]): Fields | Refusal {
  const fields = new Map<string, string>();
  for (const [line, raw] of lines) {
    if (!isToken(line)) return new Refusal("BAD_FIELD", "A header has a name that is no token.");
    if (hasControl(raw)) return new Refusal("BAD_FIELD", "A header has a control character in its value.");
    const name = line.toLowerCase();
    const value = fromByteText(trimBlanks(raw));
    const before = fields.get(name);
    if (before === undefined) {
      fields.set(name, value);
      continue;
    }
    const once = ONCE.get(name);
    if (once !== undefined) return new Refusal(once, "A header that may stand once stands twice.");
    fields.set(name, `${before}${name === "cookie" ? "; " : ", "}${value}`);
  }
  return fields;
}

const OF_THE_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "expect",
]);

const isOfEach = (name: string): boolean => OF_THE_CONNECTION.has(name) || name.startsWith("proxy-");

/** Tells which names belong to the connection and end with it (FLT-GWY-043), given the `connection` field. */
export function connectionNames(connection: string | undefined): (name: string) => boolean {
  if (connection === undefined) return isOfEach;
  const named = new Set(connection.split(",").map((name) => trimBlanks(name).toLowerCase()));
  return (name) => isOfEach(name) || named.has(name);
}

/** Names that only the gateway may write (FLT-GWY-042). A name with `:` in front is no token and never comes this far. */
export const isReserved = (name: string): boolean =>
  name.startsWith("query.") || name.startsWith("params.") || name.startsWith("~");
