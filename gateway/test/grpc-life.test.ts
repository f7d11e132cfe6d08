// gRPC routes: how a call ends before its service wants it to, and what becomes of services that break the rules.
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Metadata, status } from "@grpc/grpc-js";
import type { Context, Handler } from "flatend";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { grpc } from "../src/service/grpc.ts";
import { Caller, echo, ends, METHODS, outcomeOf, serving } from "./grpc-calls.ts";
import { atEnd, MEBIBYTE } from "./server.ts";

const LONG = { timeout: 20_000 };
beforeEach(() => void ends.splice(0));

/** The calls of the gateway, all of which have ended. */
const finished = (count: number) => ({ started: count, finished: count, failed: {} });

/** A request whose body is to come, without Huffman and the table of HPACK. */
function headersFrame(path: string): Buffer {
  const literal = (name: string, value: string) =>
    Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);
  const block = Buffer.concat([
    literal(":method", "POST"),
    literal(":scheme", "http"),
    literal(":path", path),
    literal(":authority", "a"),
    literal("content-type", "application/grpc"),
  ]);
  const head = Buffer.from("000000010400000001", "hex");
  head.writeUIntBE(block.length, 0, 3);
  return Buffer.concat([head, block]);
}

const envelope = (flags: number, text: string): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([prefix, Buffer.from(text)]);
};
const message = envelope(0, "a message");

function dial(port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  atEnd(() => session.destroy());
  return session;
}
const request = (session: ClientHttp2Session, method: string): ClientHttp2Stream =>
  session
    .request({ ":path": `/test.Echo/${method}`, ":method": "POST", "content-type": "application/grpc" })
    .on("error", () => {});

describe("a deadline", () => {
  test("is told to the service and kept, before an answer and within one", async () => {
    const { port, node } = await serving(echo);
    const caller = new Caller(port);
    const metadata = new Metadata();
    metadata.set("grpc-timeout", "700m");
    for (const method of ["Never", "Forever", "Wait"]) {
      const begun = performance.now();
      const call = caller.open(method, metadata);
      const outcome = outcomeOf(call);
      call.write(Buffer.from("x"));
      // The last one waits for more of its client.
      if (method !== "Wait") call.end();
      expect(await outcome).toMatchObject({ code: status.DEADLINE_EXCEEDED });
      expect(performance.now() - begun).toBeGreaterThan(600);
    }
    await vi.waitFor(() => expect(ends).toHaveLength(3), LONG);
    // The gateway's clock and the service's own run from different moments.
    for (const { code } of ends) expect([status.DEADLINE_EXCEEDED, status.CANCELLED]).toContain(code);
    await vi.waitFor(() => expect(node.metrics().calls).toEqual(finished(3)), LONG);
  });

  test("is the gateway's to keep where neither client nor service do", async () => {
    const { port } = await serving(() => new Promise(() => {}));
    const metadata = new Metadata();
    metadata.set("grpc-timeout", "300m");
    const begun = performance.now();
    expect(await new Caller(port).call("Unary", ["x"], metadata)).toMatchObject({
      code: status.DEADLINE_EXCEEDED,
      details: "the deadline has passed",
    });
    expect(performance.now() - begun).toBeGreaterThan(290);
  });

  test("that is none is INTERNAL", async () => {
    const { port } = await serving(echo);
    const metadata = new Metadata();
    metadata.set("grpc-timeout", "soon");
    expect(await new Caller(port).call("Unary", ["x"], metadata)).toMatchObject({ code: status.INTERNAL });
  });
});

