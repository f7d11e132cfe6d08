import type { CallOptions } from "./call.ts";
import type { Context, Handler } from "./context.ts";
import { FlatendError } from "./errors.ts";
import type { Response } from "./response.ts";
import { tracePropagation } from "./trace.ts";

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
  /** Around calls of this node. */
  readonly call?: readonly CallMiddleware[] | undefined;
  /** Around its handlers. */
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

/** Both sides, each perhaps empty. */
interface SomeMiddleware {
  readonly call: readonly CallMiddleware[];
  readonly serve: readonly ServeMiddleware[];
}

/** What of a node's options says what stands around calls and handlers. */
interface MiddlewareOptions {
  readonly middleware?: Middleware | undefined;
  readonly propagateTrace?: boolean | undefined;
}

type Caller = (call: OutgoingCall) => Promise<Response>;

/** A caller with all middleware around it. */
export function aroundCall(middleware: readonly CallMiddleware[], caller: Caller): Caller {
  return middleware.reduceRight<Caller>(
    (inner, outer) => (call) => {
      try {
        // A promise is handed on as it is: one for each layer would cost each call more than most layers do.
        const response = outer(call, inner);
        return response instanceof Promise ? response : Promise.resolve(response);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    caller,
  );
}

/** The middleware of a node, on both sides. Throws INVALID_ARGUMENT where something else than functions is given. */
export function middlewareOf({ middleware = {}, propagateTrace }: MiddlewareOptions): SomeMiddleware {
  const { call = [], serve = [] } = middleware;
  for (const [side, list] of Object.entries({ call, serve })) {
    for (const [index, one] of list.entries()) {
      if (typeof one === "function") continue;
      throw new FlatendError(
        "INVALID_ARGUMENT",
        `middleware.${side}[${index}]: expected a function, got ${typeof one}`,
      );
    }
  }
  if (!propagateTrace) return { call, serve };
  const trace = tracePropagation();
  // Whatever else there is may make calls, and may give a call a trace of its own.
  return { call: [...call, trace.call], serve: [trace.serve, ...serve] };
}
