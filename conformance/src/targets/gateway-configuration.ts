// What a gateway under test has to be configured to: appendix C of the specification, as a file for `flatend-gateway`.
import { fileURLToPath } from "node:url";
import { CERTIFICATE } from "../probe/tls.ts";
import { KIT_SCHEMA } from "./kit-schema.ts";
import { type Address, type GatewayAddresses, type OtherConfiguration, showAddress } from "./target.ts";

interface Route {
  readonly path: string;
  readonly services: readonly string[];
  /** More lines of the route. */
  readonly more?: readonly string[];
}

/** The folder of a static route. */
const FILES = fileURLToPath(new URL("../../static/files", import.meta.url));
const SCHEMA = ["grpc = true", `schema = ${JSON.stringify(KIT_SCHEMA)}`];

/** Routes of the server with the usual limits. */
export const ROUTES: readonly Route[] = [
  { path: "GET /get", services: ["kit-get"] },
  { path: "POST /post", services: ["kit-post"] },
  { path: "PUT /put", services: ["kit-put"] },
  { path: "GET /many", services: ["kit-many"] },
  { path: "DELETE /many", services: ["kit-many"] },
  { path: "GET /own", services: ["kit-get"] },
  { path: "OPTIONS /own", services: ["kit-own"] },
  { path: "GET /of/:id/and/:Other-Name", services: ["kit-of"] },
  { path: "GET /slashed/", services: ["kit-slashed"] },
  { path: "GET /either", services: ["kit-first", "kit-second"] },
  { path: "GET /nobody", services: ["kit-nobody", "kit-no-one"] },
  { path: "GET /slow", services: ["kit-slow"] },
  { path: "GET /socket", services: ["kit-socket"], more: ["websocket = true"] },
  { path: "GET /events", services: ["kit-events"], more: ["events = true"] },
  { path: "GET /added", services: ["kit-added"], more: ['headers = { "x-added" = "by the gateway" }'] },
  { path: "GET /shared", services: ["kit-shared"], more: ['cors = { origins = ["https://kit.example"] }'] },
  { path: "GET /packed", services: ["kit-packed"], more: ["compress = true"] },
  { path: "GET /rare", services: ["kit-rare"], more: ['rate_limit = { requests = 1, per = "1s" }'] },
  { path: "POST /kit.Grpc/:method", services: ["kit-grpc"], more: ["grpc = true"] },
  { path: "POST /kit.Nobody/:method", services: ["kit-nobody", "kit-no-one"], more: ["grpc = true"] },
  { path: "POST /kit.Quiet/:method", services: ["kit-quiet"], more: ["grpc = true"] },
  {
    path: "POST /kit.Rare/:method",
    services: ["kit-rare-grpc"],
    more: ["grpc = true", 'rate_limit = { requests = 1, per = "1s" }'],
  },
  { path: "POST /kit.Schema/:method", services: ["kit-schema"], more: SCHEMA },
  { path: "GET /files", services: [], more: [`static = ${JSON.stringify(FILES)}`] },
];
/** Routes of the server with small limits. */
export const BOUNDED_ROUTES: readonly Route[] = [
  { path: "GET /get", services: ["kit-get"] },
  { path: "POST /post", services: ["kit-post"] },
  { path: "GET /socket", services: ["kit-socket"], more: ["websocket = true"] },
  { path: "POST /kit.Grpc/:method", services: ["kit-grpc"], more: ["grpc = true"] },
  { path: "POST /kit.Schema/:method", services: ["kit-schema"], more: SCHEMA },
];
/** Routes and domains of the HTTPS server. */
export const SECURE_ROUTES: readonly Route[] = [
  { path: "GET /get", services: ["kit-get"] },
  { path: "POST /post", services: ["kit-post"] },
  { path: "GET /socket", services: ["kit-socket"], more: ["websocket = true"] },
];
export const DOMAINS = ["one.kit.example", "two.kit.example"] as const;
/** Routes of the one server of the other configuration. */
export const OTHER_ROUTES: readonly Route[] = [
  { path: "GET /get", services: ["kit-other"] },
  { path: "GET /added", services: ["kit-added"], more: ['headers = { "x-added" = "by another configuration" }'] },
  { path: "GET /changed", services: ["kit-nobody"] },
];

/** Bytes: the limits of the two servers that cases go beyond. */
export const LARGEST_BODY = 33_554_432;
export const BOUNDED = { header: 2048, leastBody: 10, largestBody: 1000, message: 1000 } as const;

function routes(list: readonly Route[]): string {
  return list
    .map(({ path, services, more = [] }) =>
      [
        "[[http.routes]]",
        `path = "${path}"`,
        ...(services.length === 0 ? [] : [`services = ${JSON.stringify(services)}`]),
        ...more,
        "",
      ].join("\n"),
    )
    .join("\n");
}

/** The whole file. */
export function gatewayConfiguration(mesh: Address, servers: Required<GatewayAddresses>): string {
  const { main, bounded, secure, redirect } = servers;
  return `# A gateway that flatend-conformance can judge.
addr = "${showAddress(mesh)}"
key = "gateway.key"

# The usual limits.
[[http]]
addr = "${showAddress(main)}"

[http.max]
body_size = ${LARGEST_BODY}

${routes(ROUTES)}
# Small limits and short times. Paths are taken as they are, and the kit is a proxy.
[[http]]
addr = "${showAddress(bounded)}"
redirect_trailing_slash = false
redirect_fixed_path = false
trusted_proxies = ["127.0.0.1"]

[http.timeout]
read = "1s"
read_header = "1s"
ping = "1s"

[http.min]
body_size = ${BOUNDED.leastBody}

[http.max]
header_size = ${BOUNDED.header}
body_size = ${BOUNDED.largestBody}
message_size = ${BOUNDED.message}

${routes(BOUNDED_ROUTES)}
# HTTPS, and what leads to it.
[[http]]
https = true
domains = ${JSON.stringify(DOMAINS)}
addr = "${showAddress(secure)}"
http_addr = "${showAddress(redirect)}"

[http.tls]
cert = ${JSON.stringify(CERTIFICATE.certificate)}
key = ${JSON.stringify(CERTIFICATE.key)}

${routes(SECURE_ROUTES)}`;
}

/**
 * What takes the place of that file while the gateway runs.
 * @param taken where nobody else can listen
 */
export function otherConfiguration(which: OtherConfiguration, mesh: Address, main: Address, taken: Address): string {
  const other = `addr = "${showAddress(mesh)}"
key = "gateway.key"

[[http]]
addr = "${showAddress(main)}"

${routes(OTHER_ROUTES)}`;
  if (which === "malformed") return `${other}\n[[http]\n`;
  return which === "unusable" ? `${other}\n[[http]]\naddr = "${showAddress(taken)}"\n` : other;
}
