import type { FastifyReply } from "fastify";

/** Tells caches that the response depends on a field of the request, beside those that are told already. */
export function addVary(reply: FastifyReply, name: string): void {
  const told = String(reply.getHeader("vary") ?? "");
  const names = told.toLowerCase().split(",");
  if (names.some((one) => one.trim() === name || one.trim() === "*")) return;
  reply.header("vary", told === "" ? name : `${told}, ${name}`);
}
