// What the README of npm flatend 0.0.8 documents of Node.js, line by line, over TCP.
import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip, gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Context, generateSecretKey, type Handler, Node, type NodeOptions } from "../src/index.ts";
import { freePort } from "./processes.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(options: NodeOptions): Promise<Node> {
  const node = await Node.start(options);
  stops.push(() => node.shutdown({ timeout: 0 }));
  return node;
}

/** Serves it under the name `service`, and gives a node that can call it. */
async function served(service: unknown): Promise<Node> {
  const gateway = await start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  await start({ addrs: [...gateway.addresses], services: { service: service as Handler } });
  await vi.waitFor(() => expect(gateway.providersFor(["service"])).toHaveLength(1));
  return gateway;
}

interface Answer {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const failed = (message: string): Answer => ({
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error: message }),
});

/** Calls it as the original's users do. */
async function push(node: Node, headers: Record<string, string> = {}, body: Iterable<unknown> = []): Promise<Answer> {
  const stream = await node.push(["service"], headers, Readable.from(body));
  const chunks: Buffer[] = [];
  for await (const data of stream.body) chunks.push(data);
  return { headers: { ...stream.headers }, body: Buffer.concat(chunks).toString() };
}

const answerOf = async (service: unknown, headers = {}, body: Iterable<unknown> = []): Promise<Answer> =>
  push(await served(service), headers, body);

const self = fileURLToPath(import.meta.url);

