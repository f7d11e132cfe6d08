import type { CallOptions } from "./call.ts";
import type { Context, Handler } from "./context.ts";
import { FlatendError } from "./errors.ts";
import type { Response } from "./response.ts";

/** A call on its way out: what it was made with. Hand a changed copy to `next`, not the object itself. */
export interface OutgoingCall extends CallOptions {
  /** Names in order of preference. */
  readonly services: readonly string[];
}

/**
 * Stands around the calls of a node, {@link Node.call}, `push`, those of a provider and of a broadcast: `(call, next) => next(call)`.
 * What it returns is the response, what it throws is the error of the call. It may call `next` again, or not at all.
 */
export type CallMiddleware = (
  call: OutgoingCall,
  next: (call: OutgoingCall) => Promise<Response>,
) => Response | Promise<Response>;

/**
 * Stands around the handlers of a node: `(ctx, next) => next()`. `next` resolves when the handler has returned, and rejects with what it throws;
 * what the middleware itself throws is answered like an error of the handler. A call that is answered here needs no `next`.
 */
export type ServeMiddleware = (ctx: Context, next: () => Promise<unknown>) => unknown;

/** Functions around calls and handlers. The first of each list is the outermost: it is entered first and left last. */
export interface Middleware {
  readonly call?: readonly CallMiddleware[] | undefined;
  readonly serve?: readonly ServeMiddleware[] | undefined;
}

/** A handler with all middleware around it; the handler itself where there is none. */
export function aroundHandler(middleware: readonly ServeMiddleware[], handler: Handler): Handler {
  return middleware.reduceRight<Handler>(
    (inner, outer) => (ctx) => {
      let entered = false;
      return outer(ctx, async () => {
        if (entered) throw new FlatendError("INVALID_ARGUMENT", "expected next() to be called once, got a second call");
        entered = true;
        return inner(ctx);
      });
    },
    handler,
  );
}

type Caller = (call: OutgoingCall) => Promise<Response>;

/** A caller with all middleware around it. */
export function aroundCall(middleware: readonly CallMiddleware[], caller: Caller): Caller {
  return middleware.reduceRight<Caller>((inner, outer) => async (call) => outer(call, inner), caller);
}

/** Throws INVALID_ARGUMENT where something else than functions is given. */
export function checkMiddleware(middleware: Middleware): void {
  for (const side of ["call", "serve"] as const) {
    for (const [index, one] of (middleware[side] ?? []).entries()) {
      if (typeof one === "function") continue;
      throw new FlatendError(
        "INVALID_ARGUMENT",
        `middleware.${side}[${index}]: expected a function, got ${typeof one}`,
      );
    }
  }
}
