/** A server of the gateway with a service behind it, and connections to it that hold what they like. */
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { generateSecretKey, type Handler, Node } from "flatend";
import { afterEach } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type HttpServers, startServers } from "../src/http/server.ts";

/** What a test has started, and how it ends. */
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Ends something of a test when the test does. */
export const atEnd = (stop: () => unknown): void => void stops.push(stop);

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
    ctx.header("header key", "no token").send("short and stout");
  },
  gone: (ctx) => ctx.header(":status", "204").send("what nobody gets"),
  fails: () => Promise.reject(new Error("no such user")),
  wrong: (ctx) => ctx.header(":status", "99").send("?"),
  shorter: (ctx) => ctx.header("content-length", "10").send("nine..."),
  longer: (ctx) => ctx.header("content-length", "3").send("nine..."),
  "late-and-short": (ctx) => {
    ctx.header("content-length", "10").write("some");
    setTimeout(() => ctx.end("..."), 100);
  },
  exact: (ctx) => ctx.header("content-length", "7").send("nine..."),
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
const PARAMETERS = '[[http.routes]]\npath = "GET /users/:user-id/*rest"\nservice = "head"\n';

interface Running {
  readonly node: Node;
  /** The node of the services. */
  readonly service: Node;
  readonly server: HttpServers;
  readonly url: string;
  readonly port: number;
}

/**
 * @param keys what stands in `[[http]]`
 * @param more services, for which `keys` has the routes
 * @param folder where files are looked for
 */
export async function start(keys = "", more: Readonly<Record<string, Handler>> = {}, folder = "."): Promise<Running> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  stops.push(() => node.shutdown({ timeout: 0 }));
  const service = await Node.start({ addrs: [...node.addresses], services: { ...services, ...more } });
  stops.push(() => service.shutdown({ timeout: 0 }));
  const text = `[[http]]\naddr = "127.0.0.1:0"\n${keys}\n${ROUTES}${PARAMETERS}`;
  const [settings] = settingsOf(readConfiguration(text, "test")).servers;
  const server = await startServers(node, [settings as NonNullable<typeof settings>], folder);
  stops.push(() => server.close());
  const port = server.addresses[0]?.port ?? 0;
  return { node, service, server, port, url: `http://127.0.0.1:${port}` };
}

interface Raw {
  readonly socket: Socket;
  /** All that came until the end of the connection. */
  readonly all: Promise<string>;
}

export function raw(port: number, text: string): Raw {
  const socket = connect(port, "127.0.0.1", () => socket.write(text));
  stops.push(() => socket.destroy());
  let received = "";
  socket.setEncoding("latin1").on("data", (data: string) => {
    received += data;
  });
  const all = new Promise<string>((resolve) => {
    socket.on("error", () => {}).once("close", () => resolve(received));
  });
  return { socket, all };
}

export const post = (path: string, length: number, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n${body}`;
/** A body whose length is not told. */
export const chunked = async function* (length: number) {
  for (let at = 0; at < length; at += 1_000) yield Buffer.alloc(Math.min(1_000, length - at));
};
