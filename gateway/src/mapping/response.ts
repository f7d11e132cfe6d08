import { connectionNames, isReserved } from "./fields.ts";
import type { MeshHeader } from "./headers.ts";
import { Refusal } from "./refusal.ts";
import { isLength } from "./request.ts";
import { hasControl, isToken, lowerAscii, toByteText, trimBlanks } from "./text.ts";

export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; values as byte text, which Node.js writes as it is. Only `set-cookie` may stand more than once. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** In bytes, where the service said it: a body of any other length is one that broke off (FLT-GWY-065). */
  readonly contentLength: number | undefined;
  /** False where the answer has no body, whatever the service sends for one (FLT-GWY-066). */
  readonly hasBody: boolean;
}

const STATUS = /^[2-5][0-9][0-9]$/;
const WITHOUT_BODY: readonly number[] = [204, 205, 304];
const WITHOUT_LENGTH: readonly number[] = [204, 205];

/**
 * The head of the HTTP response to a ServiceResponse: FLT-GWY-070 to FLT-GWY-079. Refuses with 502 what cannot be passed on.
 * @param headers in the order of the packet
 * @param method of the request: the answer to HEAD has no body
 */
export function responseHead(headers: Iterable<MeshHeader>, method: string): ResponseHead | Refusal {
  const found = new Map<string, string>();
  for (const [key, value] of headers) {
    // A key that differs from an earlier one in case alone takes its place; `:` keys are the gateway's and have one spelling.
    found.set(key.startsWith(":") ? key : lowerAscii(key), value);
  }
  const code = found.get(":status") ?? "200";
  if (!STATUS.test(code))
    return new Refusal("BAD_STATUS", "The service answered with a status that HTTP does not have.");
  const status = Number(code);
  const cookies = found.has(":set-cookie") ? stringList(found.get(":set-cookie")!) : [];
  if (cookies === undefined) return new Refusal("BAD_VALUE", "The service answered with a malformed list of cookies.");

  const fields: [string, string][] = [];
  const isConnections = connectionNames(found.get("connection"));
  let contentLength: number | undefined;
  for (const [name, text] of found) {
    if (!isToken(name) || isReserved(name) || isConnections(name)) continue;
    const value = trimBlanks(text);
    if (name === "content-length") {
      if (!isLength(value) || WITHOUT_LENGTH.includes(status)) continue;
      contentLength = Number(value);
    }
    fields.push([name, value]);
  }
  if (!isConnections("set-cookie")) fields.push(...cookies.map(cookieField));
  if (fields.some(([, value]) => hasControl(value) || LONE_SURROGATE.test(value))) {
    return new Refusal("BAD_VALUE", "The service answered with a header that HTTP cannot carry.");
  }
  return {
    status,
    fields: fields.map(([name, value]) => [name, toByteText(value)]),
    contentLength,
    hasBody: method !== "HEAD" && !WITHOUT_BODY.includes(status),
  };
}

/** JSON can escape half a character, which has no UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

const cookieField = (cookie: string): [string, string] => ["set-cookie", trimBlanks(cookie)];

function stringList(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item): item is string => typeof item === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}
