/** What a valid configuration means: addresses united, times in ms, routes taken apart. */
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { durationMs } from "./duration.ts";
import type { Level } from "./log-level.ts";
import { parseRoutePath, type RoutePath } from "./route-path.ts";
import type { Configuration, HttpBlock, Route } from "./schema.ts";

export interface Settings {
  /** Where other nodes reach the gateway, if the file says so. */
  readonly addr: string | undefined;
  readonly key: string;
  readonly logLevel: Level;
  /** How requests are written down, if they are; without a file, to standard output. */
  readonly access: { readonly file: string | undefined; readonly shortenAddresses: boolean } | undefined;
  readonly acme: AcmeSettings;
  readonly admin: AdminSettings;
  readonly servers: readonly ServerSettings[];
}

/** For those who run the gateway. */
export interface AdminSettings {
  /** Where metrics are, if anywhere. */
  readonly address: Address | undefined;
  /** Whether there is a page for people. */
  readonly dashboard: boolean;
  /** Where commands are taken, if anywhere. */
  readonly socket: string | undefined;
}

export interface AcmeSettings {
  readonly email: string | undefined;
  /** A URL. */
  readonly directory: string;
  /** Paths. */
  readonly storage: string;
  readonly ca: string | undefined;
  /** Part of a certificate's lifetime. */
  readonly renewAt: number;
  readonly challenges: readonly ("tls-alpn-01" | "http-01")[];
}

const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";
const LETS_ENCRYPT_STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory";

export interface ServerSettings {
  readonly addresses: readonly Address[];
  /** Undefined where plain HTTP is served. */
  readonly tls: TlsSettings | undefined;
  readonly redirectTrailingSlash: boolean;
  readonly redirectFixedPath: boolean;
  /** ms; 0 is no limit, but for `shutdown`. */
  readonly timeout: Readonly<Record<keyof HttpBlock["timeout"], number>>;
  /** Bytes. */
  readonly minBodySize: number;
  readonly maxBodySize: number;
  readonly maxHeaderSize: number;
  /** Of a message of a WebSocket, or of gRPC with a schema. */
  readonly maxMessageSize: number;
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** Of requests that no route takes. */
  readonly responseHeaders: ResponseHeaders;
  /** Of all requests together but those of routes with one of their own. */
  readonly rateLimit: RateLimit | undefined;
  /** Of requests that no route takes. */
  readonly cors: Cors | undefined;
  readonly compress: boolean;
  readonly routes: readonly RouteSettings[];
}

/** Header fields that are added to responses. */
export interface ResponseHeaders {
  /** By name in lower case; they replace others. */
  readonly set: Readonly<Record<string, string>>;
  /** Whether the careful ones are added where there are none. */
  readonly secure: boolean;
}

/** What pages of other sites may do. */
export interface Cors {
  /** As browsers write them; `*` is any. */
  readonly origins: ReadonlySet<string>;
  /** Undefined: those of the routes. */
  readonly methods: ReadonlySet<string> | undefined;
  /** Names of fields, as they are told. */
  readonly headers: string;
  readonly expose: string | undefined;
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}

export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

export interface TlsSettings {
  /** In lower case, each once. */
  readonly domains: readonly string[];
  /** Where HTTP is redirected, if anywhere. */
  readonly redirectFrom: Address | undefined;
  /** Paths. */
  readonly files: { readonly cert: string; readonly key: string } | undefined;
}

export interface RouteSettings {
  readonly path: RoutePath;
  /** `path` as it stands in the file. */
  readonly text: string;
  /** Who answers; nobody where there is a file or a folder. */
  readonly services: readonly string[];
  /** Whether it speaks WebSocket. */
  readonly websocket: boolean;
  /** Whether it answers with events until its client leaves. */
  readonly events: boolean;
  /** Whether it speaks gRPC. */
  readonly grpc: boolean;
  /** Path of the schema of what it speaks in gRPC, if it has one. */
  readonly schema: string | undefined;
  readonly responseHeaders: ResponseHeaders;
  /** Its own; where there is none, that of the server counts. */
  readonly rateLimit: RateLimit | undefined;
  readonly cors: Cors | undefined;
  readonly compress: boolean;
  readonly static: StaticSettings | undefined;
}

export interface StaticSettings {
  /** A path. */
  readonly file: string;
  readonly nocache: boolean;
  readonly precompressed: boolean;
}

const HTTP_ADDRESS = ":80";
const HTTPS_ADDRESS = ":443";

/** @param configuration one that was found valid */
export function settingsOf(configuration: Configuration): Settings {
  const { addr, key, log, acme, admin, http } = configuration;
  const access = log.access ? { file: log.file, shortenAddresses: log.shorten_addresses } : undefined;
  const servers = http.map(serverOf);
  return { addr, key, logLevel: log.level, access, acme: acmeOf(acme), admin: adminOf(admin), servers };
}

