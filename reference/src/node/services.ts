import type { Handler } from "./context.ts";
import { FlatendError } from "./errors.ts";
import { aroundHandler, type ServeMiddleware } from "./middleware.ts";

/** Handlers by the name of their service, with the node's middleware around each. Throws INVALID_ARGUMENT. */
export function handlersOf(
  services: Readonly<Record<string, Handler>> = {},
  middleware: readonly ServeMiddleware[] = [],
): Map<string, Handler> {
  const handlers = new Map(Object.entries(services));
  for (const [name, handler] of handlers) {
    if (typeof handler !== "function") {
      throw new FlatendError("INVALID_ARGUMENT", `services: expected a function as "${name}", got ${typeof handler}`);
    }
    if (name === "" || name.startsWith("~")) {
      throw new FlatendError(
        "INVALID_ARGUMENT",
        `services: expected a name that is not empty and does not begin with "~", got "${name}"`,
      );
    }
    handlers.set(name, aroundHandler(middleware, handler));
  }
  return handlers;
}