describe("a handler", () => {
  test("gets a Context, which is a Duplex", async () => {
    const { body } = await answerOf((ctx: Context) => {
      ctx.send(String(ctx instanceof Context && typeof ctx.pipe === "function" && typeof ctx.write === "function"));
    });
    expect(body).toBe("true");
  });

  test("knows the ID of the requester", async () => {
    const gateway = await served((ctx: Context) => ctx.send(`${ctx.id?.host}:${ctx.id?.port} ${ctx.id?.addr}`));
    const addr = gateway.addresses[0];
    expect((await push(gateway)).body).toBe(`${addr} ${addr}`);
  });

  test("pipes the request into the response, through others too", async () => {
    const body = ["some ", "pieces ", "of a body"];
    expect((await answerOf((ctx: Context) => ctx.pipe(ctx), {}, body)).body).toBe(body.join(""));
    const zipping = await served((ctx: Context) => ctx.pipe(createGzip()).pipe(ctx));
    const zipped = await (await zipping.push(["service"], {}, Readable.from(body))).bytes();
    expect(gunzipSync(zipped).toString()).toBe(body.join(""));
    expect((await answerOf((ctx: Context) => pipeline(ctx, ctx), {}, body)).body).toBe(body.join(""));
  });

  test("sets headers until the first write, and none after it", async () => {
    const answer = await answerOf((ctx: Context) => {
      ctx.header("header key", "header val").header("content-length", 12 as never);
      ctx.write("Hello ");
      ctx.header("late", "x");
      ctx.write("world!");
      ctx.end();
    });
    expect(answer).toEqual({ headers: { "header key": "header val", "content-length": "12" }, body: "Hello world!" });
  });

  test("sends the headers of the request as JSON", async () => {
    const answer = await answerOf((ctx: Context) => ctx.json(ctx.headers), { "params.id": "7", k: "" });
    expect(answer).toEqual({ headers: { "content-type": "application/json" }, body: '{"params.id":"7","k":""}' });
  });

  test("takes a file that is piped into it", async () => {
    const answer = await answerOf((ctx: Context) => createReadStream(self).pipe(ctx));
    expect(answer).toEqual({ headers: {}, body: readFileSync(self, "utf8") });
  });

  test.each<[string, unknown, Answer]>([
    ["text", (ctx: Context) => ctx.send("hello world!"), { headers: {}, body: "hello world!" }],
    ["nothing", (ctx: Context) => ctx.send(""), { headers: {}, body: "" }],
    ["bytes", (ctx: Context) => ctx.send(Uint8Array.of(104, 105)), { headers: {}, body: "hi" }],
    ["an end alone", (ctx: Context) => ctx.header("a", "b").end(), { headers: { a: "b" }, body: "" }],
    ["the first of two", (ctx: Context) => [ctx.send("a"), ctx.send("b")], { headers: {}, body: "a" }],
    ["in an encoding", (ctx: Context) => ctx.end("6869", "hex"), { headers: {}, body: "hi" }],
  ])("sends %s", async (_, handler, answer) => {
    expect(await answerOf(handler)).toEqual(answer);
  });

  test.each<[string, unknown, Answer]>([
    [
      "at once",
      () => {
        throw new Error("This shouldn't happen!");
      },
      failed("This shouldn't happen!"),
    ],
    ["later", () => Promise.reject(new Error("This shouldn't happen!")), failed("This shouldn't happen!")],
    ["with text", () => Promise.reject("just text"), failed("just text")],
    ["after a header", (ctx: Context) => Promise.reject(new Error(ctx.header("a", "b") && "x")), failed("x")],
    [
      "when all is sent",
      (ctx: Context) => {
        ctx.send("all of it");
        throw new Error("too late");
      },
      { headers: {}, body: "all of it" },
    ],
    [
      "with a file that is missing",
      (ctx: Context) => pipeline(createReadStream(`${self}.missing`), ctx),
      failed(`ENOENT: no such file or directory, open '${self}.missing'`),
    ],
  ])("that fails %s answers as documented, and the next call works", async (_, handler, answer) => {
    const gateway = await served(handler);
    expect(await push(gateway)).toEqual(answer);
    expect(await push(gateway)).toEqual(answer);
  });

  test("reads the request up to a limit", async () => {
    const gateway = await served(async (ctx: Context) => {
      const body = await ctx.read({ limit: 65_536 });
      ctx.send(`I got this message: ${body.toString("utf8").length}`);
    });
    expect((await push(gateway, {}, ["x".repeat(65_536)])).body).toBe("I got this message: 65536");
    const over = await push(gateway, {}, ["x".repeat(65_536), "y"]);
    expect(over.headers).toEqual({ "content-type": "application/json" });
    expect(over.body).toMatch(/^\{"error":"expected a body of at most 65536 bytes/);
    const body = await answerOf(async (ctx: Context) => ctx.send(await ctx.body({ limit: 4 })), {}, ["four"]);
    expect(body.body).toBe("four");
  });

  test("reads it piece by piece, as from any stream", async () => {
    const pieces = ["some ", "pieces"];
    const events = (ctx: Context) => ctx.on("data", (piece) => ctx.write(piece)).on("end", () => ctx.end());
    const readable = (ctx: Context) =>
      ctx
        .on("readable", () => {
          for (let piece = ctx.read(); piece !== null; piece = ctx.read()) ctx.write(piece as Buffer);
        })
        .on("end", () => ctx.end());
    const loop = async (ctx: Context) => {
      for await (const piece of ctx) ctx.write(piece);
      ctx.end();
    };
    for (const handler of [events, readable, loop]) {
      expect((await answerOf(handler, {}, pieces)).body).toBe("some pieces");
    }
  });
});

describe("a node", () => {
  test("without a provider says so in the original's words", async () => {
    const node = await start({});
    await expect(node.push(["a", "b"], {}, Readable.from([]))).rejects.toThrow(
      "No nodes were able to process your request for service(s): [a, b]",
    );
  });

  test("takes nothing as a body, and lets go of a stream it did not send", async () => {
    const gateway = await served((ctx: Context) => ctx.pipe(ctx));
    expect(await (await gateway.push(["service"], {}, null as never)).bytes()).toHaveLength(0);
    const missing = createReadStream(`${self}.missing`);
    const unsent = createReadStream(self);
    for (const body of [missing, unsent]) {
      await expect(gateway.push(["nobody"], {}, body)).rejects.toThrow("No nodes were able");
      await vi.waitFor(() => expect(body.destroyed).toBe(true));
    }
    await expect(gateway.push(["service"], {}, createReadStream(`${self}.missing`))).rejects.toThrow("ENOENT");
  });

  test("hands a request on with its body, and the response back", async () => {
    const gateway = await served((ctx: Context) => ctx.pipe(ctx));
    const proxy: Handler = async (ctx) => pipeline(await gateway.push(["service"], ctx.headers, ctx), ctx);
    const lazy: Handler = async (ctx) => (await gateway.push(["nobody"], ctx.headers, ctx)).pipe(ctx);
    const outer = await start({ addrs: [...gateway.addresses], services: { proxy, lazy } });
    await vi.waitFor(() => expect(gateway.providersFor(["proxy"])).toHaveLength(1));
    expect(outer.id).toBeUndefined();
    const response = await gateway.push(["proxy"], {}, Readable.from(["there ", "and ", "back"]));
    expect((await response.bytes()).toString()).toBe("there and back");
    const refused = await gateway.push(["lazy"], {}, Readable.from(["there"]));
    expect((await refused.bytes()).toString()).toMatch(/^\{"error":"No nodes were able/);
  });

  test("lists providers, and calls one of them", async () => {
    const gateway = await served((ctx: Context) => ctx.send(ctx.headers.k as string));
    const [provider] = gateway.providersFor(["service", "another"]);
    const response = await provider?.push(["service"], { k: "v" }, Readable.from([]));
    expect((await response?.bytes())?.toString()).toBe("v");
  });

  test("keeps trying an address that is not up yet", async () => {
    const bindAddrs = [`127.0.0.1:${await freePort()}`];
    await start({ addrs: bindAddrs, services: { service: (ctx) => ctx.send("Hello world!") } });
    const gateway = await start({ secretKey: generateSecretKey(), bindAddrs });
    await vi.waitFor(() => expect(gateway.providersFor(["service"])).toHaveLength(1), { timeout: 10_000 });
    expect((await push(gateway)).body).toBe("Hello world!");
  });

  test("takes a key and an address as the original does", async () => {
    const secretKey = generateSecretKey();
    expect(secretKey).toHaveLength(64);
    const publicAddr = `127.0.0.1:${await freePort()}`;
    const node = await start({ publicAddr, secretKey: Uint8Array.from(secretKey) });
    expect(node.addresses).toEqual([publicAddr]);
    expect(node.id?.addr).toBe(publicAddr);
    expect(node.id?.publicKey).toEqual(secretKey.subarray(32));
    await node.shutdown();
    await expect(node.push(["a"], {}, Readable.from([]))).rejects.toThrow("Node is shut down.");
  });
});
