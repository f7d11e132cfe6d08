/**
 * What pages of other sites may do (the CORS protocol of the Fetch standard). Not by @fastify/cors: it knows one set of rules for what OPTIONS asks
 * about, and its route for that would stand in the way of those of the configuration.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Cors, RouteSettings } from "../config/settings.ts";
import { exchangeOf } from "./exchange.ts";
import { readHead } from "./head.ts";
import { addVary } from "./vary.ts";

/** The route that a request of this method would be answered by. */
export type FindRoute = (method: string, path: string) => RouteSettings | undefined;

/** Fields by which a service would say the same. */
const OWN = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
];

/** Requests that have been answered here. */
const preflights = new WeakSet<FastifyRequest>();

/** @param fallback rules for requests that no route takes */
export function addCors(app: FastifyInstance, fallback: Cors | undefined, find: FindRoute): void {
  app.addHook("onRequest", (request, reply, done) => {
    const method = request.headers["access-control-request-method"];
    if (request.method !== "OPTIONS" || request.headers.origin === undefined || method === undefined) return done();
    const route = find(method, readHead(request.raw).path);
    if (route?.cors === undefined) return done();
    exchangeOf(request.raw).route = route;
    preflights.add(request);
    allow(request, reply, rulesOf(route.cors, route), method);
    reply.code(204).send();
  });
  app.addHook("onSend", (request, reply, _payload, done) => {
    const { route } = exchangeOf(request.raw);
    const rules = route === undefined ? fallback : route.cors;
    if (rules !== undefined && !preflights.has(request)) tell(request, reply, rulesOf(rules, route));
    done();
  });
}

/** Fields without which no page can speak gRPC-Web. */
const GRPC_ASKS = "x-grpc-web, x-user-agent, grpc-timeout";
const CONNECT_ASKS = "connect-protocol-version, connect-timeout-ms";
const GRPC_TELLS = "grpc-status, grpc-message";

function rulesOf(rules: Cors, route: RouteSettings | undefined): Cors {
  if (route?.grpc !== true) return rules;
  const { headers, expose } = rules;
  const asks = route.schema === undefined ? GRPC_ASKS : `${GRPC_ASKS}, ${CONNECT_ASKS}`;
  return {
    ...rules,
    headers: headers === "*" ? headers : `${headers}, ${asks}`,
    expose: expose === undefined || expose === "*" ? (expose ?? GRPC_TELLS) : `${expose}, ${GRPC_TELLS}`,
  };
}

/** Answers the question of a browser that comes before the request it wants to make. */
function allow(request: FastifyRequest, reply: FastifyReply, rules: Cors, method: string): void {
  for (const name of ["origin", "access-control-request-method", "access-control-request-headers"])
    addVary(reply, name);
  if (!allows(rules, method)) return;
  const origin = originFor(request, rules);
  if (origin === undefined) return;
  reply.headers({
    "access-control-allow-origin": origin,
    // It has a route, and a method that is found there is a token.
    "access-control-allow-methods": method,
    "access-control-allow-headers": rules.headers,
    "access-control-max-age": String(rules.maxAgeSeconds),
  });
  if (rules.credentials) reply.header("access-control-allow-credentials", "true");
}

function tell(request: FastifyRequest, reply: FastifyReply, rules: Cors): void {
  for (const name of OWN) reply.removeHeader(name);
  if (!rules.origins.has("*")) addVary(reply, "origin");
  const origin = allows(rules, request.method) ? originFor(request, rules) : undefined;
  if (origin === undefined) return;
  reply.header("access-control-allow-origin", origin);
  if (rules.credentials) reply.header("access-control-allow-credentials", "true");
  if (rules.expose !== undefined) reply.header("access-control-expose-headers", rules.expose);
}

const allows = ({ methods }: Cors, method: string): boolean =>
  methods === undefined || methods.has(method) || (method === "HEAD" && methods.has("GET"));

/** Only what stands in the configuration is ever written. */
function originFor({ headers }: FastifyRequest, { origins }: Cors): string | undefined {
  if (headers.origin === undefined) return undefined;
  if (origins.has("*")) return "*";
  return origins.has(headers.origin) ? headers.origin : undefined;
}
