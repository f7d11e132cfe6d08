import { parseAuthority } from "./authority.ts";
import { type FieldLine, type Fields, joinFields } from "./fields.ts";
import { Refusal } from "./refusal.ts";
import { parseTarget } from "./target.ts";
import { isToken } from "./text.ts";

export type HttpVersion = "1.0" | "1.1" | "2";

/** The head of an HTTP request as the server read it, before anything was believed of it. */
export interface RequestHead {
  readonly method: string;
  /** As it stands in the request line; the `:path` of HTTP/2. */
  readonly target: string;
  readonly version: HttpVersion;
  /** In the order of the request, repeated ones too, without the pseudo-headers of HTTP/2. */
  readonly lines: readonly FieldLine[];
  /** The `:authority` of HTTP/2. */
  readonly authority?: string | undefined;
}

/** A head that passed every rule of chapter 13 but those of the frame and of the query. */
export interface HttpRequest {
  readonly method: string;
  readonly version: HttpVersion;
  /** Host and perhaps port in lower case; undefined where an HTTP/1.0 request names none. */
  readonly authority: string | undefined;
  /** The normalised path, or `*`: what routes are looked up by. */
  readonly path: string;
  /** What stands behind `?`, as it came. */
  readonly query: string | undefined;
  readonly fields: Fields;
  /** In bytes; undefined where the request does not say. */
  readonly contentLength: number | undefined;
  /** Whether the body of an HTTP/1.1 request comes in chunks. */
  readonly chunked: boolean;
}

/** Judges the head of a request: FLT-GWY-001 to FLT-GWY-024. */
export function readRequest(head: RequestHead): HttpRequest | Refusal {
  const { method, version } = head;
  if (!isToken(method) || method === "CONNECT") return new Refusal("BAD_METHOD", "The method is not accepted.");
  const fields = joinFields(head.lines);
  if (fields instanceof Refusal) return fields;
  const framing = framingOf(version, fields);
  if (framing instanceof Refusal) return framing;
  const target = parseTarget(method, head.target);
  if (target instanceof Refusal) return target;
  const authority = authorityOf(version, [head.authority, target.authority, fields.get("host")]);
  if (authority instanceof Refusal) return authority;
  const { path, query } = target;
  const { contentLength, chunked } = framing;
  return { method, version, authority, path, query, fields, contentLength, chunked };
}

function framingOf(version: HttpVersion, fields: Fields): Pick<HttpRequest, "contentLength" | "chunked"> | Refusal {
  const length = fields.get("content-length");
  const coding = fields.get("transfer-encoding");
  if (coding !== undefined && (length !== undefined || version !== "1.1" || coding.toLowerCase() !== "chunked")) {
    return new Refusal("BAD_FRAMING", "The request does not say clearly where its body ends.");
  }
  if (length !== undefined && !isLength(length)) {
    return new Refusal("BAD_FRAMING", "The length of the body is not a number.");
  }
  return { contentLength: length === undefined ? undefined : Number(length), chunked: coding !== undefined };
}

/** 15 digits are below 2^53, so that the number is exact. */
export const isLength = (text: string): boolean => /^[0-9]{1,15}$/.test(text);

/** The one host that all the places name (FLT-GWY-007, FLT-GWY-008). */
function authorityOf(version: HttpVersion, places: readonly (string | undefined)[]): string | undefined | Refusal {
  let found: string | undefined;
  for (const place of places) {
    if (place === undefined) continue;
    const authority = parseAuthority(place);
    if (authority === undefined) return new Refusal("BAD_HOST", "The host is not valid.");
    if (found !== undefined && found !== authority) return new Refusal("BAD_HOST", "The request names two hosts.");
    found = authority;
  }
  if (found === undefined && version !== "1.0") return new Refusal("BAD_HOST", "The request names no host.");
  return found;
}
