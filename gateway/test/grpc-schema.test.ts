// gRPC routes with a schema: clients speak protobuf, and the service knows nothing of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Metadata, status } from "@grpc/grpc-js";
import { afterAll, describe, expect, test } from "vitest";
import { type GrpcCall, GrpcError, grpc } from "../src/service/grpc.ts";
import { decode, encode, SCHEMA } from "./greet-schema.ts";
import { Caller, outcomeOf } from "./grpc-calls.ts";
import { start } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-schema-"));
writeFileSync(join(folder, "greet.binpb"), SCHEMA);
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

type Hello = { readonly text?: string; readonly count?: string; readonly inner?: Hello };
const read = (bytes: Uint8Array): Hello => JSON.parse(Buffer.from(bytes).toString()) as Hello;
const write = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** What services have read, and of what type. */
let told: [string | undefined, Hello][] = [];
const one = async (call: GrpcCall): Promise<Hello> => {
  const message = read(await call.message());
  told.push([call.headers["content-type"], message]);
  return message;
};
const greeter = grpc({
  SayHello: async (call) => {
    const { text, count, inner } = await one(call);
    if (text === "nobody") throw new GrpcError(status.NOT_FOUND, "who is nobody?");
    return write({ text: `Hello, ${text}`, count, inner });
  },
  SayTwice: async (call) => {
    const { text } = await one(call);
    for (const time of ["once", "twice"]) await call.send(write({ text: `${text} ${time}` }));
  },
  SayAll: async (call) => {
    const all: (string | undefined)[] = [];
    for await (const message of call) all.push(read(message).text);
    return write({ text: all.join(" and ") });
  },
  SayEach: async (call) => {
    for await (const message of call) await call.send(message);
  },
  Wrong: async (call) => {
    const { text } = await one(call);
    await call.send(write({ text: "one that is right" }));
    return Buffer.from(text ?? "");
  },
  Metadata: async (call) => {
    call.header("x-head", "1").trailer("x-end", "2");
    return call.message();
  },
  Never: (call) => new Promise((_, reject) => call.signal.addEventListener("abort", reject)),
  Untyped: () => write({ nope: 1 }),
  Long: () => write({ text: "x".repeat(1_000) }),
  Dies: (_call, context) => {
    context.flushHeaders();
    setTimeout(() => context.destroy(new Error("dead")), 50);
    return new Promise(() => {});
  },
  NotThere: (call) => call.message(),
});

async function serve(keys = "") {
  told = [];
  const route = '[[http.routes]]\npath = "POST /greet.Greeter/:method"\nservice = "greeter"\ngrpc = true';
  const { port } = await start(`${keys}\n${route}\nschema = "greet.binpb"`, { greeter }, folder);
  const caller = new Caller(port, undefined, undefined, "/greet.Greeter");
  const call = async (method: string, messages: readonly object[], metadata?: Metadata) => {
    const outcome = await caller.call(method, messages.map(encode), metadata);
    return { ...outcome, messages: outcome.raw.map(decode) };
  };
  return { port, caller, call };
}

describe("with a schema", () => {
  test("the four kinds of calls are JSON to the service", async () => {
    const { call } = await serve();
    const message = { text: "Ann ü", count: "9007199254740993", inner: { inner: { text: "deep" } } };
    expect(await call("SayHello", [message])).toMatchObject({
      code: status.OK,
      messages: [{ ...message, text: "Hello, Ann ü" }],
    });
    expect(told).toEqual([["application/grpc+json", message]]);
    expect(await call("SayTwice", [{ text: "Ann" }])).toMatchObject({
      messages: [{ text: "Ann once" }, { text: "Ann twice" }],
    });
    expect(await call("SayAll", [{ text: "Ann" }, { text: "Bob" }])).toMatchObject({
      messages: [{ text: "Ann and Bob" }],
    });
    expect(await call("SayEach", [{ text: "Ann" }, {}, { text: "Bob" }])).toMatchObject({
      messages: [{ text: "Ann" }, {}, { text: "Bob" }],
    });
    expect(await call("SayHello", [{ text: "nobody" }])).toMatchObject({
      code: status.NOT_FOUND,
      details: "who is nobody?",
    });
  });

  test("a client that writes JSON itself is passed on as it is", async () => {
    const { port } = await serve();
    const body = Buffer.concat([Buffer.from([0, 0, 0, 0, 14]), Buffer.from('{"text":"Ann"}')]);
    const response = await fetch(`http://127.0.0.1:${port}/greet.Greeter/SayHello`, {
      method: "POST",
      body,
      headers: { "content-type": "application/grpc-web+json" },
    });
    expect(response.headers.get("content-type")).toBe("application/grpc-web+json");
    expect(await response.text()).toContain('{"text":"Hello, Ann"}');
    const other = await fetch(response.url, {
      method: "POST",
      body,
      headers: { "content-type": "application/grpc-web+thrift" },
    });
    expect(other.status).toBe(415);
  });

  test("methods that it does not have are UNIMPLEMENTED, without a call", async () => {
    const { call } = await serve();
    expect(await call("NotThere", [{}])).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: "there is no such method",
    });
  });

  test.each([
    ["is no JSON", "{"],
    ["is no message", '{"nope":1}'],
    ["has a wrong type", '{"text":1}'],
    ["is nothing", ""],
  ])("a message of the service that %s is INTERNAL, behind those before", async (_, text) => {
    const { call } = await serve();
    expect(await call("Wrong", [{ text }])).toMatchObject({
      messages: [{ text: "one that is right" }],
      code: status.INTERNAL,
      details: "the service's messages: MALFORMED",
    });
  });

  test("a message of the client that is none, is compressed or is too long", async () => {
    const { caller } = await serve("max.message_size = 1000");
    expect(await caller.call("SayHello", [Buffer.from([0x0a, 9, 1])])).toMatchObject({
      code: status.INTERNAL,
      details: "expected a message of the method's type",
    });
    expect(await caller.call("SayHello", [encode({ text: "x".repeat(900) })])).toMatchObject({ code: status.OK });
    // As JSON it is longer than as protobuf.
    for (const length of [990, 1_000]) {
      expect(await caller.call("SayHello", [encode({ text: "x".repeat(length) })])).toMatchObject({
        code: status.RESOURCE_EXHAUSTED,
        details: "the message is too long",
      });
    }
    const gzip = new Caller(caller.port, undefined, { "grpc.default_compression_algorithm": 2 }, "/greet.Greeter");
    expect(await gzip.call("SayHello", [encode({ text: "x" })])).toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test("a stream is written anew message by message", async () => {
    const { caller } = await serve();
    const call = caller.open("SayEach");
    const outcome = outcomeOf(call);
    for (const text of ["one", "two"]) {
      const answer = new Promise((resolve) => call.once("data", (message: Buffer) => resolve(decode(message))));
      call.write(encode({ text }));
      expect(await answer).toEqual({ text });
    }
    call.end();
    expect(await outcome).toMatchObject({ code: status.OK });
  });
});

