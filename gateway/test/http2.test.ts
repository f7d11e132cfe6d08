// HTTP/2 on a port that speaks HTTP/1.1 as well: the same answers, and ends of its own.
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { atEnd, MEBIBYTE, start as startServer, uploads } from "./server.ts";

async function start(keys = "") {
  const running = await startServer(keys);
  return { ...running, session: client(running.port) };
}

function client(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  atEnd(() => session.destroy());
  return session;
}

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const CONTINUATION = 9;
const END_STREAM = 1;
const END_HEADERS = 4;
/** `:authority: a`, as HPACK writes it. */
const AUTHORITY = Buffer.from([0x41, 0x01, 0x61]);
/** With an empty SETTINGS behind it. */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    frames.push({ type: bytes.readUInt8(at + 3), flags: bytes.readUInt8(at + 4), stream: bytes.readUInt32BE(at + 5) });
  }
  return frames;
}

interface Answer {
  readonly status: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** The error with which the stream was reset; 0 is none. */
  readonly reset: number;
  /** Whether the body ended, and was not cut off. */
  readonly whole: boolean;
}

async function read(stream: ClientHttp2Stream): Promise<Answer> {
  const headers: Record<string, unknown> = {};
  const pieces: Buffer[] = [];
  let whole = false;
  stream.on("error", () => {});
  stream.on("response", (given) => Object.assign(headers, given));
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  stream.on("end", () => {
    whole = stream.rstCode === 0 && !stream.aborted;
  });
  await new Promise((resolve) => stream.once("close", resolve));
  return { status: headers[":status"], headers, body: Buffer.concat(pieces), reset: stream.rstCode ?? 0, whole };
}

const get = (session: ClientHttp2Session, path: string, headers: Record<string, string | string[]> = {}) =>
  read(session.request({ ":path": path, ...headers }));

function post(session: ClientHttp2Session, path: string, body: Buffer, headers = {}): Promise<Answer> {
  const stream = session.request({ ":path": path, ":method": "POST", ...headers });
  stream.end(body);
  return read(stream);
}

describe("heads", () => {
  test("what a service is told", async () => {
    const { session, port } = await start();
    const { body, status } = await get(session, "/h%65ad?x=1", {
      cookie: ["a=1", "b=2"],
      "x-a": "b",
      te: "trailers",
      "params.id": "9",
    });
    expect(status).toBe(200);
    const told = JSON.parse(body.toString()) as Record<string, string>;
    expect(told).toMatchObject({
      ":method": "GET",
      ":scheme": "http",
      ":authority": `127.0.0.1:${port}`,
      ":path": "/head",
      ":http-version": "2",
      ":remote-address": "127.0.0.1",
      cookie: "a=1; b=2",
      "x-a": "b",
      "query.x": "1",
    });
    for (const name of ["te", "host", "params.id"]) expect(told).not.toHaveProperty([name]);
  });

  test("status, cookies, and nothing of the connection", async () => {
    const { session } = await start();
    const { status, headers, body } = await get(session, "/teapot");
    expect([status, body.toString()]).toEqual([418, "short and stout"]);
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(Buffer.from(headers["x-pot"] as string, "latin1").toString()).toBe("ü");
    for (const name of ["connection", "keep-alive", "transfer-encoding"]) expect(headers).not.toHaveProperty(name);
  });

  test("the gateway's own answers", async () => {
    const { session } = await start("min.body_size = 10\nmax.body_size = 100\nmax.header_size = 8192");
    const statuses = await Promise.all([
      get(session, "/nothing"),
      get(session, "/head", { ":method": "DELETE" }),
      get(session, "/head/"),
      get(session, "/x/../head"),
      get(session, "/head", { ":authority": "one", host: "other" }),
      post(session, "/echo", Buffer.alloc(20)),
      post(session, "/echo", Buffer.alloc(9), { "content-length": "9" }),
      post(session, "/echo", Buffer.alloc(101), { "content-length": "101" }),
      get(session, "/head", { x: "x".repeat(5_000) }),
      get(session, "/head", { x: "x".repeat(9_000) }),
      read(session.request({ ":method": "CONNECT", ":authority": "a:1" })),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 405, 301, 400, 400, 411, 400, 413, 431, 431, 400]);
    expect((await get(session, "/head")).status).toBe(200);
  });
});

