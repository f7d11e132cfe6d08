/** A server of the gateway with services behind it, in this process. */
import { setTimeout as wait } from "node:timers/promises";
import { generateSecretKey, type Handler, Node } from "flatend";
import { readConfiguration } from "../src/config/load.ts";
import { type ServerSettings, settingsOf } from "../src/config/settings.ts";
import { type HttpServers, startServers } from "../src/http/server.ts";

export const MEBIBYTE = 1024 * 1024;
/** What became of bodies that the service `takes` was sent. */
export const uploads: unknown[] = [];

const services: Record<string, Handler> = {
  takes: async (ctx) => {
    try {
      for await (const _ of ctx) uploads[0] ??= "begun";
      uploads.push("whole");
    } catch (error) {
      uploads.push((error as { code?: unknown }).code);
    }
  },
  head: (ctx) => ctx.json(ctx.headers),
  echo: (ctx) => ctx.pipe(ctx),
  late: async (ctx) => {
    await wait(600);
    ctx.pipe(ctx);
  },
  slow: async (ctx) => {
    for (const piece of ["a", "b", "c"]) {
      ctx.write(piece);
      await wait(400);
    }
    ctx.end();
  },
  much: (ctx) => {
    ctx.on("error", () => {});
    const piece = Buffer.alloc(MEBIBYTE);
    const more = () => ctx.write(piece, (error) => (error ? undefined : setImmediate(more)));
    more();
  },
  large: (ctx) => ctx.send(Buffer.alloc(2 * MEBIBYTE, "flatend")),
  teapot: (ctx) => {
    ctx
      .header(":status", "418")
      .header(":set-cookie", JSON.stringify(["a=1", "b=2"]))
      .header("x-pot", "ü");
    ctx.header("connection", "close").header("keep-alive", "1").header("transfer-encoding", "chunked");
    ctx.send("short and stout");
  },
  longer: (ctx) => ctx.header("content-length", "3").send("nine..."),
  waits: () => new Promise(() => {}),
  dies: (ctx) => {
    ctx.write("a part");
    setTimeout(() => ctx.destroy(new Error("dead")), 50);
  },
};

const ROUTES = Object.keys(services)
  .flatMap((name) =>
    ["GET", "POST"].map((method) => `[[http.routes]]\npath = "${method} /${name}"\nservice = "${name}"\n`),
  )
  .join("");

export interface Serving {
  readonly node: Node;
  readonly server: HttpServers;
  readonly port: number;
}

/**
 * @param keys what stands in `[[http]]`
 * @param stops what is to be called at the end, the last one first
 */
export async function serve(keys: string, stops: (() => unknown)[], folder = "."): Promise<Serving> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  stops.push(() => node.shutdown({ timeout: 0 }));
  const service = await Node.start({ addrs: [...node.addresses], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  const text = `[[http]]\naddr = "127.0.0.1:0"\n${keys}\n${ROUTES}`;
  const [settings] = settingsOf(readConfiguration(text, "test")).servers;
  const server = await startServers(node, [settings as ServerSettings], folder);
  stops.push(() => server.close());
  return { node, server, port: server.addresses[0]?.port ?? 0 };
}
