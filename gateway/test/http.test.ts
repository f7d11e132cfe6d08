// What the keys of a server promise, with a service behind it, over real connections.
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { generateSecretKey, type Handler, Node } from "flatend";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type HttpServers, startServers } from "../src/http/server.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const MEBIBYTE = 1024 * 1024;
/** What became of bodies that the service `takes` was sent. */
const uploads: unknown[] = [];
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
  teapot: (ctx) => {
    ctx
      .header(":status", "418")
      .header(":set-cookie", JSON.stringify(["a=1", "b=2"]))
      .header("x-pot", "ü");
    ctx.header("connection", "close").header("header key", "no token").send("short and stout");
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
  readonly server: HttpServers;
  readonly url: string;
  readonly port: number;
}

/** @param keys what stands in `[[http]]` */
async function start(keys = ""): Promise<Running> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  stops.push(() => node.shutdown({ timeout: 0 }));
  const service = await Node.start({ addrs: [...node.addresses], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  const text = `[[http]]\naddr = "127.0.0.1:0"\n${keys}\n${ROUTES}${PARAMETERS}`;
  const [settings] = settingsOf(readConfiguration(text, "test")).servers;
  const server = await startServers(node, [settings as NonNullable<typeof settings>], ".");
  stops.push(() => server.close());
  const port = server.addresses[0]?.port ?? 0;
  return { node, server, port, url: `http://127.0.0.1:${port}` };
}

interface Raw {
  readonly socket: Socket;
  /** All that came until the end of the connection. */
  readonly all: Promise<string>;
}

function raw(port: number, text: string): Raw {
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

const post = (path: string, length: number, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n${body}`;
/** A body whose length is not told. */
const chunked = async function* (length: number) {
  for (let at = 0; at < length; at += 1_000) yield Buffer.alloc(Math.min(1_000, length - at));
};

describe("heads, as chapter 13 of the specification has them", () => {
  test("what a service is told beside the client's own headers", async () => {
    const { url, port } = await start();
    const response = await fetch(`${url}/users/7/a/%2e%62?x=1&x=2&X=3`, { headers: { "~mark": "1" } });
    const told = (await response.json()) as Record<string, string>;
    expect(told).toMatchObject({
      ":method": "GET",
      ":scheme": "http",
      ":authority": `127.0.0.1:${port}`,
      ":path": "/users/7/a/.b",
      ":http-version": "1.1",
      ":remote-address": "127.0.0.1",
      "query.x": "1",
      ":query.x": '["1","2","3"]',
      "params.user-id": "7",
    });
    expect(told[":request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(told.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(told).not.toHaveProperty("host");
    expect(told).not.toHaveProperty("~mark");
  });

  test("status, cookies and headers of an answer", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/teapot`);
    expect([response.status, await response.text()]).toEqual([418, "short and stout"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(Buffer.from(response.headers.get("x-pot") ?? "", "latin1").toString()).toBe("ü");
    expect([...response.headers.keys()]).not.toContain("header key");

    const gone = await fetch(`${url}/gone`);
    expect([gone.status, await gone.text()]).toEqual([204, ""]);
    const failed = await fetch(`${url}/fails`);
    expect([failed.status, await failed.json()]).toEqual([500, { error: "no such user" }]);
    const wrong = await fetch(`${url}/wrong`);
    expect([wrong.status, await wrong.text()]).toEqual([
      502,
      "The service answered with a status that HTTP does not have.",
    ]);
  });

  test("a body of another length than was told breaks off", async () => {
    // A connection that were kept open instead would stay so for ever.
    const { url } = await start('[http.timeout]\nidle = "0s"');
    expect(await (await fetch(`${url}/exact`)).text()).toBe("nine...");
    const read = async (path: string): Promise<string | number> => {
      const response = await fetch(`${url}/${path}`);
      const text = await response.text();
      return response.status === 200 ? text : response.status;
    };
    // Before anything was sent on it is an answer of the gateway; after that the connection breaks.
    for (const path of ["shorter", "longer", "late-and-short"]) {
      expect([502, "broken"]).toContain(await read(path).catch(() => "broken"));
    }
  }, 10_000);

  test("an answer of the gateway's own is JSON for who asks for that", async () => {
    const { url } = await start('[[http.routes]]\npath = "GET /two"\nservices = ["one", "other"]\n');
    const sentence = "no nodes were able to process your request for service(s): [one other]";
    const text = await fetch(`${url}/two`);
    expect([text.status, text.headers.get("retry-after"), text.headers.get("content-type"), await text.text()]).toEqual(
      [503, "1", "text/plain; charset=utf-8", sentence],
    );
    const json = await fetch(`${url}/two`, { headers: { accept: "text/html, application/json;q=0.5" } });
    expect(json.headers.get("content-type")).toMatch(/^application\/json(;|$)/);
    expect(await json.json()).toEqual({ error: sentence });
    // What a service says of its own answer is passed on as it is.
    expect((await fetch(`${url}/head`)).headers.get("content-type")).toBe("application/json");
  });

  test.each([
    ["two lengths", "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx"],
    [
      "a length and chunks",
      "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two hosts", "GET /head HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"],
    ["a host that is none", "GET /head HTTP/1.1\r\nhost: a/b\r\n\r\n"],
    ["dots", "GET /x/../head HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["escaped dots", "GET /x/%2e%2E/head HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["a backslash", "GET /x\\head HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["NUL", "GET /head?x=%00 HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["another scheme", "GET ftp://a/head HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["two words of authorization", "GET /head HTTP/1.1\r\nhost: a\r\nauthorization: b\r\nauthorization: c\r\n\r\n"],
  ])("%s: 400", async (_, text) => {
    const { port } = await start();
    const { socket, all } = raw(port, text);
    socket.once("data", () => socket.end());
    expect(await all).toMatch(/^HTTP\/1.1 400 /);
  });

  test("an absolute target is its path", async () => {
    const { port } = await start();
    const { socket, all } = raw(port, "GET http://a/h%65ad?x=1 HTTP/1.1\r\nhost: a\r\n\r\n");
    socket.once("data", () => socket.end());
    expect(await all).toMatch(/^HTTP\/1.1 200 .*":path":"\/head".*"query.x":"1"/s);
  });
});

describe("a client that leaves", () => {
  test("ends the call, before there is an answer and in the middle of one", async () => {
    for (const path of ["waits", "much"]) {
      const { node, port } = await start();
      const { socket } = raw(port, `GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      await vi.waitFor(() => expect(node.metrics().calls.started).toBe(1), { timeout: 5_000 });
      if (path === "much") await vi.waitFor(() => expect(socket.bytesRead).toBeGreaterThan(0), { timeout: 5_000 });
      socket.destroy();
      await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: 1 }), { timeout: 5_000 });
    }
  });

  test("in the middle of its body leaves the service an error, and never a whole body", async () => {
    const { port } = await start();
    uploads.length = 0;
    const { socket } = raw(port, post("/takes", 100_000, "x".repeat(1_000)));
    await vi.waitFor(() => expect(uploads).toEqual(["begun"]), { timeout: 5_000 });
    socket.destroy();
    await vi.waitFor(() => expect(uploads).toEqual(["begun", "CONNECTION_LOST"]), { timeout: 5_000 });
  });
});

describe("requests and responses", () => {
  test("headers, query and parameters go to the service, and no client makes them up", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/users/7%2F8/a/b?x=1&x=2&y=%20`, {
      headers: { "X-A": "b", "params.id": "9", "query.z": "9" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    const headers = (await response.json()) as Record<string, string>;
    expect(headers).toMatchObject({
      "x-a": "b",
      "query.x": "1",
      "query.y": " ",
      "params.user-id": "7/8",
      "params.rest": "/a/b",
    });
    expect(headers).not.toHaveProperty("params.id");
    expect(headers).not.toHaveProperty("query.z");
  });

  test("bodies of both ways, with and without a length", async () => {
    const { url } = await start();
    const body = Buffer.alloc(5 * MEBIBYTE + 1, "flatend");
    const whole = await fetch(`${url}/echo`, { method: "POST", body });
    expect(Buffer.from(await whole.arrayBuffer()).equals(body)).toBe(true);
    const streamed = await fetch(`${url}/echo`, {
      method: "POST",
      body: chunked(100_001),
      duplex: "half",
    } as RequestInit);
    expect((await streamed.arrayBuffer()).byteLength).toBe(100_001);
  });

  test("a service that dies in its response breaks the connection", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/dies`);
    await expect(response.text()).rejects.toThrow();
  });

  test("HEAD, OPTIONS, wrong methods, no route, a path that cannot be decoded", async () => {
    const { url } = await start();
    const head = await fetch(`${url}/head`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "application/json", ""]);
    const options = await fetch(`${url}/head`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
    const wrong = await fetch(`${url}/head`, { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS, POST"]);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/users//`)).status).toBe(404);
    expect((await fetch(`${url}/users/%zz/x`)).status).toBe(400);
  });
});

describe("redirects", () => {
  test.each([
    ["GET", "/head/?a=1", 301, "/head?a=1"],
    ["POST", "/head/", 308, "/head"],
    ["GET", "/HEAD", 301, "/head"],
    ["GET", "//head", 301, "/head"],
  ])("%s %s: %d %s", async (method, path, status, location) => {
    const { url } = await start();
    const response = await fetch(url + path, { method, redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([status, location]);
  });

  test("not when they are off", async () => {
    const { url } = await start("redirect_trailing_slash = false\nredirect_fixed_path = false");
    expect((await fetch(`${url}/head/`)).status).toBe(404);
    expect((await fetch(`${url}/HEAD`)).status).toBe(404);
  });
});

describe("sizes", () => {
  test.each([
    ["a length above the most", 101, 413],
    ["a length of the most", 100, 200],
    ["a length of the least", 10, 200],
    ["a length below the least", 9, 400],
  ])("%s: %d bytes are %d", async (_, length, status) => {
    const { url } = await start("min.body_size = 10\nmax.body_size = 100");
    expect((await fetch(`${url}/echo`, { method: "POST", body: Buffer.alloc(length) })).status).toBe(status);
  });

  test("no length where there is a least: 411, but not of a GET", async () => {
    const { url } = await start("min.body_size = 10");
    const unknown = await fetch(`${url}/echo`, { method: "POST", body: chunked(20), duplex: "half" } as RequestInit);
    expect(unknown.status).toBe(411);
    expect((await fetch(`${url}/head`)).status).toBe(200);
  });

  test("a body that grows above the most: 413", async () => {
    const { url } = await start("max.body_size = 2000");
    const late = await fetch(`${url}/late`, { method: "POST", body: chunked(100_000), duplex: "half" } as RequestInit);
    expect(late.status).toBe(413);
  });

  test("a body that grows above the most once the response has begun: it breaks", async () => {
    const { port } = await start("max.body_size = 2000");
    const piece = `3e8\r\n${"x".repeat(1_000)}\r\n`;
    const { socket, all } = raw(port, `POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${piece}`);
    await new Promise((resolve) => socket.once("data", resolve));
    socket.write(piece + piece);
    const text = await all;
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(text).not.toContain("\r\n0\r\n\r\n");
  });

  test("a body that is refused is not asked for", async () => {
    const { port } = await start("max.body_size = 100");
    const ask = (length: number) => post("/echo", length, "").replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    expect(await raw(port, ask(101)).all).toMatch(/^HTTP\/1.1 413 /);
    const { socket } = raw(port, ask(3));
    expect(await new Promise((resolve) => socket.once("data", resolve))).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    socket.write("abc");
    expect(await new Promise((resolve) => socket.once("data", resolve))).toMatch(/^HTTP\/1.1 200 /);
  });

  test("a head above the most, and one that fits no frame of the mesh: 431", async () => {
    const { url, port } = await start("max.header_size = 8192");
    expect(await raw(port, `GET /head HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(9_000)}\r\n\r\n`).all).toMatch(
      /^HTTP\/1.1 431 /,
    );
    expect((await fetch(`${url}/head`, { headers: { x: "x".repeat(5_000) } })).status).toBe(431);
  });
});

describe("times", () => {
  test("a head that does not come: 408", async () => {
    const { port } = await start('timeout.read_header = "100ms"');
    expect(await raw(port, "GET /head HTTP/1.1\r\nhost:").all).toMatch(/^HTTP\/1.1 408 /);
  });

  test("a body that stalls: 408", async () => {
    const { port } = await start('timeout.read = "300ms"');
    const text = await raw(port, post("/late", 10, "abc")).all;
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(text).toContain("expected more of the body within 300 ms");
  });

  test("a service that reads late is no stall of the client", async () => {
    const { url } = await start('timeout.read = "300ms"');
    const body = Buffer.alloc(3 * MEBIBYTE, "flatend");
    const late = await fetch(`${url}/late`, { method: "POST", body });
    expect(Buffer.from(await late.arrayBuffer()).equals(body)).toBe(true);
  });

  test("a client that takes nothing is cut off; a service that is slow is not", async () => {
    const { url, port } = await start('timeout.write = "250ms"');
    const { socket } = raw(port, "GET /much HTTP/1.1\r\nhost: a\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    await wait(1_500);
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    await gone;
    expect(await (await fetch(`${url}/slow`)).text()).toBe("abc");
  });

  test("a connection without a next request is closed", async () => {
    const { port } = await start('timeout.idle = "100ms"');
    const text = await raw(port, "GET /head HTTP/1.1\r\nhost: a\r\n\r\n").all;
    expect(text).toMatch(/^HTTP\/1.1 200 /);
  });

  test.each([
    ["5s", "abc"],
    ["100ms", undefined],
  ])("a response of 1.2 s and a shutdown of %s: %s", async (shutdown, expected) => {
    const { url, server } = await start(`timeout.shutdown = "${shutdown}"`);
    const response = await fetch(`${url}/slow`);
    const closed = server.close();
    const text = await response.text().catch(() => undefined);
    expect(text).toBe(expected);
    await closed;
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
});
