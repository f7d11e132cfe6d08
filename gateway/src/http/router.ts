/** Routes of the configuration in the language of the router. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RoutePath } from "../config/route-path.ts";

/**
 * Answers a request. Undefined where it will do so by itself: a reply that is given back before it has been sent is watched until it
 * has, with half a dozen listeners.
 */
export type Handle = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | undefined;

/** Parameters of a request under the names that the configuration gives them. */
export type ParamsOf = (request: FastifyRequest) => Readonly<Record<string, string>>;

/** Of a path without any. */
export const NO_PARAMS: Readonly<Record<string, string>> = {};

/**
 * The router's own names for parameters may hold fewer characters than ours, and mean more: they are numbered instead.
 */
export function routerPath({ segments }: RoutePath): { readonly url: string; readonly params: ParamsOf } {
  const names = new Map<string, string>();
  const parts = segments.map((segment, index) => {
    if (segment.kind === "literal") return segment.text.replaceAll(":", "::");
    const given = segment.kind === "rest" ? "*" : `p${index}`;
    names.set(given, segment.name);
    return segment.kind === "rest" ? "*" : `:${given}`;
  });
  const params: ParamsOf = (request) => {
    if (names.size === 0) return NO_PARAMS;
    const found = request.params as Record<string, string>;
    // The rest of a path begins with its slash, as in the original.
    return Object.fromEntries(
      [...names].map(([given, name]) => [name, given === "*" ? `/${found[given] ?? ""}` : (found[given] ?? "")]),
    );
  };
  return { url: `/${parts.join("/")}`, params };
}

export interface Route {
  readonly path: RoutePath;
  readonly handle: Handle;
  /** Whether it speaks WebSocket, for which HTTP/2 asks with CONNECT. */
  readonly isSocket?: boolean;
}

/** Adds routes; one of GET answers HEAD as well, unless there is a route of its own. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[]): void {
  app.addHttpMethod("CONNECT");
  for (const { path, handle, isSocket } of routes) {
    if (isSocket) app.route({ method: "CONNECT", url: routerPath(path).url, handler: handle });
  }
  for (const { path, handle } of routes) app.route({ method: path.method, url: routerPath(path).url, handler: handle });
  for (const { path, handle } of routes) {
    const head = { method: "HEAD", url: routerPath(path).url };
    if (path.method === "GET" && !app.hasRoute(head)) app.route({ ...head, handler: handle });
  }
}
