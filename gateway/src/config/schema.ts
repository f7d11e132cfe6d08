/** The one source of what a configuration file may say: validation, reference page and JSON Schema stem from it. */
import { z } from "zod";
import { parseAddress } from "./address.ts";
import { DURATION, durationMs, MAX_DURATION_MS } from "./duration.ts";
import { headerFault, TOKEN } from "./header-field.ts";
import { LEVELS } from "./log-level.ts";
import { isNetwork } from "./network.ts";
import { parseRoutePath } from "./route-path.ts";

interface Note {
  /** What is expected, as it stands in a fault and in the reference page. */
  readonly expected: string;
}
export const notes = z.registry<Note>();

/** A value, what is expected of it, and what it is for. */
function value<Schema extends z.ZodType>(schema: Schema, expected: string, description: string): Schema {
  const described = schema.meta({ description });
  notes.add(described, { expected });
  return described;
}

const ADDRESS = 'an address such as "127.0.0.1:9000", "[::1]:9000" or ":9000"';
const isAddress = (text: string): boolean => parseAddress(text) !== undefined;
const address = (description: string) => value(z.string().refine(isAddress), ADDRESS, description);
const addressItem = z.string().refine(isAddress).register(notes, { expected: ADDRESS });

const bytes = (description: string) => value(z.int().nonnegative(), "a whole number of bytes, 0 or more", description);
const duration = (description: string) =>
  value(
    z
      .string()
      .regex(DURATION)
      // What is no duration at all has been told already.
      .refine((text) => !(durationMs(text) > MAX_DURATION_MS)),
    'a duration such as "10s", "1m30s" or "500ms", at most 24 days',
    description,
  );
const flag = (description: string) => value(z.boolean(), "true or false", description);
const text = (expected: string, description: string) => value(z.string().min(1), expected, description);
const list = (item: z.ZodString, expected: string, description: string) =>
  value(z.array(item).min(1), expected, description);

const FIELD_VALUE = "the value of a header field, of printable ASCII";
/** For a server and for a route. */
const responseHeaders = {
  headers: value(
    z.record(z.string(), z.string().register(notes, { expected: FIELD_VALUE })).check(({ value: given, issues }) => {
      for (const [name, text] of Object.entries(given)) {
        const message = headerFault(name, text);
        if (message !== undefined) issues.push({ code: "custom", message, input: text, path: [name] });
      }
    }),
    "a table of names and values",
    "Header fields that responses get, in place of the service's own. Those of a route go before those of its server.",
  ).optional(),
  secure_headers: flag(
    "Whether responses that lack them get `X-Content-Type-Options`, `X-Frame-Options` and `Referrer-Policy` with careful values. Default: `false`; of a route, what its server has.",
  ).optional(),
};

const MAX_REQUESTS = 1_000_000_000;
/** For a server and for a route. */
const rateLimit = z
  .strictObject({
    requests: value(
      z.int().min(1).max(MAX_REQUESTS),
      `a whole number, 1 to ${MAX_REQUESTS}`,
      "Most requests of one client in the time of `per`; what is above is answered with 429.",
    ),
    per: value(
      z
        .string()
        .regex(DURATION)
        .refine((text) => !(durationMs(text) === 0 || durationMs(text) > MAX_DURATION_MS)),
      'a duration above 0 such as "1m" or "10s", at most 24 days',
      "Time in which requests are counted, from the first one of the client.",
    ).default("1m"),
  })
  .meta({
    description:
      "How often one client may ask. That of a route counts by itself, in place of its server's. Default: no limit.",
  })
  .register(notes, { expected: "a table" })
  .optional();

const ORIGIN = 'an origin such as "https://app.example", or "*"';
/** As browsers write it: a scheme and a host, in lower case, and a port unless it is the scheme's own. */
const ORIGIN_TEXT = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?)$/;
const FIELD_NAME = 'the name of a header field, or "*"';
const METHOD = "a method in upper case";
const fieldNames = (description: string) =>
  list(
    z.string().regex(TOKEN).register(notes, { expected: FIELD_NAME }),
    "a list of one or more names of header fields",
    description,
  );