describe("bodies", () => {
  test("of both ways, with HTTP/1.1 beside it on the same port", async () => {
    const { session, port } = await start();
    const body = Buffer.alloc(3 * MEBIBYTE + 1, "flatend");
    const [one, other] = await Promise.all([
      post(session, "/echo", body),
      fetch(`http://127.0.0.1:${port}/echo`, { method: "POST", body }).then((response) => response.arrayBuffer()),
    ]);
    expect([one.status, one.body.equals(body), one.whole]).toEqual([200, true, true]);
    expect(Buffer.from(other).equals(body)).toBe(true);
  });

  test("an answer before the end of the request comes whole", async () => {
    const { session } = await start("max.body_size = 100000000");
    const stream = session.request({ ":path": "/large", ":method": "POST" });
    stream.write("some");
    const { body, status, reset } = await read(stream);
    expect([status, body.length, reset]).toEqual([200, 2 * MEBIBYTE, constants.NGHTTP2_NO_ERROR]);
  });

  test("a service that dies in its response resets the stream, and nothing else", async () => {
    const { session } = await start();
    const { whole, reset } = await get(session, "/dies");
    expect([whole, reset]).toEqual([false, constants.NGHTTP2_INTERNAL_ERROR]);
    expect((await get(session, "/nothing")).status).toBe(404);
  });

  test("a body longer than was told breaks off", async () => {
    const { session } = await start();
    const { whole, status } = await get(session, "/longer");
    expect(whole && status !== 502).toBe(false);
  });

  test("a client's reset ends the call", async () => {
    const { node, session } = await start();
    for (const path of ["/waits", "/much"]) {
      const before = node.metrics().calls;
      const stream = session.request({ ":path": path }).on("error", () => {});
      await vi.waitFor(() => expect(node.metrics().calls.started).toBe(before.started + 1), { timeout: 5_000 });
      if (path === "/much") await once(stream, "data");
      stream.close(constants.NGHTTP2_CANCEL);
      const aborted = (before.failed.ABORTED ?? 0) + 1;
      await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: aborted }), { timeout: 5_000 });
    }
  });

  test.each([
    ["a reset", (socket: Socket) => void socket.write(frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 8])))],
    ["a lost connection", (socket: Socket) => void socket.destroy()],
  ])("%s in the middle of a body leaves the service an error, and never a whole body", async (_, leave) => {
    const { port } = await start();
    uploads.length = 0;
    // A client of Node's ends its body before it resets the stream.
    const { socket } = raw(port, PREFACE);
    const takes = Buffer.concat([Buffer.from([0x83, 0x86, 0x44, 6]), Buffer.from("/takes"), AUTHORITY]);
    socket.write(Buffer.concat([frame(HEADERS, 4, 1, takes), frame(DATA, 0, 1, Buffer.alloc(1_000))]));
    await vi.waitFor(() => expect(uploads).toEqual(["begun"]), { timeout: 5_000 });
    leave(socket);
    await vi.waitFor(() => expect(uploads).toEqual(["begun", "CONNECTION_LOST"]), { timeout: 5_000 });
  });

  test.each([
    ["GET", 0x82, END_STREAM | END_HEADERS, []],
    ["POST", 0x83, END_HEADERS, [RST_STREAM]],
  ] as const)(
    "the end of a response to %s leaves before a body that nobody reads is refused",
    async (_, method, flags, after) => {
      const { port } = await start();
      const { socket, received } = raw(port, PREFACE);
      const head = Buffer.concat([Buffer.from([method, 0x86, 0x44, 8]), Buffer.from("/nothing"), AUTHORITY]);
      socket.write(frame(HEADERS, flags, 1, head));
      const ofStream = () => framesOf(Buffer.from(received(), "latin1")).filter(({ stream }) => stream === 1);
      const isLast = ({ type, flags }: Frame) => type === DATA && (flags & END_STREAM) !== 0;
      await vi.waitFor(() => expect(ofStream().some(isLast)).toBe(true), { timeout: 5_000 });
      await wait(200);
      const frames = ofStream();
      expect(frames.slice(frames.findIndex(isLast) + 1).map(({ type }) => type)).toEqual(after);
      expect(frames.slice(0, frames.findIndex(isLast)).map(({ type }) => type)).not.toContain(RST_STREAM);
    },
  );

  test("100 Continue comes when the body is wanted, and not when it is refused", async () => {
    const { session } = await start("max.body_size = 100");
    const ask = (length: number) =>
      session.request({
        ":path": "/echo",
        ":method": "POST",
        "content-length": String(length),
        expect: "100-continue",
      });
    expect((await read(ask(101))).status).toBe(413);
    const wanted = ask(3);
    await once(wanted, "continue");
    wanted.end("abc");
    expect((await read(wanted)).body.toString()).toBe("abc");
  });
});

