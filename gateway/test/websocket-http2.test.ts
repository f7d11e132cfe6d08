// WebSockets over HTTP/2 (RFC 8441): as those of HTTP/1.1, one for each stream.
import { once } from "node:events";
import { constants } from "node:http2";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { webSocket } from "../src/service/websocket.ts";
import { answerOf, ask, dialed, sessionOf } from "./http2-sockets.ts";
import { MEBIBYTE } from "./server.ts";
import { closeOf, echo, LONG, opened, serving } from "./sockets.ts";

describe("the handshake", () => {
  test("what the service is told, and the subprotocol it has chosen", async () => {
    const { handler, sockets } = echo();
    const { port } = await serving(handler);
    const { client } = await dialed(await sessionOf(port), ["chat.1", "chat.2"]);
    expect(client.protocol).toBe("chat.2");
    expect(sockets[0]?.headers).toMatchObject({
      ":method": "GET",
      ":path": "/socket/7",
      ":protocol": "websocket",
      ":http-version": "2",
      "params.id": "7",
      "query.room": "a",
      "sec-websocket-version": "13",
    });
  });

  test("200, with the fields of the service and none that is the connection's", async () => {
    const { port } = await serving((ctx) => {
      ctx.header(":status", "101").header(":set-cookie", JSON.stringify(["a=1", "b=2"]));
      ctx.header("constructor", "c").header("connection", "close").header("keep-alive", "1").header("upgrade", "x");
      ctx.header("x-own", "ü").header("content-length", "9");
      ctx.header("sec-websocket-accept", "no").flushHeaders();
    });
    const stream = ask(await sessionOf(port), "/socket/7");
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ":status": 200, "set-cookie": ["a=1", "b=2"], constructor: "c" });
    expect(Buffer.from(String(headers["x-own"]), "latin1").toString()).toBe("ü");
    for (const name of ["content-length", "sec-websocket-accept", "sec-websocket-protocol", "upgrade"])
      expect(headers).not.toHaveProperty(name);
  });

  test.each([
    ["another version", "/socket/7", { "sec-websocket-version": "8" }, 426],
    ["no version", "/socket/7", { "sec-websocket-version": undefined }, 426],
    ["malformed subprotocols", "/socket/7", { "sec-websocket-protocol": "a,,b" }, 400],
    ["a route that speaks no WebSocket", "/head", {}, 405],
    ["no route", "/nowhere", {}, 404],
    ["a service that is away", "/away", {}, 503],
    ["a refusal of the service", "/refused", {}, 403],
    ["another protocol", "/socket/7", { ":protocol": "connect-udp" }, 400],
  ])("%s", async (_, path, headers, status) => {
    const more = ["away", "refused"].map(
      (name) => `[[http.routes]]\npath = "GET /${name}"\nservice = "${name}"\nwebsocket = true\n`,
    );
    const { port, node } = await serving(echo().handler, more.join(""));
    const refusing = await sessionOf(port);
    if (path === "/refused") {
      const { Node } = await import("flatend");
      const service = await Node.start({
        addrs: [...node.addresses],
        services: { refused: (ctx) => ctx.header(":status", "403").send("not you") },
      });
      const answer = await answerOf(ask(refusing, path, headers));
      await service.shutdown({ timeout: 0 });
      expect(answer).toMatchObject({ status, body: "not you" });
      return;
    }
    const answer = await answerOf(ask(refusing, path, headers));
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.allow).not.toContain("CONNECT");
    // Others of the connection go on.
    const { client } = await dialed(refusing);
    client.send("still there");
    expect(String((await once(client, "message"))[0])).toBe("still there");
  });

  test("a client that leaves before the answer ends the call", async () => {
    const { port, node } = await serving(() => new Promise(() => {}));
    const stream = ask(await sessionOf(port), "/socket/7");
    await vi.waitFor(() => expect(node.metrics().calls.started).toBe(1), LONG);
    stream.close(constants.NGHTTP2_CANCEL);
    await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: 1 }), LONG);
  });
});