describe("a client that cancels", () => {
  test.each(["Never", "Forever"])("ends the call of %s, and nothing else", async (method) => {
    const { port, node } = await serving(echo);
    const [caller, other] = [new Caller(port), new Caller(port)];
    const staying = other.open("Echo");
    const call = caller.open(method);
    const outcome = outcomeOf(call);
    call.write(Buffer.from("x"));
    call.end();
    await wait(200);
    const begun = performance.now();
    call.cancel();
    expect(await outcome).toMatchObject({ code: status.CANCELLED });
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: status.CANCELLED }]), LONG);
    // The mesh's own sign for it takes ten seconds and a connection.
    expect(performance.now() - begun).toBeLessThan(5_000);
    await vi.waitFor(() => expect(node.metrics().calls).toMatchObject({ started: 2, finished: 1, failed: {} }), LONG);
    const answer = new Promise((resolve) => staying.once("data", (message: Buffer) => resolve(message.toString())));
    staying.write(Buffer.from("still there"));
    expect(await answer).toBe("still there");
    staying.end();
  });

  test("or leaves between its messages ends the call as well", async () => {
    const { port, node } = await serving(echo);
    const session = dial(port);
    const stream = request(session, "Wait");
    stream.write(message);
    await new Promise((resolve) => stream.once("data", resolve));
    session.destroy();
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: status.CANCELLED }]), LONG);
    await vi.waitFor(() => expect(node.metrics().calls).toEqual(finished(1)), LONG);
  });

  test("within a message ends the call as well", async () => {
    const { port } = await serving(echo);
    const socket = connect(port, "127.0.0.1");
    atEnd(() => socket.destroy());
    // HTTP/1 and gRPC-Web, for a body that can stop anywhere.
    socket.write(
      "POST /test.Echo/Wait HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc-web\r\ncontent-length: 100\r\n\r\n\0\0\0\0\x09x",
    );
    await wait(300);
    socket.destroy();
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: status.CANCELLED }]), LONG);
  });

  test("lost without a word is found out", async () => {
    const { port } = await serving(echo, 'timeout.ping = "300ms"');
    const call = new Caller(port).open("Wait");
    const outcome = outcomeOf(call);
    call.write(Buffer.from("x"));
    await new Promise((resolve) => call.once("data", resolve));
    // One that answers pings may be silent for longer than a piece of another body.
    await wait(1_500);
    expect(ends).toEqual([]);
    call.end();
    expect(await outcome).toMatchObject({ code: status.OK });
    const lost = connect(port, "127.0.0.1");
    atEnd(() => lost.destroy());
    const settings = Buffer.from("000000040000000000", "hex");
    lost.write(
      Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), settings, headersFrame("/test.Echo/Wait")]),
    );
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: status.CANCELLED }]), LONG);
  });
});

const OK = envelope(0x80, "grpc-status: 0\r\n");
const answering =
  (...pieces: (Buffer | string)[]): Handler =>
  (ctx) =>
    ctx.send(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));

describe("a service that", () => {
  test.each<[string, number, (ctx: Context) => unknown]>([
    ["ends without trailers", status.INTERNAL, answering(message)],
    ["says nothing", status.INTERNAL, answering("")],
    ["ends within a message", status.INTERNAL, answering(message.subarray(0, 7))],
    ["ends within its trailers", status.INTERNAL, answering(message, OK.subarray(0, 9))],
    ["sends other flags", status.INTERNAL, answering(envelope(2, "?"), OK)],
    [
      "sends other flags and waits for its client",
      status.INTERNAL,
      (ctx) => {
        ctx.write(envelope(2, "?"));
        ctx.resume().once("end", () => ctx.end());
      },
    ],
    ["goes on behind its trailers", status.INTERNAL, answering(message, OK, message)],
    ["ends twice", status.INTERNAL, answering(message, OK, OK)],
    ["names no status", status.INTERNAL, answering(envelope(0x80, "grpc-message: none\r\n"))],
    ["names two", status.INTERNAL, answering(envelope(0x80, "grpc-status: 0\r\ngrpc-status: 0\r\n"))],
    ["names one that is no number", status.INTERNAL, answering(envelope(0x80, "grpc-status: OK\r\n"))],
    [
      "has trailers without end",
      status.INTERNAL,
      answering(envelope(0x80, `grpc-status: 0\r\nx: ${"x".repeat(16_384)}`)),
    ],
    ["fails", status.UNKNOWN, () => Promise.reject(new Error("a bug"))],
    ["answers with JSON", status.UNKNOWN, (ctx) => ctx.json({ hello: "world" })],
    ["knows not who asks", status.UNAUTHENTICATED, (ctx) => ctx.header(":status", "401").send("who?")],
    ["has no such thing", status.UNIMPLEMENTED, (ctx) => ctx.header(":status", "404").send("?")],
    ["has a head that HTTP cannot carry", status.INTERNAL, (ctx) => ctx.header("x", "\n").send(OK)],
    [
      "breaks off before it has answered",
      status.UNAVAILABLE,
      (ctx) => {
        ctx.flushHeaders();
        setTimeout(() => ctx.destroy(new Error("dead")), 50);
      },
    ],
    [
      "breaks off behind a message",
      status.UNAVAILABLE,
      (ctx) => {
        ctx.write(message);
        setTimeout(() => ctx.destroy(new Error("dead")), 50);
      },
    ],
    [
      "breaks off within a message",
      status.UNAVAILABLE,
      (ctx) => {
        ctx.write(message.subarray(0, 7));
        setTimeout(() => ctx.destroy(new Error("dead")), 50);
      },
    ],
    [
      "breaks off behind its trailers",
      status.UNAVAILABLE,
      (ctx) => {
        ctx.write(Buffer.concat([message, OK]));
        setTimeout(() => ctx.destroy(new Error("dead")), 50);
      },
    ],
  ])("%s is %i", async (_, code, handler) => {
    const { port } = await serving(handler);
    const outcome = await new Caller(port).call("Unary", ["x"], undefined, { deadline: Date.now() + 20_000 });
    expect(outcome.code, outcome.details).toBe(code);
  });

  test("dies before it has answered, and within its answer", async () => {
    const { port, service } = await serving(echo);
    const caller = new Caller(port);
    const [never, both] = [caller.open("Never"), caller.open("Echo")];
    const outcomes = Promise.all([outcomeOf(never), outcomeOf(both)]);
    both.write(Buffer.from("x"));
    await new Promise((resolve) => both.once("data", resolve));
    await service.shutdown({ timeout: 0 });
    expect(await outcomes).toMatchObject([
      { code: status.UNAVAILABLE, messages: [] },
      { code: status.UNAVAILABLE, messages: ["x"] },
    ]);
  });

  test("has answered before its client has said all", async () => {
    const { port, node } = await serving(grpc({ ...METHODS, Early: () => Buffer.from("enough") }));
    const call = new Caller(port).open("Early");
    const outcome = outcomeOf(call);
    call.write(Buffer.alloc(300_000));
    expect(await outcome).toMatchObject({ messages: ["enough"], code: status.OK });
    await vi.waitFor(() => expect(node.metrics().calls).toEqual(finished(1)), LONG);
    expect(await new Caller(port).unary("Unary", "next")).toBe("next");
  });

  test("is told of a truncated message as of a client that is gone", async () => {
    const { port } = await serving(echo);
    const body = Buffer.concat([message, message.subarray(0, 7)]);
    const response = await fetch(`http://127.0.0.1:${port}/test.Echo/Wait`, {
      method: "POST",
      body,
      headers: { "content-type": "application/grpc-web" },
    });
    const answer = Buffer.from(await response.arrayBuffer()).toString("latin1");
    expect(answer).toContain("grpc-status: 13");
    await vi.waitFor(() => expect(ends).toMatchObject([{ code: status.CANCELLED }]), LONG);
  });
});