describe("Connect", () => {
  const ask = async (port: number, method: string, body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/greet.Greeter/${method}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };

  test("a message in JSON, and one back", async () => {
    const { port } = await serve();
    const {
      status: code,
      body,
      headers,
    } = await ask(port, "SayHello", '{"text":"Ann","count":"7"}', {
      "connect-protocol-version": "1",
      "connect-timeout-ms": "20000",
      "content-type": "application/json; charset=utf-8",
    });
    expect([code, body]).toEqual([200, { text: "Hello, Ann", count: "7" }]);
    expect(told).toEqual([["application/grpc+json", { text: "Ann", count: "7" }]]);
    expect(headers.get("grpc-status")).toBeNull();
  });

  test("metadata, and errors with their statuses", async () => {
    const { port } = await serve();
    expect(await ask(port, "SayHello", '{"text":"nobody"}')).toMatchObject({
      status: 404,
      body: { code: "not_found", message: "who is nobody?" },
    });
    const metadata = await ask(port, "Metadata", "{}");
    expect(metadata.status).toBe(200);
    expect(metadata.headers.get("x-head")).toBe("1");
    expect(metadata.headers.get("trailer-x-end")).toBe("2");
  });

  test.each<[string, string, string, Record<string, string>, number, string]>([
    ["no JSON", "SayHello", "{", {}, 400, "invalid_argument"],
    ["no message", "SayHello", '{"nope":1}', {}, 400, "invalid_argument"],
    ["a longer one", "SayHello", `{"text":"${"x".repeat(1_000)}"}`, {}, 429, "resource_exhausted"],
    ["another method", "NotThere", "{}", {}, 501, "unimplemented"],
    ["a compressed one", "SayHello", "{}", { "content-encoding": "gzip" }, 501, "unimplemented"],
    ["no time", "SayHello", "{}", { "connect-timeout-ms": "soon" }, 400, "invalid_argument"],
    ["a deadline", "Never", "{}", { "connect-timeout-ms": "300" }, 504, "deadline_exceeded"],
    ["a large head", "SayHello", "{}", { "x-large": "x".repeat(5_000) }, 429, "resource_exhausted"],
    ["a wrong answer", "Wrong", '{"text":"{}"}', {}, 500, "internal"],
    ["an answer of another type", "Untyped", "{}", {}, 500, "internal"],
    ["a long answer", "Long", "{}", {}, 500, "internal"],
    ["a lost service", "Dies", "{}", {}, 503, "unavailable"],
  ])("%s", async (_, method, body, headers, code, name) => {
    const { port } = await serve("max.message_size = 1000");
    expect(await ask(port, method, body, headers)).toMatchObject({ status: code, body: { code: name } });
  });

  test("methods of streams are refused with 415, and so is all of it without a schema", async () => {
    const { port } = await serve();
    expect((await ask(port, "SayEach", "{}")).status).toBe(415);
    const bare = await start(
      '[[http.routes]]\npath = "POST /greet.Greeter/:method"\nservice = "greeter"\ngrpc = true',
      { greeter },
    );
    expect((await ask(bare.port, "SayHello", "{}")).status).toBe(415);
  });
});

test.each([
  ["nothing.binpb", "expected a file at"],
  ["text.binpb", "expected a FileDescriptorSet with services and all that they import"],
])("a schema that cannot be used ends the start: %s", async (file, message) => {
  writeFileSync(join(folder, "text.binpb"), "syntax = 'proto3';");
  const route = `[[http.routes]]\npath = "POST /a"\nservice = "a"\ngrpc = true\nschema = "${file}"`;
  await expect(start(route, {}, folder)).rejects.toMatchObject({
    faults: [{ path: ["http", 0, "routes", 0, "schema"], message: expect.stringContaining(message) }],
  });
});
