import type { Fields } from "./fields.ts";

/** Version, trace ID, parent ID and flags (https://www.w3.org/TR/trace-context/). */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?$/;
const MAX_LENGTH = 256;

/** IDs for a trace that begins here: 32 and 16 lower-case hexadecimal digits at random, neither all zero. */
export interface NewTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The headers of a trace, by their names. */
interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate: string | undefined;
}

/** The headers of the request's trace: the client's where they are valid, and else a new one's (FLT-GWY-047). */
export function traceOf(fields: Fields, fresh: NewTrace): TraceHeaders {
  const parent = fields.get("traceparent");
  if (parent !== undefined && isTraceparent(parent)) {
    return { traceparent: parent, tracestate: fields.get("tracestate") };
  }
  const traceparent = `00-${fresh.traceId}-${fresh.spanId}-${fresh.sampled ? "01" : "00"}`;
  return { traceparent, tracestate: undefined };
}

/** Version 00 has four parts; a later one may have more. Two lines joined by a comma are never valid. */
function isTraceparent(text: string): boolean {
  const match = text.length > MAX_LENGTH ? null : TRACEPARENT.exec(text);
  return match !== null && (match[1] !== "00" || match[2] === undefined);
}