describe("messages", () => {
  test("of many on one connection, beside requests and those of HTTP/1.1", async () => {
    const { handler } = echo();
    const { port } = await serving(handler);
    const session = await sessionOf(port);
    const over2 = await Promise.all(Array.from({ length: 20 }, () => dialed(session)));
    const clients = [...over2.map(({ client }) => client), await opened(port)];
    const texts = await Promise.all(
      clients.map(async (client, index) => {
        client.send(`one of ${index}, `, { fin: false });
        client.send("ü🚀", { fin: true });
        const [data, isBinary] = (await once(client, "message")) as [Buffer, boolean];
        return [isBinary, data.toString()];
      }),
    );
    expect(texts).toEqual(clients.map((_, index) => [false, `one of ${index}, ü🚀`]));
    const stream = session.request({ ":path": "/head" });
    expect(await answerOf(stream)).toMatchObject({ status: 200 });
    const large = Buffer.alloc(MEBIBYTE, "x");
    clients[0]?.send(large);
    const [data] = (await once(clients[0] as (typeof clients)[0], "message")) as [Buffer];
    expect(data.equals(large)).toBe(true);
  });

  test("that are too long end with 1009, malformed ones with 1002", async () => {
    const { handler, ends } = echo();
    const { port } = await serving(handler, "[http.max]\nmessage_size = 1000");
    const session = await sessionOf(port);
    const { client } = await dialed(session);
    client.send(Buffer.alloc(1_001));
    expect(await closeOf(client)).toEqual([1009, ""]);
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1009 }]), LONG);
    // Not masked.
    const stream = ask(session, "/socket/7");
    await once(stream, "response");
    stream.write(Buffer.from([0x81, 0x01, 0x61]));
    let frames = Buffer.alloc(0);
    for await (const piece of stream) frames = Buffer.concat([frames, piece as Buffer]);
    stream.end();
    expect([...frames]).toEqual([0x88, 2, 1002 >> 8, 1002 & 0xff]);
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1009 }, { code: 1002 }]), LONG);
  });

  test("wait for a client that reads slowly", async () => {
    const pieces = 512;
    let sent = 0;
    const { port } = await serving(
      webSocket(async (socket) => {
        for (; sent < pieces; sent++) await socket.send(Buffer.alloc(65_536));
      }),
    );
    const { client } = await dialed(await sessionOf(port));
    client.pause();
    await wait(1_000);
    expect(sent).toBeLessThan(pieces / 2);
    let got = 0;
    client.on("message", (data: Buffer) => {
      got += data.length;
    });
    client.resume();
    expect((await closeOf(client))[0]).toBe(1000);
    expect(got).toBe(pieces * 65_536);
  });

  test("wait for a service that reads slowly", async () => {
    let taken = 0;
    let go: () => void = () => {};
    const { port } = await serving(
      webSocket(async (socket) => {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        for await (const message of socket) taken += message.length;
      }),
    );
    const { client, stream } = await dialed(await sessionOf(port));
    const sent = 32 * MEBIBYTE;
    for (let at = 0; at < sent; at += 65_536) client.send(Buffer.alloc(65_536));
    await wait(1_000);
    // Windows of streams hold the rest back.
    expect(stream().writableLength + client.bufferedAmount).toBeGreaterThan(sent / 2);
    go();
    await vi.waitFor(() => expect(taken).toBe(sent), LONG);
    client.close();
    expect((await closeOf(client))[0]).toBe(1005);
  });
});

describe("the end", () => {
  test("by the client, with its code; by the service, with its own", async () => {
    const { handler, ends, sockets } = echo();
    const { port } = await serving(handler);
    const session = await sessionOf(port);
    const one = await dialed(session);
    one.client.close(4000, "enough");
    expect(await closeOf(one.client)).toEqual([4000, "enough"]);
    await vi.waitFor(() => expect(ends).toEqual([{ code: 4000, reason: "enough" }]), LONG);
    const other = await dialed(session);
    sockets[1]?.close(4001, "done");
    expect(await closeOf(other.client)).toEqual([4001, "done"]);
    // By the ends of both sides, and not by a reset.
    await vi.waitFor(() => expect([one.stream().closed, other.stream().closed]).toEqual([true, true]), LONG);
    expect([one.stream().rstCode, other.stream().rstCode]).toEqual([0, 0]);
    expect(session.destroyed).toBe(false);
  });

  test("of a stream is not a reset: the client ends its own side when it likes", async () => {
    const { handler, ends } = echo();
    const { port } = await serving(handler);
    const stream = ask(await sessionOf(port), "/socket/7");
    await once(stream, "response");
    // A Close of 1000, masked with nothing.
    stream.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 1000 >> 8, 1000 & 0xff]));
    await once(stream.resume(), "end");
    await wait(300);
    expect([stream.closed, stream.aborted]).toEqual([false, false]);
    stream.end();
    await once(stream, "close");
    expect(stream.rstCode).toBe(0);
    await vi.waitFor(() => expect(ends).toEqual([{ code: 1000, reason: "" }]), LONG);
  });

  test.each([
    ["a reset", (stream: { close(code: number): void }) => stream.close(constants.NGHTTP2_CANCEL)],
    ["the end of the connection", (_: unknown, session: { destroy(): void }) => session.destroy()],
    ["the end of the stream without a Close", (stream: { end(): void }) => stream.end()],
  ] as const)("%s is a client that was lost", async (_, leave) => {
    const { handler, ends } = echo();
    const { port } = await serving(handler);
    const session = await sessionOf(port);
    const { client, stream } = await dialed(session);
    client.send("a");
    await once(client, "message");
    leave(stream(), session);
    await vi.waitFor(() => expect(ends).toEqual([{ code: 1006, reason: "" }]), LONG);
  });

  test("of the service without a word: 1011", async () => {
    const { port } = await serving((ctx) => {
      ctx.flushHeaders();
      setTimeout(() => ctx.destroy(new Error("dead")), 50);
    });
    const { client } = await dialed(await sessionOf(port));
    expect(await closeOf(client)).toEqual([1011, "the service failed"]);
  });

  test("of the gateway: 1001, and its connections end", async () => {
    const { handler, ends } = echo();
    const { port, server } = await serving(handler);
    const session = await sessionOf(port);
    const { client } = await dialed(session);
    const closing = server.close();
    expect(await closeOf(client)).toEqual([1001, "the gateway stops"]);
    await closing;
    expect(ends).toEqual([{ code: 1001, reason: "the gateway stops" }]);
  });

  test("of a client that is silent when it is asked", async () => {
    const { handler, ends } = echo();
    const { port } = await serving(handler, '[http.timeout]\nping = "200ms"');
    const session = await sessionOf(port);
    const { client } = await dialed(session);
    await wait(1_000);
    // It has answered until now.
    expect(ends).toEqual([]);
    client.pause();
    await vi.waitFor(() => expect(ends).toEqual([{ code: 1006, reason: "" }]), LONG);
  });
});
