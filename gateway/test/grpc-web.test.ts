// gRPC-Web routes: what a browser's fetch sends and gets, over HTTP/1.1 and HTTP/2, as bytes and as base64.
import { connect } from "node:http2";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { grpc } from "../src/service/grpc.ts";
import { echo, ROUTE, serving } from "./grpc-calls.ts";
import { atEnd, start } from "./server.ts";

const envelope = (text: string): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([prefix, Buffer.from(text)]);
};

const ask = (
  port: number,
  method: string,
  body: Buffer | string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/test.Echo/${method}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/grpc-web+proto", "x-grpc-web": "1", ...headers },
  });

/** Messages, and the trailers behind them; none is an answer that broke off. */
function read(body: Buffer): { messages: string[]; trailers: string | undefined } {
  const messages: string[] = [];
  let trailers: string | undefined;
  for (let at = 0; at < body.length; ) {
    expect(trailers).toBeUndefined();
    const end = at + 5 + body.readUInt32BE(at + 1);
    const data = body.toString("latin1", at + 5, end);
    if (body[at] === 0x80) trailers = data;
    else messages.push(data);
    at = end;
  }
  return { messages, trailers };
}
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
/** Each part of a text in base64 may be padded. */
const fromText = (text: string): Buffer =>
  Buffer.concat((text.match(/[^=]+=*/g) ?? []).map((part) => Buffer.from(part, "base64")));

describe("gRPC-Web", () => {
  test("one message, one answer", async () => {
    const { port } = await serving(echo);
    const response = await ask(port, "Unary", envelope("hello"));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/grpc-web+proto");
    expect(read(await bytesOf(response))).toEqual({ messages: ["hello"], trailers: "grpc-status: 0\r\n" });
  });

  test("several messages leave one by one", async () => {
    const { port } = await serving(
      grpc({
        Slow: async (call) => {
          for (const word of ["one", "two"]) {
            await call.send(Buffer.from(word));
            await wait(300);
          }
          call.trailer("x-end", "done");
        },
      }),
    );
    const response = await ask(port, "Slow", envelope(""));
    const pieces: Buffer[] = [];
    const times: number[] = [];
    for await (const piece of response.body as AsyncIterable<Uint8Array>) {
      pieces.push(Buffer.from(piece));
      times.push(performance.now());
    }
    expect(read(Buffer.concat(pieces))).toEqual({
      messages: ["one", "two"],
      trailers: "grpc-status: 0\r\nx-end: done\r\n",
    });
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(400);
  });

  test.each([
    ["asked for", { "content-type": "application/grpc-web", accept: "application/grpc-web-text" }],
    ["as it asks", { "content-type": "application/grpc-web-text+proto" }],
  ])("in base64, %s", async (_, headers) => {
    const { port } = await serving(echo);
    const isText = headers["content-type"].includes("text");
    // In two parts, of which each is padded.
    const parts = [envelope("a"), envelope("bc")];
    const body = isText ? parts.map((part) => part.toString("base64")).join("") : Buffer.concat(parts);
    const response = await ask(port, "Echo", body, headers);
    expect(response.headers.get("content-type")).toBe(`application/grpc-web-text${isText ? "+proto" : ""}`);
    const text = await response.text();
    expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
    expect(read(fromText(text))).toEqual({ messages: ["a", "bc"], trailers: "grpc-status: 0\r\n" });
  });

  test("over HTTP/2", async () => {
    const { port } = await serving(echo);
    const session = connect(`http://127.0.0.1:${port}`);
    atEnd(() => session.destroy());
    const stream = session.request({
      ":path": "/test.Echo/Unary",
      ":method": "POST",
      "content-type": "application/grpc-web",
    });
    let hasTrailers = false;
    stream.on("trailers", () => {
      hasTrailers = true;
    });
    stream.end(envelope("hello"));
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    expect(read(Buffer.concat(pieces))).toEqual({ messages: ["hello"], trailers: "grpc-status: 0\r\n" });
    expect(hasTrailers).toBe(false);
  });

  test("failures of the service, of the gateway and of nobody", async () => {
    const { port } = await serving(echo);
    const failed = await ask(port, "Fail", envelope("5"));
    expect(failed.status).toBe(200);
    expect(read(await bytesOf(failed))).toEqual({
      messages: [],
      trailers: "grpc-status: 5\r\ngrpc-message: 100%25 wrong: %C3%BC%0A%F0%9F%9A%80\r\nx-why: because\r\n",
    });
    const large = await ask(port, "Unary", envelope("x"), { "x-large": "x".repeat(5_000) });
    expect(read(await bytesOf(large)).trailers).toContain("grpc-status: 8\r\n");
    const late = await ask(port, "Never", envelope("x"), { "grpc-timeout": "200m" });
    expect(read(await bytesOf(late)).trailers).toContain("grpc-status: 4\r\n");
    const base64 = await ask(port, "Unary", "no base64!", { "content-type": "application/grpc-web-text" });
    expect(read(fromText(await base64.text())).trailers).toContain("grpc-status: 13\r\n");
    const nobody = await start(ROUTE.replace('service = "echo-grpc"', 'service = "nobody"'));
    const none = await ask(nobody.port, "Unary", envelope("x"));
    expect(none.headers.get("retry-after")).toBe("1");
    expect(read(await bytesOf(none)).trailers).toContain("grpc-status: 14\r\n");
  });

  test("a service that breaks off between messages has a status, and within one the answer breaks off", async () => {
    const whole = envelope("a message");
    const breaking = (part: Buffer) =>
      serving((ctx) => {
        ctx.write(part);
        setTimeout(() => ctx.destroy(new Error("dead")), 50);
      });
    const between = await ask((await breaking(whole)).port, "Unary", envelope(""));
    expect(read(await bytesOf(between))).toMatchObject({
      messages: ["a message"],
      trailers: expect.stringContaining("grpc-status: 14\r\n"),
    });
    const within = await ask((await breaking(whole.subarray(0, 8))).port, "Unary", envelope(""));
    await expect(within.arrayBuffer()).rejects.toThrow();
  });

  test("what is no gRPC is refused with 415, and other methods as elsewhere", async () => {
    const { port } = await serving(echo);
    for (const type of ["application/json", "application/grpc", "application/grpc-webx", "text/plain"]) {
      const response = await ask(port, "Unary", envelope("x"), { "content-type": type });
      expect([response.status, await response.text()]).toEqual([
        415,
        "expected application/grpc over HTTP/2, or application/grpc-web",
      ]);
    }
    expect((await fetch(`http://127.0.0.1:${port}/test.Echo/Unary`)).status).toBe(405);
  });

  test("a body that stalls ends", async () => {
    const { port } = await serving(echo, 'timeout.read = "300ms"');
    const body = new ReadableStream({ start: (controller) => controller.enqueue(envelope("x").subarray(0, 3)) });
    const response = await fetch(`http://127.0.0.1:${port}/test.Echo/Unary`, {
      method: "POST",
      body,
      duplex: "half",
      headers: { "content-type": "application/grpc-web" },
    } as RequestInit);
    expect(read(await bytesOf(response)).trailers).toContain("grpc-status: 4\r\n");
  });
});

