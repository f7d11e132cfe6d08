// WebSocket routes: messages and the handshake, of a client over a real connection and a service behind the mesh.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { atEnd, raw, start } from "./server.ts";
import { closeOf, dial, echo, LONG, opened, ROUTE, refusal, serving } from "./sockets.ts";

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
