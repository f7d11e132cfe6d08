/** Routes of the configuration in the language of the router. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RoutePath } from "../config/route-path.ts";

export type Handle = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Parameters of a request under the names that the configuration gives them. */
export type ParamsOf = (request: FastifyRequest) => Record<string, string>;

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
    const found = request.params as Record<string, string>;
    return Object.fromEntries([...names].map(([given, name]) => [name, found[given] ?? ""]));
  };
  return { url: `/${parts.join("/")}`, params };
}

/** Adds a route; one of GET answers HEAD as well, unless there is a route of its own. */
export function addRoute(app: FastifyInstance, path: RoutePath, handle: Handle): void {
  const { url } = routerPath(path);
  app.route({ method: path.method, url, handler: handle });
  if (path.method === "GET" && !app.hasRoute({ method: "HEAD", url })) {
    app.route({ method: "HEAD", url, handler: handle });
  }
}
