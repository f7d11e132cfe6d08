/** One `[[http]]` block: an application behind as many listeners as it has addresses. */
import { createServer, type Server } from "node:http";
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from "fastify";
import type { Node } from "flatend";
import type { Address } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import { bridge } from "./bridge.ts";
import { HttpFault } from "./fault.ts";
import { addRoute, routerPath } from "./router.ts";

export interface HttpServer {
  /** Where it listens, with the ports that were taken. */
  readonly addresses: readonly Address[];
  /** Takes no more requests, lets those that run go on for `timeout.shutdown`, then ends them. */
  close(): Promise<void>;
}

/** Rejects with the system's error when an address cannot be listened on; none is then. */
export async function startServer(node: Node, settings: ServerSettings): Promise<HttpServer> {
  const app = applicationOf(node, settings);
  await app.ready();
  const servers: Server[] = [];
  try {
    for (const address of settings.addresses) servers.push(await listen(app, settings, address));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    addresses: servers.map((server, index) => ({ host: settings.addresses[index]?.host ?? "", port: portOf(server) })),
    close: async () => {
      await Promise.all(servers.map((server) => drain(server, settings.timeout.shutdown)));
      await app.close();
    },
  };
}

export function applicationOf(node: Pick<Node, "call">, settings: ServerSettings): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: settings.maxHeaderSize },
    // The path cannot be decoded.
    frameworkErrors: (error, _, reply) => void send(reply, new HttpFault(400, error.message)),
  });
  // Bodies are streams to everybody; nobody parses them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setErrorHandler((error: FastifyError | HttpFault, _request, reply) => send(reply, faultFor(error)));
  app.setNotFoundHandler((_request, reply) => send(reply, new HttpFault(404, "no route leads here")));
  const rules = {
    body: { stallMs: settings.timeout.read, maxLength: settings.maxBodySize },
    writeStallMs: settings.timeout.write,
  };
  for (const { path, services } of settings.routes) {
    const target = { services, params: routerPath(path).params };
    addRoute(app, path, (request, reply) => bridge(node, target, rules, request, reply));
  }
  return app;
}

function faultFor(error: FastifyError | HttpFault): HttpFault {
  if (error instanceof HttpFault) return error;
  const status = error.statusCode ?? 500;
  return new HttpFault(status, status < 500 ? error.message : "the gateway failed to answer");
}

const send = (reply: FastifyReply, { status, message, headers }: HttpFault): FastifyReply =>
  reply.code(status).headers(headers).type("text/plain; charset=utf-8").send(message);

/** How often Node looks for connections whose time is over, in ms. */
const CHECK_INTERVAL_MS = 500;

async function listen(app: FastifyInstance, settings: ServerSettings, { host, port }: Address): Promise<Server> {
  const { timeout, maxHeaderSize } = settings;
  const server = createServer(
    {
      maxHeaderSize,
      headersTimeout: timeout.read_header,
      keepAliveTimeout: timeout.idle,
      // Bodies are watched piece by piece instead.
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      noDelay: true,
    },
    app.routing,
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Without a host: every address of the machine, with IPv6 where there is IPv6.
    server.listen(host === "" ? { port } : { host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}

function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

function drain(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
