// What the sizes and times of a server promise, over real connections.
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { chunked, MEBIBYTE, post, raw, start } from "./server.ts";

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
