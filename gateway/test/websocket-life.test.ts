// WebSocket routes: how a socket ends, who is waited for, and what becomes of it when the gateway changes.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Context } from "flatend";
import { describe, expect, test, vi } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type Closed, webSocket } from "../src/service/websocket.ts";
import { atEnd, MEBIBYTE } from "./server.ts";
import { closeOf, dial, echo, LONG, opened, ROUTE, refusal, serving } from "./sockets.ts";

describe("the end", () => {
  test("of the client reaches the service, with code and reason", async () => {
    const { handler, ends } = echo();
    const { port, node } = await serving(handler);
    const client = await opened(port);
    client.close(4001, "bye");
    expect(await closeOf(client)).toEqual([4001, "bye"]);
    const silent = await opened(port);
    silent.close();
    expect(await closeOf(silent)).toEqual([1005, ""]);
    const lost = await opened(port);
    lost.terminate();
    await vi.waitFor(() => expect(ends).toHaveLength(3), LONG);
    expect(ends).toEqual([
      { code: 4001, reason: "bye" },
      { code: 1005, reason: "" },
      { code: 1006, reason: "" },
    ]);
    await vi.waitFor(() => expect(node.metrics().calls).toEqual({ started: 3, finished: 3, failed: {} }), LONG);
  });

  test("of the service reaches the client, whose answer is the last the service reads", async () => {
    let ended: Closed | undefined;
    const { port } = await serving(
      webSocket(async (socket) => {
        await socket.send("last");
        socket.close(4002, "enough 🚀");
        expect(await socket.send("later")).toBe(false);
        for await (const _ of socket);
        ended = socket.closed;
      }),
    );
    const client = await opened(port);
    expect(await closeOf(client)).toEqual([4002, "enough 🚀"]);
    await vi.waitFor(() => expect(ended).toEqual({ code: 4002, reason: "enough 🚀" }), LONG);
  });

  test.each<[string, (ctx: Context) => unknown]>([
    ["throws", webSocket(() => Promise.reject(new Error("broken")))],
    ["ends without a Close", (ctx) => ctx.send("")],
    ["ends within an envelope", (ctx) => ctx.send(Buffer.from([1, 0, 0, 0, 9, 65]))],
    ["sends other flags", (ctx) => ctx.write(Buffer.from([3, 0, 0, 0, 0]))],
    ["sends text that is none", (ctx) => ctx.write(Buffer.from([1, 0, 0, 0, 1, 0xff]))],
    ["sends more than fits", (ctx) => ctx.write(Buffer.from([2, 0xff, 0xff, 0xff, 0xff]))],
    ["breaks off", (ctx) => setTimeout(() => ctx.destroy(new Error("dead")), 20)],
  ])("of a service that %s is 1011", async (_, handler) => {
    const { port } = await serving((ctx) => {
      ctx.flushHeaders();
      return handler(ctx);
    });
    expect(await closeOf(dial(port))).toEqual([1011, "the service failed"]);
  });

  test("of the service's node is 1011", async () => {
    const { handler } = echo();
    const { port, service } = await serving(handler);
    const client = await opened(port);
    const closed = closeOf(client);
    await service.shutdown({ timeout: 0 });
    expect(await closed).toEqual([1011, "the service failed"]);
  });
});

describe("who does not read", () => {
  test("a service stops its client", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let read = 0;
    const { port } = await serving(
      webSocket(async (socket) => {
        await held;
        for await (const message of socket) read += message.length;
      }),
    );
    const client = await opened(port);
    const piece = Buffer.alloc(MEBIBYTE / 4);
    for (let sent = 0; sent < 128; sent++) client.send(piece);
    // What the systems and the gateway hold is far less than these 32 MiB.
    await wait(1_500);
    expect(client.bufferedAmount).toBeGreaterThan(8 * MEBIBYTE);
    release();
    await vi.waitFor(() => expect(read).toBe(32 * MEBIBYTE), LONG);
  }, 30_000);

  test("a client stops its service, and is given up after timeout.write", async () => {
    let sent = 0;
    let ended: Closed | undefined;
    const { port } = await serving(
      webSocket(async (socket) => {
        const piece = Buffer.alloc(MEBIBYTE / 4);
        const writing = (async () => {
          while (await socket.send(piece)) sent += piece.length;
        })();
        for await (const _ of socket);
        ended = socket.closed;
        await writing;
      }),
      '[http.timeout]\nwrite = "2s"\nping = "0s"',
    );
    const client = await opened(port);
    client.pause();
    await vi.waitFor(() => expect(ended).toEqual({ code: 1006, reason: "" }), LONG);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(64 * MEBIBYTE);
  }, 30_000);
});

describe("silence", () => {
  const keys = '[http.timeout]\nping = "200ms"';

  test("of a client that is there means nothing", async () => {
    const { handler } = echo();
    const { port } = await serving(handler, keys);
    const client = await opened(port);
    let pings = 0;
    client.on("ping", () => pings++);
    await vi.waitFor(() => expect(pings).toBeGreaterThan(3), LONG);
    client.send("still here");
    expect(String((await once(client, "message"))[0])).toBe("still here");
  });

  test("of one that does not answer is its end", async () => {
    const { handler, ends } = echo();
    const { port } = await serving(handler, keys);
    await opened(port, [], { autoPong: false });
    await vi.waitFor(() => expect(ends).toEqual([{ code: 1006, reason: "" }]), LONG);
  });
});

describe("a gateway that", () => {
  test("stops closes with 1001, and waits for a client no longer than timeout.shutdown", async () => {
    const { handler, ends } = echo();
    const { port, server } = await serving(handler, '[http.timeout]\nshutdown = "1s"');
    const client = await opened(port);
    // It has shaken hands and says nothing more.
    const rude = connect(port, "127.0.0.1");
    atEnd(() => rude.destroy());
    rude.on("error", () => {});
    rude.write(
      "GET /socket/1 HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    await once(rude, "data");
    const closed = closeOf(client);
    const begun = performance.now();
    await server.close();
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(await closed).toEqual([1001, "the gateway stops"]);
    await vi.waitFor(() => expect(ends.map((end) => end?.code)).toEqual([1001, 1006]), LONG);
  });

  test("reloads keeps its sockets, but those of an address it leaves", async () => {
    const { handler, ends } = echo();
    const { port, server, node } = await serving(handler);
    const settings = (text: string) => settingsOf(readConfiguration(text, "test")).servers;
    const kept = await opened(port);
    const at = '[[http]]\naddr = "127.0.0.1:0"\n';
    await server.reload(settings(`${at}[[http]]\naddr = "[::1]:0"\n${ROUTE}`));
    kept.send("still here");
    expect(String((await once(kept, "message"))[0])).toBe("still here");
    // New ones are answered as the new configuration says.
    expect((await refusal(dial(port))).status).toBe(404);
    const closed = closeOf(kept);
    await server.reload(settings(`[[http]]\naddr = "[::1]:0"\n${ROUTE}`));
    expect(await closed).toEqual([1001, "the gateway stops"]);
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1001 }]), LONG);
    await vi.waitFor(() => expect(node.metrics().calls).toEqual({ started: 1, finished: 1, failed: {} }), LONG);
  });
});
