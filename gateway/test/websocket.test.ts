// WebSocket routes: a client over a real connection, a service behind the mesh.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Context, Handler } from "flatend";
import { describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type Closed, type Socket, webSocket } from "../src/service/websocket.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { atEnd, MEBIBYTE, raw, start } from "./server.ts";

const LONG = { timeout: 20_000 };
const ROUTE = '[[http.routes]]\npath = "GET /socket/:id"\nservice = "socket"\nwebsocket = true\n';
const serving = (socket: Handler, keys = "") => start(`${keys}\n${ROUTE}`, { socket });

function dial(port: number, protocols: string[] = [], options: WebSocket.ClientOptions = {}): WebSocket {
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket/7?room=a`, protocols, options);
  client.on("error", () => {});
  atEnd(() => client.terminate());
  return client;
}
async function opened(...given: Parameters<typeof dial>): Promise<WebSocket> {
  const client = dial(...given);
  await once(client, "open");
  return client;
}
const closeOf = async (client: WebSocket): Promise<[number, string]> => {
  const [code, reason] = (await once(client, "close")) as [number, Buffer];
  return [code, reason.toString()];
};
/** The answer to a handshake that is refused. */
const refusal = async (client: WebSocket): Promise<{ status: number; headers: object; body: string }> => {
  const [, response] = await once(client, "unexpected-response");
  let body = "";
  for await (const piece of response) body += String(piece);
  return { status: response.statusCode, headers: response.headers, body };
};

/** A service that gives back what it gets, and how each of its clients has ended. */
function echo(): { readonly handler: Handler; readonly ends: (Closed | undefined)[]; readonly sockets: Socket[] } {
  const ends: (Closed | undefined)[] = [];
  const sockets: Socket[] = [];
  const handler = webSocket(
    async (socket) => {
      sockets.push(socket);
      for await (const message of socket) await socket.send(message);
      ends.push(socket.closed);
    },
    { protocols: ["chat.2", "chat.1"] },
  );
  return { handler, ends, sockets };
}

describe("messages", () => {
  test("go both ways as they are, text as text, fragments as one", async () => {
    const { handler, sockets } = echo();
    const { port } = await serving(handler);
    const client = await opened(port);
    const got: [boolean, string][] = [];
    client.on("message", (data, isBinary) => got.push([isBinary, data.toString()]));
    client.send("ü🚀");
    client.send(Buffer.from("bytes"));
    client.send("");
    client.send("one ", { fin: false });
    client.send("and ", { fin: false });
    client.ping();
    client.send("two", { fin: true });
    const [data] = await once(client, "pong");
    expect(data).toHaveLength(0);
    await vi.waitFor(() => expect(got).toHaveLength(4), LONG);
    expect(got).toEqual([
      [false, "ü🚀"],
      [true, "bytes"],
      [false, ""],
      [false, "one and two"],
    ]);
    expect(sockets[0]?.headers).toMatchObject({
      ":method": "GET",
      ":path": "/socket/7",
      ":protocol": "websocket",
      "params.id": "7",
      "query.room": "a",
      "sec-websocket-version": "13",
    });
  });

  test("of the greatest size pass, and one byte more is 1009", async () => {
    const { handler, ends } = echo();
    const { port } = await serving(handler, "[http.max]\nmessage_size = 100000");
    const client = await opened(port);
    client.send(Buffer.alloc(100_000));
    const [data] = await once(client, "message");
    expect(data).toHaveLength(100_000);
    client.send(Buffer.alloc(100_001));
    expect(await closeOf(client)).toEqual([1009, ""]);
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1009 }]), LONG);
  });

  test("of text that is no UTF-8 end with 1007", async () => {
    const { handler, ends } = echo();
    const { port } = await serving(handler);
    const client = await opened(port);
    client.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect(await closeOf(client)).toEqual([1007, ""]);
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1007 }]), LONG);
  });
});

describe("the handshake", () => {
  test("the service chooses the subprotocol, and sets fields", async () => {
    const { handler } = echo();
    const { port } = await serving((ctx) => {
      ctx.header(":set-cookie", '["a=1","b=2"]').header("x-name", "ü").header("sec-websocket-extensions", "none");
      return handler(ctx);
    });
    const client = dial(port, ["chat.1", "chat.2", "other"]);
    const [[response]] = await Promise.all([once(client, "upgrade"), once(client, "open")]);
    expect(response.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "sec-websocket-protocol": "chat.2" });
    expect(Buffer.from(response.headers["x-name"], "latin1").toString()).toBe("ü");
    expect([client.protocol, client.extensions]).toEqual(["chat.2", ""]);
    const without = await opened(port);
    expect(without.protocol).toBe("");
  });

  test.each(["101", "200"])("the status %s accepts", async (status) => {
    const { handler } = echo();
    const { port } = await serving((ctx) => handler(ctx.header(":status", status)));
    const client = await opened(port);
    client.send("hi");
    expect(String((await once(client, "message"))[0])).toBe("hi");
  });

  test("any other status refuses, with the body of the service", async () => {
    const body = "x".repeat(300_000);
    const { port, node } = await serving((ctx) => ctx.header(":status", "403").header("x-why", "no").send(body));
    const refused = await refusal(dial(port));
    expect(refused).toMatchObject({ status: 403, headers: { "x-why": "no", connection: "close" } });
    expect(refused.body === body).toBe(true);
    await vi.waitFor(() => expect(node.metrics().calls).toMatchObject({ started: 1, failed: {} }), LONG);
  });

  test("a subprotocol that was not offered, and a head that HTTP cannot carry: 502", async () => {
    for (const [name, value] of [
      ["sec-websocket-protocol", "other"],
      ["x-name", "a\nb"],
    ] as const) {
      const { port } = await serving(async (ctx) => {
        ctx.header(name, value).flushHeaders();
        await wait(60_000, undefined, { ref: false });
      });
      expect((await refusal(dial(port, ["chat"]))).status).toBe(502);
    }
  });

  test("nobody offers the service: 503 with the sentence", async () => {
    const { port } = await start(ROUTE);
    expect(await refusal(dial(port))).toMatchObject({
      status: 503,
      headers: { "retry-after": "1" },
      body: "no nodes were able to process your request for service(s): [socket]",
    });
  });

  test("what asks for no WebSocket is 426, and calls nobody; other routes answer who asks for one", async () => {
    const { handler, sockets } = echo();
    const { port, url } = await serving(handler);
    const plain = await fetch(`${url}/socket/7`);
    expect([plain.status, plain.headers.get("upgrade"), plain.headers.get("sec-websocket-version")]).toEqual([
      426,
      "websocket",
      "13",
    ]);
    expect((await refusal(dial(port, [], { protocolVersion: 8 }))).status).toBe(426);
    const ask = (fields: string, method = "GET") =>
      raw(port, `${method} /socket/7 HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n${fields}\r\n`);
    const statusOf = async (fields: string): Promise<string> => (await ask(fields).all).slice(9, 12);
    expect(await statusOf("upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: a\r\n")).toBe("400");
    const key = "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    expect(await statusOf(`${key}sec-websocket-protocol: a, a\r\n`)).toBe("400");
    expect(sockets).toEqual([]);
    const other = new WebSocket(`ws://127.0.0.1:${port}/head`);
    other.on("error", () => {});
    expect(await refusal(other)).toMatchObject({ status: 200, headers: { connection: "close" } });
    // An Upgrade to something else is ignored, and its body is read.
    const body = raw(
      port,
      "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: h2c\r\ncontent-length: 4\r\n\r\nbody",
    );
    expect(await body.all).toMatch(/^HTTP\/1.1 200 .*body/s);
  });

  test("of HTTP/2 there is none: 426", async () => {
    const { handler } = echo();
    const { url } = await serving(handler);
    const session = connectHttp2(url);
    atEnd(() => session.destroy());
    const stream = session.request({ ":path": "/socket/7" });
    const [headers] = await once(stream, "response");
    expect(headers).toMatchObject({ ":status": 426, "sec-websocket-version": "13" });
    expect(headers).not.toHaveProperty("upgrade");
  });

  test("within TLS", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flatend-wss-"));
    atEnd(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
    const [key, cert, keyFile] = [newKey(), join(folder, "cert.pem"), join(folder, "key.pem")];
    const ca = selfSigned(key, ["one.test"]);
    writeFileSync(cert, ca);
    writeFileSync(keyFile, pemOfKey(key));
    const { handler, sockets, ends } = echo();
    const tls = `https = true\ndomain = "one.test"\ntls.cert = '${cert}'\ntls.key = '${keyFile}'\n`;
    const { port, server } = await serving(handler, tls);
    const options = { ca, servername: "one.test", headers: { host: "one.test" } };
    const client = new WebSocket(`wss://127.0.0.1:${port}/socket/7`, options);
    atEnd(() => client.terminate());
    await once(client, "open");
    client.send("hi");
    expect(String((await once(client, "message"))[0])).toBe("hi");
    expect(sockets[0]?.headers).toMatchObject({ ":scheme": "https", ":authority": "one.test" });
    const closed = closeOf(client);
    await server.close();
    expect(await closed).toEqual([1001, "the gateway stops"]);
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: 1001 }]), LONG);
  });

  test("behind a request that is not answered yet ends the connection, and nothing else", async () => {
    const { handler, sockets } = echo();
    const { port } = await serving(handler);
    const both = raw(
      port,
      "GET /waits HTTP/1.1\r\nhost: a\r\n\r\nGET /socket/1 HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    expect(await both.all).toBe("");
    const client = await opened(port);
    client.send("hi");
    expect(String((await once(client, "message"))[0])).toBe("hi");
    expect(sockets).toHaveLength(1);
  });

  test("a client that leaves while the service thinks ends the call", async () => {
    const { port, node } = await serving(() => new Promise(() => {}));
    const client = dial(port);
    await vi.waitFor(() => expect(node.metrics().calls.started).toBe(1), LONG);
    client.terminate();
    await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: 1 }), LONG);
  });
});

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
