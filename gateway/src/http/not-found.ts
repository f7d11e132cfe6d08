import type { FastifyReply, FastifyRequest } from "fastify";
import { allowed, redirect } from "../mapping/index.ts";
import { HttpFault } from "./fault.ts";
import { readHead } from "./head.ts";
import type { RouteTable } from "./route-table.ts";
import { hadRoute } from "./static.ts";

/** Answers a request that no route takes: a redirect, the methods there are, or that there is nothing. The target `*` is the server itself. */
export function answerUnrouted(table: RouteTable, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, path, query } = readHead(request.raw);
  if (path === "*") return reply.code(204).header("allow", allowed(table.allMethods)).send();
  const meant = hadRoute(request) ? undefined : table.redirect(method, path);
  if (meant !== undefined && meant !== path) {
    const elsewhere = redirect(method, meant, query);
    if (elsewhere !== undefined) return reply.code(elsewhere.status).header("location", elsewhere.location).send();
  }
  const methods = hadRoute(request) ? [] : table.methods(path);
  if (methods.length === 0) throw new HttpFault(404, "no route leads here");
  const allow = allowed(methods);
  if (method === "OPTIONS") return reply.code(204).header("allow", allow).send();
  throw new HttpFault(405, `expected one of ${allow}, got ${method}`, { allow });
}