test("a client that reads nothing holds back its service", async () => {
  let sent = 0;
  const { port } = await serving(
    grpc({
      Much: async (call) => {
        const piece = Buffer.alloc(65_536);
        while (await call.send(piece)) sent += piece.length;
      },
    }),
  );
  const stream = request(dial(port), "Much").end();
  await vi.waitFor(() => expect(sent).toBeGreaterThan(65_536), LONG);
  await wait(1_000);
  const before = sent;
  await wait(500);
  expect(sent).toBe(before);
  expect(sent).toBeLessThan(32 * MEBIBYTE);
  // It had not forgotten.
  stream.resume();
  await vi.waitFor(() => expect(sent).toBeGreaterThan(before + MEBIBYTE), LONG);
});

test("a client that breaks a rule with its first message costs nobody else a connection", async () => {
  const { port, node } = await serving(echo);
  const staying = new Caller(port).open("Echo");
  await vi.waitFor(() => expect(node.metrics().calls.started).toBe(1), LONG);
  const response = await fetch(`http://127.0.0.1:${port}/test.Echo/Unary`, {
    method: "POST",
    body: Buffer.from([2, 0, 0, 0, 0]),
    headers: { "content-type": "application/grpc-web" },
  });
  expect(await response.text()).toContain("grpc-status: 13");
  expect(await new Caller(port).unary("Unary", "next")).toBe("next");
  const answer = new Promise((resolve) => staying.once("data", (message: Buffer) => resolve(message.toString())));
  staying.write(Buffer.from("still there"));
  expect(await answer).toBe("still there");
  staying.end();
});

test("silence of both sides ends no call, though it lasts longer than the mesh takes for an end (FLT-GWY-206)", async () => {
  const { port, node } = await serving(
    grpc({
      ...METHODS,
      Think: async (call) => {
        const message = await call.message();
        call.sendHeaders();
        await wait(33_000);
        return message;
      },
    }),
  );
  const caller = new Caller(port);
  const echoes = caller.open("Echo");
  const echoed = outcomeOf(echoes);
  echoes.write(Buffer.from("before"));
  expect((await caller.call("Think", ["thought"])).messages).toEqual(["thought"]);
  echoes.end(Buffer.from("after"));
  expect(await echoed).toMatchObject({ code: status.OK, messages: ["before", "after"] });
  expect(node.metrics().calls).toEqual(finished(2));
}, 60_000);
