// What chapter 13 says of requests and responses, with a service behind the server, over real connections.
import type { Handler } from "flatend";
import { describe, expect, test, vi } from "vitest";
import { chunked, MEBIBYTE, post, raw, start, uploads } from "./server.ts";

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

  test("a service that dies in its response resets the connection of HTTP/1.0, whose end would be that of the response", async () => {
    const { port } = await start();
    const { socket, all } = raw(port, "GET /dies HTTP/1.0\r\n\r\n");
    const errors: (string | undefined)[] = [];
    socket.on("error", ({ code }: NodeJS.ErrnoException) => errors.push(code));
    expect(await all).toMatch(/^HTTP\/1.[01] 200 .*a part$/s);
    expect(errors).toEqual(["ECONNRESET"]);
  });

  test.each(["", "compress = true"])(
    "a response that fails before anything of it was sent is one of the gateway alone %s",
    async (option) => {
      const failing: Handler = (ctx) => {
        ctx.header("content-type", "text/plain").header("content-length", "3000").header("x-secret", "1");
        ctx.end("x".repeat(2_000));
      };
      const { url } = await start(`[[http.routes]]\npath = "GET /failing"\nservice = "failing"\n${option}\n`, {
        failing,
      });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          fetch(`${url}/failing`).then(
            ({ status, headers }) => `${status} ${headers.get("x-secret")} ${headers.get("content-encoding")}`,
            () => "broken",
          ),
        ),
      );
      // The head may have left before the end of the body has come.
      for (const answer of answers) expect(answer).toMatch(/^(?:broken|502 null null|200 1 .*)$/);
    },
  );

  test("OPTIONS of the server itself names the methods of all its routes", async () => {
    const { port } = await start('[[http.routes]]\npath = "PUT /"\nservice = "echo"\n');
    const { socket, all } = raw(port, "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n");
    socket.once("data", () => socket.end());
    expect(await all).toMatch(/^HTTP\/1.1 204 .*\r\nallow: GET, HEAD, OPTIONS, POST, PUT\r\n/s);
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
