// Responses that are made smaller, and files that stand compressed beside others.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { brotliCompressSync, brotliDecompressSync, createGunzip, gunzipSync, gzipSync } from "node:zlib";
import type { Handler } from "flatend";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startServers } from "../src/http/server.ts";
import { atEnd, smallMesh } from "./small-mesh.ts";

const LONG = "flatend ".repeat(1_000);
/** One that sends its second piece when the first one has arrived. */
let goOn = (): void => {};
const services: Record<string, Handler> = {
  long: (ctx) => ctx.header("content-type", "text/plain").header("etag", '"1"').header("vary", "Accept").send(LONG),
  told: (ctx) => ctx.header("content-type", "application/json").header("content-length", "8000").send(LONG),
  short: (ctx) => ctx.header("content-type", "text/plain").send("x".repeat(1_023)),
  threshold: (ctx) => ctx.header("content-type", "text/plain").send("x".repeat(1_024)),
  untyped: (ctx) => ctx.send(LONG),
  picture: (ctx) => ctx.header("content-type", "image/png").send(LONG),
  events: (ctx) => ctx.header("content-type", "text/event-stream").send(LONG),
  encoded: (ctx) =>
    ctx
      .header("content-type", "text/plain")
      .header("content-encoding", "gzip")
      .send(gzipSync(LONG, { level: 0 })),
  kept: (ctx) => ctx.header("content-type", "text/plain").header("cache-control", "no-transform").send(LONG),
  nothing: (ctx) => ctx.header("content-type", "text/plain").header(":status", "204").send(""),
  part: (ctx) => ctx.header("content-type", "text/plain").header(":status", "206").send(LONG),
  stream: (ctx) => {
    ctx.header("content-type", "text/plain").write("one");
    goOn = () => void ctx.end(LONG);
  },
  dies: (ctx) => {
    ctx.header("content-type", "text/plain").write(LONG);
    goOn = () => void ctx.destroy(new Error("dead"));
  },
};

async function start(keys = "compress = true"): Promise<string> {
  const mesh = await smallMesh(Object.keys(services), keys);
  await mesh.offer(services);
  return mesh.url;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const open = (url: string, headers: Record<string, string>, method = "GET"): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => request(url, { headers, method }, resolve).once("error", reject).end());