test("pages of other sites may ask, and read how a call ended", async () => {
  const { port } = await serving(echo, 'compress = true\ncors = { origins = ["https://app.example"] }');
  const asked = await fetch(`http://127.0.0.1:${port}/test.Echo/Unary`, {
    method: "OPTIONS",
    headers: { origin: "https://app.example", "access-control-request-method": "POST" },
  });
  expect(asked.headers.get("access-control-allow-headers")).toBe(
    "content-type, x-grpc-web, x-user-agent, grpc-timeout",
  );
  const origin = { origin: "https://app.example", "content-type": "application/grpc-web+json" };
  // Messages are never compressed as a whole.
  const long = "x".repeat(5_000);
  const response = await ask(port, "Unary", envelope(long), { ...origin, "accept-encoding": "gzip" });
  expect(response.headers.get("content-encoding")).toBeNull();
  expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect(response.headers.get("access-control-expose-headers")).toBe("grpc-status, grpc-message");
  expect(read(await bytesOf(response)).messages).toEqual([long]);
  const failed = await ask(port, "Unary", "", origin);
  expect(failed.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect(read(await bytesOf(failed)).trailers).toContain("grpc-status: 12\r\n");
});

test("the calls of a service without this helper", async () => {
  const bodies: string[] = [];
  const { port } = await serving(async (ctx) => {
    const pieces: Buffer[] = [];
    for await (const piece of ctx) {
      pieces.push(piece);
      const body = Buffer.concat(pieces);
      if (body.at(-5) !== 0x80) continue;
      bodies.push(body.toString("hex"));
      ctx.end(Buffer.concat([envelope("ok"), Buffer.from("800000000f", "hex"), Buffer.from("grpc-status:0\r\n")]));
    }
    bodies.push("the end");
  });
  const response = await ask(port, "Unary", envelope("hi"));
  expect(read(await bytesOf(response))).toEqual({ messages: ["ok"], trailers: "grpc-status: 0\r\n" });
  await vi.waitFor(() => expect(bodies).toEqual(["000000000268698000000000", "the end"]), { timeout: 10_000 });
});
