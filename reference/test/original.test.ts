// The node against npm flatend 0.0.8, a foreign peer from the registry, in both roles.
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { generateSecretKey, Node, type NodeOptions } from "../src/index.ts";
import { freePort } from "./processes.ts";

interface OriginalContext extends Readable {
  headers: Record<string, string>;
  header(key: string, value: string): this;
  send(data: string | Buffer): void;
  json(value: unknown): void;
  body(options?: { limit?: number }): Promise<Buffer>;
  pipe<T>(to: T): T;
}
interface OriginalNode {
  push(
    services: string[],
    headers: Record<string, string>,
    body: Readable,
  ): Promise<{ headers: Record<string, string>; body: AsyncIterable<Buffer> }>;
  shutdown(): Promise<void>;
  servers: Set<{ address(): { port: number } }>;
  services: Map<string, Set<unknown>>;
}
interface Original {
  Node: {
    start(options: {
      bindAddrs?: string[];
      addrs?: string[];
      secretKey?: Uint8Array;
      services?: Record<string, (ctx: OriginalContext) => unknown>;
    }): Promise<OriginalNode>;
  };
  generateSecretKey(): Buffer;
}
const original = createRequire(import.meta.url)("flatend-original") as Original;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startOurs(options: NodeOptions = {}): Promise<Node> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"], ...options });
  stops.push(() => node.shutdown({ timeout: 0 }));
  return node;
}

async function startOriginal(
  options: Parameters<Original["Node"]["start"]>[0],
): Promise<{ node: OriginalNode; address: string }> {
  // The original announces the port it was told, so it cannot take a free one.
  const address = `127.0.0.1:${await freePort()}`;
  const node = await original.Node.start({ secretKey: original.generateSecretKey(), bindAddrs: [address], ...options });
  stops.push(() => node.shutdown());
  return { node, address };
}

/** Its own `ctx.body()` destroys the context on today's Node, so that nothing can be answered any more. */
const text = (ctx: OriginalContext): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    ctx.on("data", (chunk: Buffer) => chunks.push(chunk));
    ctx.once("end", () => resolve(Buffer.concat(chunks).toString()));
  });

const services = {
  hello: (ctx: OriginalContext) => ctx.send("Hello world!"),
  echo: (ctx: OriginalContext) => ctx.pipe(ctx as never),
  greet: async (ctx: OriginalContext) => ctx.json({ greeting: ctx.headers.name, body: await text(ctx) }),
};

async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const mebibyte = Buffer.alloc(1024 * 1024, "flatend");
const inPieces = (bytes: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
    })(),
  );

test("we dial the original and call it", async () => {
  const { address } = await startOriginal({ services });
  const ours = await startOurs({ addrs: [address] });
  expect(ours.providersFor("hello")).toHaveLength(1);
  expect((await (await ours.call("hello")).bytes()).toString()).toBe("Hello world!");
  const greeting = await ours.push(["greet"], { name: "you" }, "a body");
  expect(greeting.headers["content-type"]).toBe("application/json");
  expect(JSON.parse((await greeting.bytes()).toString())).toEqual({ greeting: "you", body: "a body" });
  const echoed = await ours.call("echo", { body: inPieces(mebibyte) });
  expect((await echoed.bytes({ limit: mebibyte.length })).equals(mebibyte)).toBe(true);
});

test("the original dials us and calls us", async () => {
  const ours = await startOurs({
    services: {
      hello: (ctx) => ctx.send("Hello world!"),
      echo: (ctx) => ctx.pipe(ctx),
      fail: () => {
        throw new Error("no such luck");
      },
    },
  });
  const { node } = await startOriginal({ addrs: [...ours.addresses] });
  const hello = await node.push(["hello"], {}, Readable.from([]));
  expect((await collect(hello.body)).toString()).toBe("Hello world!");
  const echoed = await node.push(["echo"], {}, inPieces(mebibyte));
  expect((await collect(echoed.body)).equals(mebibyte)).toBe(true);
  const failed = await node.push(["fail"], {}, Readable.from([]));
  expect(JSON.parse((await collect(failed.body)).toString())).toEqual({ error: "no such luck" });
});

test("whoever listens calls whoever dialed", async () => {
  const ours = await startOurs({ services: { hello: (ctx) => ctx.send("from ours") } });
  const { node } = await startOriginal({ addrs: [...ours.addresses], services });
  expect((await (await ours.call("hello")).bytes()).toString()).toBe("Hello world!");
  const there = await startOriginal({ services: {} });
  const other = await startOurs({ addrs: [there.address], services: { hello: (ctx) => ctx.send("from the dialer") } });
  expect(other.addresses).toHaveLength(1);
  const answer = await there.node.push(["hello"], {}, Readable.from([]));
  expect((await collect(answer.body)).toString()).toBe("from the dialer");
  expect(node.services.has("hello")).toBe(true);
});

test("we find an original through another original", async () => {
  const first = await startOriginal({ services: {} });
  await startOriginal({ addrs: [first.address], services });
  const ours = await startOurs({ addrs: [first.address] });
  expect((await (await ours.call("hello")).bytes()).toString()).toBe("Hello world!");
});

test("we come back to an original that was restarted", async () => {
  const { node, address } = await startOriginal({ services });
  const ours = await startOurs({ addrs: [address] });
  stops.splice(0, 1);
  await node.shutdown();
  const again = await original.Node.start({ secretKey: original.generateSecretKey(), bindAddrs: [address], services });
  stops.push(() => again.shutdown());
  const deadline = Date.now() + 5_000;
  while (ours.providersFor("hello").length === 0 && Date.now() < deadline)
    await new Promise((done) => setTimeout(done, 20));
  expect((await (await ours.call("hello")).bytes()).toString()).toBe("Hello world!");
  // Before the original goes: it would answer a question behind its own end, and die of that.
  await ours.shutdown({ timeout: 0 });
});