function acmeOf({ email, directory, staging, storage, ca, renew_at, challenges }: Configuration["acme"]): AcmeSettings {
  const standard = staging ? LETS_ENCRYPT_STAGING : LETS_ENCRYPT;
  return { email, directory: directory ?? standard, storage, ca, renewAt: renew_at, challenges };
}

const adminOf = ({ addr, dashboard, socket }: Configuration["admin"]): AdminSettings => ({
  address: addr === undefined ? undefined : (parseAddress(addr) as Address),
  dashboard,
  socket,
});

function serverOf(block: HttpBlock): ServerSettings {
  const { timeout, min, max } = block;
  const { read, read_header, idle, write, ping, shutdown } = timeout;
  return {
    addresses: addressesOf(block).map((text) => parseAddress(text) as Address),
    tls: block.https ? tlsOf(block) : undefined,
    redirectTrailingSlash: block.redirect_trailing_slash,
    redirectFixedPath: block.redirect_fixed_path,
    timeout: {
      read: durationMs(read),
      read_header: durationMs(read_header),
      idle: durationMs(idle),
      write: durationMs(write),
      ping: durationMs(ping),
      shutdown: durationMs(shutdown),
    },
    minBodySize: min.body_size ?? 0,
    maxBodySize: max.body_size ?? Number.POSITIVE_INFINITY,
    maxHeaderSize: max.header_size,
    maxMessageSize: max.message_size,
    trustedProxies: block.trusted_proxies ?? [],
    responseHeaders: responseHeadersOf(block, {}),
    rateLimit: rateLimitOf(block),
    cors: corsOf(block),
    compress: block.compress ?? false,
    routes: block.routes.map((route) => ({
      path: parseRoutePath(route.path) as RoutePath,
      text: route.path,
      services: servicesOf(route),
      websocket: route.websocket ?? false,
      events: route.events ?? false,
      grpc: route.grpc ?? false,
      schema: route.schema,
      responseHeaders: responseHeadersOf(block, route),
      rateLimit: rateLimitOf(route),
      cors: corsOf(route) ?? corsOf(block),
      compress: route.compress ?? block.compress ?? false,
      static: staticOf(route),
    })),
  };
}

type HeaderKeys = Pick<Route, "headers" | "secure_headers">;

const responseHeadersOf = (server: HeaderKeys, route: HeaderKeys): ResponseHeaders => ({
  set: { ...server.headers, ...route.headers },
  secure: route.secure_headers ?? server.secure_headers ?? false,
});

const rateLimitOf = ({ rate_limit: limit }: Pick<Route, "rate_limit">): RateLimit | undefined =>
  limit && { requests: limit.requests, perMs: durationMs(limit.per) };

const staticOf = ({ static: file, nocache, precompressed }: Route): StaticSettings | undefined =>
  file === undefined ? undefined : { file, nocache: nocache ?? false, precompressed: precompressed ?? false };

const MS_PER_SECOND = 1_000;

const corsOf = ({ cors }: Pick<Route, "cors">): Cors | undefined =>
  cors && {
    origins: new Set(cors.origins),
    methods: cors.methods && new Set(cors.methods),
    headers: cors.headers.join(", ").toLowerCase(),
    expose: cors.expose?.join(", ").toLowerCase(),
    credentials: cors.credentials,
    maxAgeSeconds: Math.floor(durationMs(cors.max_age) / MS_PER_SECOND),
  };

function tlsOf(block: HttpBlock): TlsSettings {
  return {
    domains: domainsOf(block).map((name) => name.toLowerCase()),
    redirectFrom: parseAddress(httpAddressOf(block) ?? ""),
    files: block.tls,
  };
}

/** `domain` and `domains` together, each once. */
export const domainsOf = ({ domain, domains = [] }: Pick<HttpBlock, "domain" | "domains">): string[] => [
  ...new Set([...(domain === undefined ? [] : [domain]), ...domains]),
];

type Addresses = Pick<HttpBlock, "addr" | "addrs" | "http_addr"> & { readonly https?: boolean | undefined };

export const defaultAddressOf = ({ https }: Pick<Addresses, "https">): string => (https ? HTTPS_ADDRESS : HTTP_ADDRESS);

/** Where HTTP is redirected to HTTPS. A server that was given a port of its own takes no other unasked. */
export function httpAddressOf({ https, addr, addrs, http_addr }: Addresses): string | undefined {
  if (!https || http_addr === "") return undefined;
  return http_addr ?? (addr === undefined && addrs === undefined ? HTTP_ADDRESS : undefined);
}

/** `addr` and `addrs` together, each once. */
export function addressesOf({ https, addr, addrs = [] }: Addresses): string[] {
  const named = [...(addr === undefined ? [] : [addr]), ...addrs];
  const byMeaning = new Map(named.map((text) => [formatAddress(parseAddress(text) ?? { host: text, port: -1 }), text]));
  return named.length === 0 ? [defaultAddressOf({ https })] : [...byMeaning.values()];
}

/** `service` and `services` together, each once. */
export const servicesOf = ({ service, services = [] }: Pick<Route, "service" | "services">): string[] => [
  ...new Set([...(service === undefined ? [] : [service]), ...services]),
];
