/** Methods that the router does not know: HTTP/2 brings any, and Node's parser of HTTP/1 those of its list alone. */
import { METHODS } from "node:http";
import { routedTarget } from "./head.ts";
import type { Handler } from "./message.ts";

const KNOWN = new Set(METHODS);
/** They mean something of their own, with a route and without. */
const COMMON = new Set(["GET", "HEAD", "OPTIONS", "CONNECT"]);

/**
 * Has the router look for the path of such a request under a method that no route has, so that it ends where every request without a route does, with 404 or 405.
 * @param handler looks for the route before it returns
 * @param used methods of the routes
 */
export function withAnyMethod(handler: Handler, used: ReadonlySet<string>): Handler {
  const spare = METHODS.findLast((method) => !used.has(method) && !COMMON.has(method));
  return (request, response) => {
    const { method = "" } = request;
    if (KNOWN.has(method) || spare === undefined) return handler(request, response);
    // The head is judged, and kept, with the method that it has.
    routedTarget(request);
    // It can be set, which the types of HTTP/2 do not know.
    Object.assign(request, { method: spare });
    handler(request, response);
    Object.assign(request, { method });
  };
}
