import type { IncomingHttpHeaders } from "node:http";
import { HttpFault } from "./fault.ts";
import { tooLong } from "./request-body.ts";

/** Bytes. */
export interface LengthRules {
  readonly minLength: number;
  readonly maxLength: number;
}

/** Methods whose requests are expected to have a body. */
const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** Refuses what the head of a request tells of its body: too long is 413, too short 400, a length that is needed and not told 411. */
export function checkLength(method: string, headers: IncomingHttpHeaders, { minLength, maxLength }: LengthRules): void {
  const text = headers["content-length"];
  const length = text === undefined ? undefined : Number(text);
  if (length !== undefined && length > maxLength) throw tooLong(maxLength);
  if (minLength === 0 || !WITH_BODY.has(method)) return;
  if (length === undefined) throw new HttpFault(411, "expected a Content-Length", CLOSE);
  if (length < minLength) throw new HttpFault(400, `expected a body of at least ${minLength} bytes`, CLOSE);
}

/** The body that may follow is not read. */
const CLOSE = { connection: "close" };