/** For a server and for a route. */
const cors = z
  .strictObject({
    origins: list(
      z.string().regex(ORIGIN_TEXT).register(notes, { expected: ORIGIN }),
      'a list of one or more origins such as "https://app.example", or "*"',
      'Sites whose pages may read responses; `"*"` is any.',
    ),
    methods: list(
      z
        .string()
        .regex(/^[A-Z][A-Z0-9-]*$/)
        .register(notes, { expected: METHOD }),
      "a list of one or more methods in upper case",
      "Methods that they may use. Default: those of the routes.",
    ).optional(),
    headers: fieldNames(
      'Header fields that they may send; `"*"` is any but `Authorization`. Default: `Content-Type`.',
    ).default(["content-type"]),
    expose: fieldNames(
      "Header fields of responses that they may read beside those that browsers always show. Default: none.",
    ).optional(),
    credentials: flag('Whether they may ask with the user\'s cookies. Not with `"*"`.').default(false),
    max_age: duration("How long a browser may remember what is allowed, in whole seconds.").default("10m"),
  })
  .meta({
    description:
      "What pages of other sites may do (CORS). That of a route is in place of its server's. Default: nothing.",
  })
  .register(notes, { expected: "a table" })
  .optional();

/** For a server and for a route. */
const compress = flag(
  "Whether responses of 1,024 bytes or more that are text are compressed with br or gzip, as the client takes them. Default: `false`; of a route, what its server has.",
).optional();

const NETWORK = 'an IP address or a network such as "10.0.0.0/8"';
const DEFAULT_TIMEOUT = "10s";
const DEFAULT_PING = "30s";
/** Bytes. */
const DEFAULT_MESSAGE_SIZE = 1_048_576;
const MAX_MESSAGE_SIZE = 1_073_741_824;
/** Bytes. What the request head of a mesh holds is less; static routes have no other bound. */
const DEFAULT_HEADER_SIZE = 16_384;
const MIN_HEADER_SIZE = 1_024;

const timeout = z
  .strictObject({
    read: duration("Longest wait for the next piece of a request body. `0` is no limit.").default(DEFAULT_TIMEOUT),
    read_header: duration("Longest time for the head of a request. `0` is no limit.").default(DEFAULT_TIMEOUT),
    idle: duration("How long a connection may wait for its next request. `0` is no limit.").default(DEFAULT_TIMEOUT),
    write: duration(
      "Longest time in which a client takes nothing of a response that is ready. `0` is no limit.",
    ).default(DEFAULT_TIMEOUT),
    ping: duration(
      "Time after which a WebSocket client that says nothing is asked whether it is there; one that stays silent for as long again is lost. `0` never asks.",
    ).default(DEFAULT_PING),
    shutdown: duration("How long requests may go on when the gateway stops. `0` ends them at once.").default(
      DEFAULT_TIMEOUT,
    ),
  })
  .meta({ description: "Times, as Go writes them. They bound waits, not the whole of a body." })
  .register(notes, { expected: "a table" });

const min = z
  .strictObject({
    body_size: bytes("Least bytes of a request body, for POST, PUT and PATCH.").optional(),
  })
  .meta({ description: "Least sizes. Default: none." })
  .register(notes, { expected: "a table" });

const max = z
  .strictObject({
    header_size: value(
      z.int().min(MIN_HEADER_SIZE),
      `a whole number of bytes, ${MIN_HEADER_SIZE} or more`,
      "Most bytes of the head of a request.",
    ).default(DEFAULT_HEADER_SIZE),
    body_size: bytes("Most bytes of a request body. Default: no limit.").optional(),
    message_size: value(
      z.int().min(1).max(MAX_MESSAGE_SIZE),
      `a whole number of bytes, 1 to ${MAX_MESSAGE_SIZE}`,
      "Most bytes of a message of a WebSocket, or of gRPC where there is `schema`, in either direction. The gateway holds one of them in memory.",
    ).default(DEFAULT_MESSAGE_SIZE),
  })
  .meta({ description: "Greatest sizes." })
  .register(notes, { expected: "a table" });

