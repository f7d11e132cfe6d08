/** What answers the requests of one `[[http]]` block, whichever listener they come by. */
import { resolve } from "node:path";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { FlatendError, type Node } from "flatend";
import type { ServerSettings } from "../config/settings.ts";
import { answerBody } from "../mapping/index.ts";
import { bridge, dropMadeUpType } from "./bridge.ts";
import { remoteAddressOf } from "./client.ts";
import { addCompression } from "./compress.ts";
import { addCors } from "./cors.ts";
import { exchangeOf } from "./exchange.ts";
import { faultOf, HttpFault } from "./fault.ts";
import { grpcBridge } from "./grpc-bridge.ts";
import { readSchema } from "./grpc-schema.ts";
import { sendGrpcFault } from "./grpc-status.ts";
import { readHead, routedTarget } from "./head.ts";
import { type Incoming, isHttp2 } from "./message.ts";
import { checkHost } from "./misdirected.ts";
import { answerUnrouted } from "./not-found.ts";
import { limiterOf, prepareRateLimits } from "./rate-limit.ts";
import { addResponseHeaders, addsHeaders } from "./response-headers.ts";
import { circuitsOf } from "./route-circuits.ts";
import { RouteTable } from "./route-table.ts";
import { addRoutes, type Handle, routerPath } from "./router.ts";
import { allOf } from "./setup-error.ts";
import { socketBridge } from "./socket-bridge.ts";
import { prepareStatic, staticRoute } from "./static.ts";

/**
 * Rejects with {@link SetupError} when static files or schemas are not there.
 * @param folder where static files are looked for
 */
export async function applicationOf(
  node: Pick<Node, "call">,
  settings: ServerSettings,
  folder: string,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    rewriteUrl: (message) => routedTarget(message as Incoming),
    trustProxy: settings.trustedProxies.length > 0 && [...settings.trustedProxies],
    routerOptions: { maxParamLength: settings.maxHeaderSize },
    // The path cannot be decoded.
    frameworkErrors: (error, request, reply) => void send(request, reply, new HttpFault(400, error.message)),
  });
  app.addHook("onRequest", (request, _reply, done) => {
    exchangeOf(request.raw).remoteAddress = remoteAddressOf(request);
    const { authority } = readHead(request.raw);
    if (settings.tls !== undefined) checkHost(settings.tls.domains, authority);
    done();
  });
  const all = [settings, ...settings.routes];
  if (all.some(({ responseHeaders }) => addsHeaders(responseHeaders))) {
    addResponseHeaders(app, settings.responseHeaders);
  }
  app.addHook("onSend", (request, reply, _payload, done) => {
    dropMadeUpType(reply);
    // Such a stream ends with its response, and the connection is for others as well.
    if (isHttp2(request.raw)) reply.removeHeader("connection");
    done();
  });
  // Bodies are streams to everybody; nobody parses them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.setErrorHandler((error: FastifyError | HttpFault | FlatendError, request, reply) =>
    send(request, reply, faultFor(error)),
  );
  const rules = {
    body: { stallMs: settings.timeout.read, minLength: settings.minBodySize, maxLength: settings.maxBodySize },
    writeStallMs: settings.timeout.write,
    isPlain: false,
  };
  const grpcRules = { ...rules, pingMs: settings.timeout.ping, maxMessageLength: settings.maxMessageSize };
  const socketRules = {
    maxMessageLength: settings.maxMessageSize,
    writeStallMs: settings.timeout.write,
    pingMs: settings.timeout.ping,
  };
  await prepareStatic(app);
  await prepareRateLimits(app);
  const limitOfAll = limiterOf(app, settings.rateLimit);
  const routes = await allOf(
    settings.routes.map(async (route) => {
      const { path, services, static: files } = route;
      const limit = route.rateLimit === undefined ? limitOfAll : limiterOf(app, route.rateLimit);
      const named =
        (handle: Handle): Handle =>
        (request, reply) => {
          exchangeOf(request.raw).route = route;
          if (limit === undefined) return handle(request, reply);
          return limit(request).then(() => handle(request, reply) ?? reply);
        };
      if (files !== undefined) {
        const there = { ...files, path, file: resolve(folder, files.file) };
        const found = await staticRoute(there, settings.timeout.write);
        return { path: found.path, handle: named(found.handle) };
      }
      const methods = route.schema === undefined ? undefined : await readSchema(resolve(folder, route.schema));
      const target = { services, params: routerPath(path).params, circuits: circuitsOf(route), events: route.events };
      const isPlain = !addsHeaders(route.responseHeaders) && route.cors === undefined && !route.compress;
      const plainRules = { ...rules, isPlain };
      const callRules = { ...grpcRules, methods };
      const handle: Handle = (request, reply) => {
        if (route.websocket) return socketBridge(node, target, socketRules, request, reply);
        if (route.grpc) return grpcBridge(node, target, callRules, request, reply);
        return bridge(node, target, plainRules, request, reply);
      };
      return { path, handle: named(handle), isSocket: route.websocket };
    }),
    (index) => ["routes", index, settings.routes[index]?.schema === undefined ? "static" : "schema"],
  );
  const table = new RouteTable(
    routes.map(({ path }) => path),
    settings,
  );
  if (all.some(({ cors }) => cors !== undefined)) {
    const byPath = new Map(routes.map(({ path }, index) => [path, settings.routes[index]]));
    addCors(app, settings.cors, (method, path) => {
      const found = table.find(method, path);
      return found && byPath.get(found);
    });
  }
  if (all.some(({ compress }) => compress)) addCompression(app, settings.compress);
  app.setNotFoundHandler(async (request, reply) => {
    // One that a route has passed on has been counted.
    if (exchangeOf(request.raw).route === undefined) await limitOfAll?.(request);
    return answerUnrouted(table, request, reply);
  });
  addRoutes(app, routes);
  return app;
}

function faultFor(error: FastifyError | HttpFault | FlatendError): HttpFault {
  if (error instanceof HttpFault) return error;
  // A response that was lost before anything of it had left.
  if (error instanceof FlatendError) return faultOf(error, []);
  const status = error.statusCode ?? 500;
  return new HttpFault(status, status < 500 ? error.message : "the gateway failed to answer");
}

function send(request: FastifyRequest, reply: FastifyReply, fault: HttpFault): FastifyReply {
  const told = sendGrpcFault(request, reply, fault);
  if (told !== undefined) return told;
  const { status, message, headers } = fault;
  const { contentType, body } = answerBody(message, request.headers.accept);
  return reply.code(status).headers(headers).type(contentType).send(body);
}
