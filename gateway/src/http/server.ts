/** One `[[http]]` block: an application behind as many listeners as it has addresses. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { resolve } from "node:path";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Node } from "flatend";
import type { Address } from "../config/address.ts";
import { MAX_DURATION_MS } from "../config/duration.ts";
import type { ServerSettings } from "../config/settings.ts";
import { answerBody } from "../mapping/index.ts";
import { bridge } from "./bridge.ts";
import { HttpFault } from "./fault.ts";
import { readHead, routedTarget } from "./head.ts";
import { answerUnrouted } from "./not-found.ts";
import { RouteTable } from "./route-table.ts";
import { addRoutes, type Handle, routerPath } from "./router.ts";
import { prepareStatic, staticRoute } from "./static.ts";

export interface HttpServer {
  /** Where it listens, with the ports that were taken. */
  readonly addresses: readonly Address[];
  /** Takes no more requests, lets those that run go on for `timeout.shutdown`, then ends them. */
  close(): Promise<void>;
}

/**
 * Rejects when a static file is not there, and with the system's error when an address cannot be listened on; none is then.
 * @param folder where static files are looked for
 */
export async function startServer(
  node: Pick<Node, "call">,
  settings: ServerSettings,
  folder: string,
): Promise<HttpServer> {
  const app = await applicationOf(node, settings, folder);
  let draining = false;
  app.addHook("onSend", (_request, reply, _payload, done) => {
    // The next request of this connection goes elsewhere.
    if (draining) reply.header("connection", "close");
    done();
  });
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
      draining = true;
      await Promise.all(servers.map((server) => drain(server, settings.timeout.shutdown)));
      await app.close();
    },
  };
}

async function applicationOf(
  node: Pick<Node, "call">,
  settings: ServerSettings,
  folder: string,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    rewriteUrl: (message) => routedTarget(message as IncomingMessage),
    routerOptions: { maxParamLength: settings.maxHeaderSize },
    // The path cannot be decoded.
    frameworkErrors: (error, request, reply) => void send(request, reply, new HttpFault(400, error.message)),
  });
  app.addHook("onRequest", (request, _reply, done) => {
    readHead(request.raw);
    done();
  });
  // Bodies are streams to everybody; nobody parses them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setErrorHandler((error: FastifyError | HttpFault, request, reply) => send(request, reply, faultFor(error)));
  const rules = {
    body: { stallMs: settings.timeout.read, minLength: settings.minBodySize, maxLength: settings.maxBodySize },
    writeStallMs: settings.timeout.write,
  };
  await prepareStatic(app);
  const routes = await Promise.all(
    settings.routes.map(async ({ path, services, static: files }) => {
      if (files !== undefined) {
        const { file, nocache } = files;
        return staticRoute({ path, file: resolve(folder, file), nocache }, settings.timeout.write);
      }
      const target = { services, params: routerPath(path).params };
      const handle: Handle = (request, reply) => bridge(node, target, rules, request, reply);
      return { path, handle };
    }),
  );
  const table = new RouteTable(
    routes.map(({ path }) => path),
    settings,
  );
  app.setNotFoundHandler((request, reply) => answerUnrouted(table, request, reply));
  addRoutes(app, routes);
  return app;
}

function faultFor(error: FastifyError | HttpFault): HttpFault {
  if (error instanceof HttpFault) return error;
  const status = error.statusCode ?? 500;
  return new HttpFault(status, status < 500 ? error.message : "the gateway failed to answer");
}

function send(request: FastifyRequest, reply: FastifyReply, { status, message, headers }: HttpFault): FastifyReply {
  const { contentType, body } = answerBody(message, request.headers.accept);
  return reply.code(status).headers(headers).type(contentType).send(body);
}

/** How often Node looks for connections whose time is over, in ms. */
const CHECK_INTERVAL_MS = 500;

async function listen(app: FastifyInstance, settings: ServerSettings, { host, port }: Address): Promise<Server> {
  const { timeout, maxHeaderSize } = settings;
  const server = createServer(
    {
      maxHeaderSize,
      headersTimeout: timeout.read_header,
      // With none at all the timer of the last response would go on.
      keepAliveTimeout: timeout.idle || MAX_DURATION_MS,
      // Bodies are watched piece by piece instead.
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      noDelay: true,
    },
    app.routing,
  );
  // The body is asked for when it is wanted: a refusal comes before it.
  server.on("checkContinue", app.routing);
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

const IDLE_INTERVAL_MS = 50;

function drain(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // A connection whose last response has ended waits for a request that nobody takes any more.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_INTERVAL_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
