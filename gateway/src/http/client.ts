/** Who asks, and how: by the connection, or by what a trusted proxy says of it (FLT-GWY-048). */
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";

/** What a proxy says is no address at times; what the connection says need not be looked at. */
export function remoteAddressOf({ ip, socket }: FastifyRequest): string {
  const { remoteAddress = "" } = socket;
  return ip === remoteAddress || isIP(ip) > 0 ? ip : remoteAddress;
}

export function schemeOf({ protocol, socket }: FastifyRequest): "http" | "https" {
  const named = String(protocol).toLowerCase();
  if (named === "http" || named === "https") return named;
  return "encrypted" in socket && socket.encrypted === true ? "https" : "http";
}