const CHALLENGE = '"tls-alpn-01" or "http-01"';
const SERVICE = "the name of a service";
const route = z
  .strictObject({
    path: value(
      z.string().check(({ value: given, issues }) => {
        const read = parseRoutePath(given);
        if ("fault" in read) issues.push({ code: "custom", message: read.fault, input: given });
      }),
      'a method and a path, such as "GET /hello" or "POST /:id"',
      "Method and path. A segment `:id` takes any one segment, `*rest` at the end all that follow; the service gets them as `params.id` and, with a slash at its beginning, `params.rest`.",
    ),
    static: text(
      "a path of a file or a folder",
      "File to answer with, or folder for all below `path`; beside this file unless absolute. For GET.",
    ).optional(),
    nocache: flag("Whether nobody is to keep a copy of what `static` gives. Default: `false`.").optional(),
    precompressed: flag(
      "Whether clients that take it get the `.br` or `.gz` that stands beside a file of `static`. Default: `false`.",
    ).optional(),
    service: text(SERVICE, "Service that answers.").optional(),
    services: list(
      z.string().min(1).register(notes, { expected: SERVICE }),
      "a list of one or more names of services",
      "Services of which any may answer, the first ones first.",
    ).optional(),
  })
  .extend({
    websocket: flag(
      "Whether the service speaks WebSocket there, in the envelopes of chapter 13. For GET. Default: `false`.",
    ).optional(),
  })
  .extend({
    events: flag(
      "Whether the service answers with events until its client leaves, and is told when that is by the end of the request's body. For GET. Default: `false`.",
    ).optional(),
  })
  .extend({
    grpc: flag(
      "Whether the service speaks gRPC there, as chapter 13 says, to clients of gRPC and of gRPC-Web. For POST. Default: `false`.",
    ).optional(),
    schema: text(
      "a path",
      "File of a compiled schema, a FileDescriptorSet with all that it imports, beside this file unless absolute: the service reads and writes messages of gRPC as JSON, clients as protobuf. Default: none.",
    ).optional(),
  })
  .extend({ ...responseHeaders, rate_limit: rateLimit, cors, compress })
  .meta({ description: "What answers which requests. A route needs `static`, or one of `service` and `services`." })
  .register(notes, { expected: "a table" });

const DOMAIN = 'a domain name such as "example.com"';
/** Of a name of DNS; no CA that asks over HTTP or TLS gives certificates for `*`. */
const DOMAIN_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/i;
const domain = z.string().regex(DOMAIN_NAME);

const tls = z
  .strictObject({
    cert: text(
      "a path",
      "File of the certificate and those that lead to its CA, in PEM; beside this file unless absolute.",
    ),
    key: text("a path", "File of the certificate's secret key, in PEM."),
  })
  .meta({ description: "A certificate of one's own, for all of the server's domains." })
  .register(notes, { expected: "a table" });

const http = z
  .strictObject({
    https: flag("Whether to serve HTTPS instead of HTTP.").default(false),
    domain: value(domain, DOMAIN, "Domain to serve HTTPS for. Without effect while `https` is false.").optional(),
    domains: list(
      domain.register(notes, { expected: DOMAIN }),
      "a list of one or more domain names",
      "More domains.",
    ).optional(),
    http_addr: value(
      z.string().refine((given) => given === "" || isAddress(given)),
      `${ADDRESS}, or "" for none`,
      'Address where HTTP is redirected to HTTPS; `""` is none. Default: `:80` where HTTPS is served on its default address, and else none.',
    ).optional(),
    tls: tls.optional(),
    addr: address("Address to serve on. Default: `:80`, and `:443` for HTTPS.").optional(),
    addrs: value(
      z.array(addressItem).min(1),
      "a list of one or more addresses",
      "More addresses; one that is named twice counts once.",
    ).optional(),
    redirect_trailing_slash: flag(
      "Whether a request whose path has a slash at its end too many or too few is sent to the route that exists.",
    ).default(true),
    redirect_fixed_path: flag(
      "Whether a request whose path differs from a route by letter case, `//`, `.` or `..` is sent to that route.",
    ).default(true),
    trusted_proxies: list(
      z.string().refine(isNetwork).register(notes, { expected: NETWORK }),
      "a list of one or more IP addresses or networks",
      "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Default: none.",
    ).optional(),
    ...responseHeaders,
    rate_limit: rateLimit,
    cors,
    compress,
    timeout: timeout.prefault({}),
    min: min.prefault({}),
    max: max.prefault({}),
    routes: z.array(route).register(notes, { expected: "tables [[http.routes]]" }).default([]),
  })
  .meta({ description: "A server. There may be several." })
  .register(notes, { expected: "a table" });