describe("times", () => {
  test("a body that stalls: 408", async () => {
    const { session } = await start('timeout.read = "300ms"');
    const stream = session.request({ ":path": "/late", ":method": "POST" });
    stream.write("abc");
    expect((await read(stream)).status).toBe(408);
  });

  test("a stream of which a client takes nothing is reset; others go on", async () => {
    const { session } = await start('timeout.write = "250ms"');
    const stalled = session.request({ ":path": "/much" }).on("error", () => {});
    await once(stalled, "response");
    await vi.waitFor(() => expect(stalled.rstCode).toBe(constants.NGHTTP2_CANCEL), { timeout: 5_000 });
    expect((await get(session, "/slow")).body.toString()).toBe("abc");
  });

  test.each([
    ["idle", async (session: ClientHttp2Session) => void (await get(session, "/head"))],
    ["read_header", async () => {}],
  ])("%s ends a connection that asks for nothing, whatever else it sends", async (key, before) => {
    const { session } = await start(`timeout.${key} = "400ms"`);
    await before(session);
    const pings = setInterval(() => session.destroyed || session.ping(() => {}), 50);
    atEnd(() => clearInterval(pings));
    if (!session.destroyed) await once(session, "close");
  });

  test.each(["", "PRI * HT"])("first bytes that are %j, and no more: 408", async (text) => {
    const { port } = await start('timeout.read_header = "200ms"');
    const { socket, received } = raw(port, text);
    await once(socket, "close");
    expect(received()).toMatch(/^HTTP\/1.1 408 /);
  });

  test("first bytes in pieces", async () => {
    const { port } = await start();
    const { socket, received } = raw(port, "P");
    for (const piece of ["O", "ST /echo HTTP/1.1\r\nho", "st: a\r\ncontent-length: 3\r\n\r\n", "abc"]) {
      await wait(30);
      socket.write(piece);
    }
    await vi.waitFor(() => expect(received()).toMatch(/^HTTP\/1.1 200 .*abc/s), { timeout: 5_000 });
    const other = raw(port, PREFACE.slice(0, 20));
    await wait(30);
    other.socket.write(PREFACE.slice(20));
    // The gateway's own SETTINGS.
    await vi.waitFor(() => expect(other.received().charCodeAt(3)).toBe(4), { timeout: 5_000 });
  });
});

describe("the end", () => {
  test("is announced, and what runs goes on", async () => {
    const { session, server, port } = await start();
    const idle = client(port);
    await get(idle, "/head");
    const running = session.request({ ":path": "/slow" });
    const answer = read(running);
    await once(running, "response");
    const goaway = once(session, "goaway");
    const closed = server.close();
    await goaway;
    expect((await answer).body.toString()).toBe("abc");
    await closed;
    expect(idle.closed).toBe(true);
  });

  test("comes for all when the time is over", async () => {
    const { session, server, port } = await start('timeout.shutdown = "100ms"');
    const silent = connectTcp(port, "127.0.0.1").on("error", () => {});
    await once(silent, "connect");
    const answer = get(session, "/waits");
    await wait(100);
    await server.close();
    expect((await answer).whole).toBe(false);
  });
});

describe("floods", () => {
  /** `:method: GET`, `:scheme: http`, `:path: /`, as HPACK writes them. */
  const HEAD = Buffer.concat([Buffer.from([0x82, 0x86, 0x84]), AUTHORITY]);
  const reset = Buffer.from([0, 0, 0, 8]);
  const floods: Readonly<Record<string, (round: number) => Buffer>> = {
    "rapid reset": (round) =>
      Buffer.concat([frame(HEADERS, 5, 2 * round + 1, HEAD), frame(RST_STREAM, 0, 2 * round + 1, reset)]),
    ping: () => frame(PING, 0, 0, Buffer.alloc(8)),
    settings: () => frame(SETTINGS, 0, 0, Buffer.alloc(0)),
    continuation: (round) => (round === 0 ? frame(HEADERS, 0, 1, HEAD) : frame(CONTINUATION, 0, 1, Buffer.alloc(0))),
  };

  test.each(Object.entries(floods))(
    "%s: the connection is ended",
    async (kind, flood) => {
      const { port, session } = await start();
      const { socket } = raw(port, PREFACE);
      // Its answers are not read either.
      socket.pause();
      let ended = false;
      socket.once("close", () => {
        ended = true;
      });
      for (let round = 0; round < 200_000 && !ended; round += 1000) {
        const frames = Array.from({ length: 1000 }, (_, index) => flood(round + index));
        socket.write(Buffer.concat(frames));
        await wait(5);
        if (kind === "rapid reset" || kind === "continuation") socket.resume();
      }
      socket.resume();
      await vi.waitFor(() => expect(ended).toBe(true), { timeout: 5_000 });
      expect((await get(session, "/head")).status).toBe(200);
    },
    30_000,
  );

  test("more requests at a time than are allowed are refused, one by one", async () => {
    const { session, node } = await start();
    await once(session, "remoteSettings");
    expect(session.remoteSettings.maxConcurrentStreams).toBe(128);
    for (let index = 0; index < 200; index += 1) session.request({ ":path": "/waits" }).on("error", () => {});
    await wait(500);
    expect(node.metrics().calls.started).toBeLessThanOrEqual(128);
  });
});

function raw(port: number, text: string): { socket: Socket; received: () => string } {
  const socket = connectTcp(port, "127.0.0.1");
  socket.write(Buffer.from(text, "latin1"));
  atEnd(() => socket.destroy());
  let all = "";
  socket.setEncoding("latin1").on("error", () => {});
  socket.on("data", (data: string) => {
    all += data;
  });
  return { socket, received: () => all };
}
