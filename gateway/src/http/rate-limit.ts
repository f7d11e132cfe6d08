/** How often a client may ask. */
import rateLimit, { normalizeIP } from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RateLimit } from "../config/settings.ts";
import { remoteAddressOf } from "./client.ts";
import { HttpFault } from "./fault.ts";

/** Counts a request. Rejects with {@link HttpFault} when its client has asked too often. */
export type Limiter = (request: FastifyRequest) => Promise<void>;

/** Bits of an IPv6 address that tell one client from another: who has one has all that differ behind them. */
const IPV6_PREFIX = 64;
const MS_PER_SECOND = 1_000;

export async function prepareRateLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
}

/** A limit with counts of its own, of the 5,000 clients that asked last. */
export function limiterOf(app: FastifyInstance, limit: RateLimit | undefined): Limiter | undefined {
  if (limit === undefined) return undefined;
  const { requests, perMs } = limit;
  const count = app.createRateLimit({
    max: requests,
    timeWindow: perMs,
    keyGenerator: (request) => normalizeIP(remoteAddressOf(request), IPV6_PREFIX),
  });
  return async (request) => {
    const counted = await count(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    const seconds = Math.max(1, Math.ceil(counted.ttl / MS_PER_SECOND));
    throw new HttpFault(429, `expected at most ${requests} requests in ${perMs / MS_PER_SECOND} s`, {
      "retry-after": String(seconds),
    });
  };
}