async function all(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function get(url: string, accept?: string, method = "GET", more: Record<string, string> = {}): Promise<Answer> {
  const headers = { ...more, ...(accept === undefined ? {} : { "accept-encoding": accept }) };
  const response = await open(url, headers, method);
  return { status: response.statusCode, headers: response.headers, body: await all(response) };
}

describe("compress", () => {
  test("br or gzip, as the client says; with the length, Vary and a weak ETag", async () => {
    const url = await start();
    const br = await get(`${url}/long`, "gzip, deflate, br");
    expect(br.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(br.body).toString()).toBe(LONG);
    expect(Number(br.headers["content-length"])).toBe(br.body.length);
    expect(br.body.length).toBeLessThan(200);
    expect([br.headers.vary, br.headers.etag]).toEqual(["Accept, accept-encoding", 'W/"1"']);
    const gzip = await get(`${url}/told`, "gzip");
    expect([gzip.headers["content-encoding"], gunzipSync(gzip.body).toString()]).toEqual(["gzip", LONG]);
    expect(Number(gzip.headers["content-length"])).toBe(gzip.body.length);
  });

  test("not for a client that does not ask, whose answer names Vary all the same", async () => {
    const url = await start();
    for (const accept of [undefined, "identity", "br;q=0", "zstd"]) {
      const { headers, body } = await get(`${url}/long`, accept);
      expect([accept, headers["content-encoding"], headers.etag]).toEqual([accept, undefined, '"1"']);
      expect([headers.vary, body.toString()]).toEqual(["Accept, accept-encoding", LONG]);
    }
  });

  test("not what gains nothing, is encoded, is a part, or wants to stay", async () => {
    const url = await start();
    for (const name of ["short", "untyped", "picture", "events", "kept", "nothing", "part"]) {
      const { headers } = await get(`${url}/${name}`, "br, gzip");
      expect([name, headers["content-encoding"]]).toEqual([name, undefined]);
    }
    expect((await get(`${url}/threshold`, "gzip")).headers["content-encoding"]).toBe("gzip");
    const { headers, body } = await get(`${url}/encoded`, "br, gzip");
    expect([headers["content-encoding"], gunzipSync(body).toString()]).toEqual(["gzip", LONG]);
    const head = await get(`${url}/told`, "br, gzip", "HEAD");
    expect([head.headers["content-encoding"], head.headers["content-length"]]).toEqual([undefined, "8000"]);
  });

  test.each(["br", "gzip"])("a stream goes on as it comes: %s", async (encoding) => {
    const response = await open(`${await start()}/stream`, { "accept-encoding": encoding });
    expect(response.headers["content-encoding"]).toBe(encoding);
    const first = await new Promise<Buffer>((resolve) => response.once("data", resolve));
    response.pause();
    // The rest comes only after this.
    goOn();
    const whole = Buffer.concat([first, await all(response)]);
    const plain = encoding === "br" ? brotliDecompressSync(whole) : gunzipSync(whole);
    expect(plain.toString()).toBe(`one${LONG}`);
  });

  test("the first bytes can be read before the end", async () => {
    const response = await open(`${await start()}/stream`, { "accept-encoding": "gzip" });
    const plain = response.pipe(createGunzip());
    expect(String(await new Promise((resolve) => plain.once("data", resolve)))).toBe("one");
    goOn();
    expect((await all(plain)).toString()).toBe(LONG);
  });

  test.each(["br", "gzip"])("a response that breaks off is never whole: %s", async (encoding) => {
    const response = await open(`${await start()}/dies`, { "accept-encoding": encoding });
    response.once("data", () => goOn());
    await expect(all(response)).rejects.toThrow("aborted");
    expect(response.complete).toBe(false);
  });

  test("over HTTP/2, where a stream that breaks off is reset", async () => {
    const session = connect(await start());
    atEnd(() => session.destroy());
    const stream = session.request({ ":path": "/long", "accept-encoding": "br" });
    expect(brotliDecompressSync(await all(stream)).toString()).toBe(LONG);
    const broken = session.request({ ":path": "/dies", "accept-encoding": "br" });
    broken.once("data", () => goOn());
    await expect(all(broken)).rejects.toThrow();
    expect(broken.rstCode).not.toBe(0);
  });

  test("only where it is asked for", async () => {
    const route = '[[http.routes]]\npath = "GET /on"\nservice = "long"\ncompress = true\n';
    const some = await start(route);
    expect((await get(`${some}/on`, "br")).headers["content-encoding"]).toBe("br");
    const { headers } = await get(`${some}/long`, "br");
    expect([headers["content-encoding"], headers.vary]).toEqual([undefined, "Accept"]);
    const others = await start(`compress = true\n${route.replace("= true", "= false")}`);
    expect((await get(`${others}/on`, "br")).headers["content-encoding"]).toBeUndefined();
    expect((await get(`${others}/long`, "br")).headers["content-encoding"]).toBe("br");
  });
});

describe("static files", () => {
  const folder = mkdtempSync(join(tmpdir(), "flatend-compress-"));
  beforeAll(() => {
    mkdirSync(join(folder, "public/sub"), { recursive: true });
    writeFileSync(join(folder, "public/main.js"), LONG);
    // What is in them tells which one came.
    writeFileSync(join(folder, "public/main.js.br"), brotliCompressSync("from br"));
    writeFileSync(join(folder, "public/main.js.gz"), gzipSync("from gz"));
    writeFileSync(join(folder, "public/plain.js"), LONG);
    writeFileSync(join(folder, "public/tiny.js"), "1");
    writeFileSync(join(folder, "public/sub/index.html"), "<p>sub</p>");
    writeFileSync(join(folder, "public/sub/index.html.gz"), gzipSync("<p>gz</p>"));
    writeFileSync(join(folder, "public/.env.gz"), gzipSync("secret"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function serve(keys: string, path = "public"): Promise<string> {
    const text = `[[http]]\naddr = "127.0.0.1:0"\n[[http.routes]]\npath = "GET /"\nstatic = "${path}"\n${keys}`;
    const node = { call: () => Promise.reject(new Error("nobody")) };
    const servers = await startServers(node, settingsOf(readConfiguration(text, "test")).servers, folder);
    atEnd(() => servers.close());
    return `http://127.0.0.1:${servers.addresses[0]?.port}`;
  }

  test("precompressed: the one that stands beside it, under its own type", async () => {
    const url = await serve("precompressed = true");
    const br = await get(`${url}/main.js`, "gzip, br");
    expect([br.headers["content-encoding"], brotliDecompressSync(br.body).toString()]).toEqual(["br", "from br"]);
    expect(br.headers["content-type"]).toMatch(/^(?:text|application)\/javascript; charset=utf-8$/);
    expect(br.headers.vary).toBe("accept-encoding");
    const gz = await get(`${url}/main.js`, "gzip");
    expect([gz.headers["content-encoding"], gunzipSync(gz.body).toString()]).toEqual(["gzip", "from gz"]);
    const plain = await get(`${url}/main.js`);
    expect([plain.headers["content-encoding"], plain.body.toString()]).toEqual([undefined, LONG]);
    expect([plain.headers.vary, plain.headers.etag === br.headers.etag]).toEqual(["accept-encoding", false]);
    expect((await get(`${url}/plain.js`, "br")).body.toString()).toBe(LONG);
  });

  test("precompressed: an index, HEAD, a copy that is compared, and what begins with a dot", async () => {
    const url = await serve("precompressed = true");
    const index = await get(`${url}/sub/`, "br, gzip");
    expect([index.headers["content-type"], gunzipSync(index.body).toString()]).toEqual([
      "text/html; charset=utf-8",
      "<p>gz</p>",
    ]);
    expect((await get(`${url}/sub`, "gzip")).status).toBe(301);
    const head = await get(`${url}/main.js`, "gzip", "HEAD");
    expect([head.headers["content-encoding"], head.body.length]).toEqual(["gzip", 0]);
    expect(head.headers["content-length"]).toBe(String(gzipSync("from gz").length));
    const copy = { "if-none-match": head.headers.etag ?? "" };
    expect((await get(`${url}/main.js`, "gzip", "GET", copy)).status).toBe(304);
    for (const path of ["/.env", "/nothing", "/..%2fpublic/main.js"]) {
      expect((await get(url + path, "gzip")).status).toBe(404);
    }
  });

  test("precompressed: a single file", async () => {
    const { body } = await get(await serve("precompressed = true", "public/main.js"), "br");
    expect(brotliDecompressSync(body).toString()).toBe("from br");
  });

  test("without it, and with compress: the file itself, compressed; not for HEAD, parts and small ones", async () => {
    const url = await serve("compress = true");
    const { headers, body } = await get(`${url}/main.js`, "br");
    expect([headers["content-encoding"], brotliDecompressSync(body).toString()]).toEqual(["br", LONG]);
    expect([headers["content-length"], headers["accept-ranges"]]).toEqual([undefined, undefined]);
    const copy = await get(`${url}/main.js`, "br", "GET", { "if-none-match": headers.etag ?? "" });
    expect([copy.status, copy.headers.vary]).toEqual([304, "accept-encoding"]);
    expect((await get(`${url}/main.js`, "br", "HEAD")).headers["content-length"]).toBe("8000");
    const part = await get(`${url}/main.js`, "br", "GET", { range: "bytes=0-1999" });
    expect([part.status, part.headers["content-encoding"], part.body.length]).toEqual([206, undefined, 2_000]);
    expect((await get(`${url}/tiny.js`, "br")).body.toString()).toBe("1");
    const uncached = await get(`${await serve("compress = true\nnocache = true")}/main.js`, "br");
    expect(uncached.headers["content-encoding"]).toBeUndefined();
  });

  test.each(["precompressed", "nocache"])("%s has no meaning without static", (key) => {
    const text = `[[http]]\n[[http.routes]]\npath = "GET /"\nservice = "a"\n${key} = true`;
    expect(() => readConfiguration(text, "c.toml")).toThrow(`expected static where there is ${key}, got none`);
  });
});
