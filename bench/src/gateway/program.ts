/** `program.js ROLE [ADDRESS]`: one process of the bench of the gateway, which ends with the one that forked it. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import fastifyStatic from "@fastify/static";
import { fastify } from "fastify";
import { Node } from "flatend";
import { countOf } from "../bytes.ts";
import { HOST, sendBody, verifyBody } from "../stack.ts";
import { HELLO } from "./places.ts";

interface OriginalNode {
  start(options: {
    readonly addrs: readonly string[];
    readonly services: Readonly<Record<string, (ctx: { send(text: string): void }) => void>>;
  }): Promise<unknown>;
}

process.on("disconnect", () => process.exit());
const [role, argument = ""] = process.argv.slice(2);
process.send?.({ port: await start() });

/** The port that is listened on for HTTP, 0 where there is none. */
function start(): Promise<number> {
  switch (role) {
    case "service":
      return service(argument);
    case "original":
      return original(argument);
    case "plain":
      return plain();
    case "fastify":
      return alone(argument);
    default:
      throw new Error(`expected a role, got ${role}`);
  }
}

async function service(gateway: string): Promise<number> {
  await Node.start({
    addrs: [gateway],
    services: {
      hello: (ctx) => ctx.header("content-type", "text/plain").send(HELLO),
      sink: async (ctx) => ctx.send(countOf(await verifyBody(ctx))),
      source: (ctx) => sendBody(ctx, Number(ctx.headers["query.bytes"])),
    },
  });
  return 0;
}

async function original(gateway: string): Promise<number> {
  const { Node: OriginalNode } = createRequire(import.meta.url)("flatend-original") as { Node: OriginalNode };
  await OriginalNode.start({ addrs: [gateway], services: { hello_original: (ctx) => ctx.send(HELLO) } });
  return 0;
}

async function plain(): Promise<number> {
  const server = createServer((_, response) => response.setHeader("content-type", "text/plain").end(HELLO));
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as AddressInfo).port;
}

async function alone(folder: string): Promise<number> {
  const app = fastify({ logger: false });
  app.get("/hello", (_, reply) => reply.type("text/plain").send(HELLO));
  await app.register(fastifyStatic, { root: folder, prefix: "/static/" });
  await app.listen({ port: 0, host: HOST });
  return (app.server.address() as AddressInfo).port;
}
