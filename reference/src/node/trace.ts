import { AsyncLocalStorage } from "node:async_hooks";
import type { Headers } from "./headers.ts";
import type { CallMiddleware, ServeMiddleware } from "./middleware.ts";

/** Version, trace ID, parent ID and flags (https://www.w3.org/TR/trace-context/). */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?$/;
/** A later version may be longer than the first, which has 55 characters. */
const VERSION_0_LENGTH = 55;
const MAX_TRACEPARENT_LENGTH = 256;
/** Printable characters: members `key=value` behind each other, separated by commas. */
const TRACESTATE = /^[ -~\t]+$/;
const MEMBER = /^[ \t]*([a-z0-9][a-z0-9_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~])?[ \t]*$/;
const MAX_TRACESTATE_LENGTH = 512;
const MAX_TRACESTATE_MEMBERS = 32;

/** The headers of a request's trace: `traceparent`, and `tracestate` where there is one; none where they are not well formed. */
export function traceOf({ traceparent, tracestate }: Headers): Headers {
  if (traceparent === undefined || !isTraceparent(traceparent)) return {};
  return tracestate !== undefined && isTracestate(tracestate) ? { traceparent, tracestate } : { traceparent };
}

function isTraceparent(text: string): boolean {
  if (text.length > MAX_TRACEPARENT_LENGTH || !TRACEPARENT.test(text)) return false;
  return !text.startsWith("00") || text.length === VERSION_0_LENGTH;
}

function isTracestate(text: string): boolean {
  if (text.length > MAX_TRACESTATE_LENGTH || !TRACESTATE.test(text)) return false;
  const members = text.split(",");
  return members.length <= MAX_TRACESTATE_MEMBERS && members.every((member) => MEMBER.test(member));
}

/**
 * Calls that a handler makes carry the trace of its request. Node.js keeps track of what belongs to which handler, which costs every promise of
 * the process a little; a node does so only when it is asked to.
 */
export function tracePropagation(): { readonly call: CallMiddleware; readonly serve: ServeMiddleware } {
  const traces = new AsyncLocalStorage<Headers>();
  return {
    // Also where the request has none: a connection may have been opened in the course of another request, and gone on with its trace.
    serve: (ctx, next) => traces.run(ctx.trace, next),
    call: (call, next) => {
      const trace = traces.getStore();
      if (trace?.traceparent === undefined || call.headers?.traceparent !== undefined) return next(call);
      // A state says nothing without the parent it belongs to.
      const { tracestate: _, ...headers } = call.headers ?? {};
      return next({ ...call, headers: { ...headers, ...trace } });
    },
  };
}
