import type { FastifyReply, FastifyRequest } from "fastify";
import { HttpFault } from "./fault.ts";
import type { RouteTable } from "./route-table.ts";
import { hadRoute } from "./static.ts";

/** Answers a request that no route takes: a redirect, the methods there are, or that there is nothing. */
export function answerUnrouted(table: RouteTable, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, url } = request.raw;
  const { path, query } = splitTarget(url);
  const location = hadRoute(request) ? undefined : table.redirect(method ?? "", path);
  if (location !== undefined && location !== path) {
    // What is not a question keeps its method and its body.
    const status = method === "GET" || method === "HEAD" ? 301 : 308;
    return reply
      .code(status)
      .header("location", location + query)
      .send();
  }
  const allowed = hadRoute(request) ? [] : table.allowed(path);
  if (allowed.length === 0) throw new HttpFault(404, "no route leads here");
  const allow = allowed.join(", ");
  if (method === "OPTIONS") return reply.code(204).header("allow", allow).send();
  throw new HttpFault(405, `expected one of ${allow}, got ${method}`, { allow });
}

/** The path of a request, and its query with the `?` before it. */
export function splitTarget(url = "/"): { readonly path: string; readonly query: string } {
  const at = url.indexOf("?");
  return at < 0 ? { path: url, query: "" } : { path: url.slice(0, at), query: url.slice(at) };
}