const LEVEL = `one of ${LEVELS.map((level) => `"${level}"`).join(", ")}`;
const log = z
  .strictObject({
    level: value(
      z.enum(LEVELS),
      LEVEL,
      'How much the gateway tells on standard error: `"debug"` has what happens in its mesh too, `"warn"` only what is wrong, `"error"` only why it cannot run.',
    ).default("info"),
    access: flag("Whether each request that has ended is written down, as a line of JSON.").default(false),
    file: text(
      "a path",
      "File to which these lines are appended, beside this file unless absolute. Default: standard output.",
    ).optional(),
    shorten_addresses: flag(
      "Whether addresses of clients are cut to their network, /24 of IPv4 and /48 of IPv6.",
    ).default(false),
  })
  .meta({ description: "What the gateway writes of itself, and of requests." })
  .register(notes, { expected: "a table" });

const acme = z
  .strictObject({
    email: text("an address of email", "Where the CA may write to.").optional(),
    directory: value(
      z.string().regex(/^https:\/\/\S+$/),
      "a URL of https:",
      "Directory of the CA. Default: that of Let's Encrypt.",
    ).optional(),
    staging: flag("Whether to use the CA of Let's Encrypt for trying, whose certificates no browser takes.").default(
      false,
    ),
    storage: text(
      "a path",
      "Folder of the account's key and the certificates, beside this file unless absolute. Several gateways may share it.",
    ).default("certificates"),
    ca: text("a path", "File of the root, in PEM, of a private CA's own server.").optional(),
    renew_at: value(
      z.number().min(0.1).max(0.95),
      "a number from 0.1 to 0.95",
      "Part of a certificate's lifetime after which it is renewed, or up to a tenth of that earlier.",
    ).default(0.66),
    challenges: value(
      z.array(z.enum(["tls-alpn-01", "http-01"]).register(notes, { expected: CHALLENGE })).min(1),
      `a list of one or more of ${CHALLENGE}`,
      "How the CA may ask: at `:443` over TLS, or at `:80` over HTTP. After a failure the next one is tried.",
    ).default(["tls-alpn-01", "http-01"]),
  })
  .meta({
    description: "Certificates for HTTPS servers without `[http.tls]`, by ACME. Using it accepts the CA's terms.",
  })
  .register(notes, { expected: "a table" });

const admin = z
  .strictObject({
    addr: address(
      "Address for those who run the gateway: `/metrics`, `/healthz`, `/readyz`. Whoever reaches it can read them. Default: none.",
    ).optional(),
    dashboard: flag(
      "Whether `addr` shows a page with nodes, services, routes and the last errors to whoever reaches it.",
    ).default(false),
    socket: text(
      "a path",
      "Local socket by which commands such as `flatend-gateway peers` and `flatend-gateway repl` reach the running gateway, beside this file unless absolute. Its folder is made if there is none, and only its owner may enter it. Default: none.",
    ).optional(),
  })
  .meta({ description: "What the gateway shows to those who run it." })
  .register(notes, { expected: "a table" });

export const schema = z
  .strictObject({
    addr: address(
      "Address where other nodes reach the gateway. Default: `--host` and `--port`, `127.0.0.1:9000`.",
    ).optional(),
    key: text(
      "a path",
      "File of the gateway's secret key, beside this file unless absolute. It is made if there is none.",
    ).default("flatend.key"),
    log: log.prefault({}),
    acme: acme.prefault({}),
    admin: admin.prefault({}),
    http: z.array(http).register(notes, { expected: "tables [[http]]" }).default([]),
  })
  .meta({ title: "Configuration of flatend-gateway" })
  .register(notes, { expected: "a table" });

/** What a valid file says, with defaults. */
export type Configuration = z.output<typeof schema>;
export type HttpBlock = Configuration["http"][number];
export type Route = HttpBlock["routes"][number];
