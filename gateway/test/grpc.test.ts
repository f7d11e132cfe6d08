// gRPC routes: clients of @grpc/grpc-js over real connections, and a service behind the mesh.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Metadata, status } from "@grpc/grpc-js";
import { afterAll, describe, expect, test } from "vitest";
import { grpc } from "../src/service/grpc.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { Caller, echo, METHODS, outcomeOf, serving } from "./grpc-calls.ts";
import { start } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-grpc-"));
const key = newKey();
const certificate = selfSigned(key, ["one.test"]);
writeFileSync(join(folder, "cert.pem"), certificate);
writeFileSync(join(folder, "key.pem"), pemOfKey(key));
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
const HTTPS = 'https = true\ndomain = "one.test"\ntls.cert = "cert.pem"\ntls.key = "key.pem"';

async function overTls(): Promise<Caller> {
  const { port } = await serving(echo, HTTPS, folder);
  const secure = credentials.createSsl(Buffer.from(certificate));
  return new Caller(port, secure, {
    "grpc.ssl_target_name_override": "one.test",
    "grpc.default_authority": "one.test",
  });
}
const plain = async (keys = ""): Promise<Caller> => new Caller((await serving(echo, keys)).port);

describe.each([
  ["without TLS", plain],
  ["over TLS", overTls],
])("calls %s", (_, dial) => {
  test("of all four kinds", async () => {
    const caller = await dial();
    expect(await caller.unary("Unary", "one")).toBe("one");
    expect(await caller.call("Collect", ["a", "b", "", "c"])).toMatchObject({ messages: ["abc"], code: status.OK });
    expect(await caller.call("Repeat", ["x"])).toMatchObject({ messages: ["x", "x", "x"], code: status.OK });
    const both = caller.open("Echo");
    const outcome = outcomeOf(both);
    for (const word of ["first", "second"]) {
      const answer = new Promise((resolve) => both.once("data", (message: Buffer) => resolve(message.toString())));
      both.write(Buffer.from(word));
      // Each is answered before the next one is sent.
      expect(await answer).toBe(word);
    }
    both.end();
    expect(await outcome).toMatchObject({ messages: ["first", "second"], code: status.OK });
  });
});

describe("messages", () => {
  test("of any size and number pass as they are", async () => {
    const caller = await plain();
    const large = "flatend".repeat(400_000);
    expect(await caller.unary("Unary", large)).toBe(large);
    expect(await caller.unary("Unary", "")).toBe("");
    const many = Array.from({ length: 2_000 }, (_, index) => `message ${index}`);
    expect((await caller.call("Echo", many)).messages).toEqual(many);
  });

  test("that are more than the service takes, or the gateway", async () => {
    const caller = new Caller((await serving(grpc(METHODS, { maxMessageLength: 100 }))).port);
    expect(await caller.call("Unary", ["x".repeat(101)])).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    const bounded = await plain("max.body_size = 100");
    expect(await bounded.call("Unary", ["x".repeat(95)])).toMatchObject({ code: status.OK });
    expect(await bounded.call("Unary", ["x".repeat(96)])).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: "expected a body of at most 100 bytes",
    });
  });

  test("none or two where there is to be one", async () => {
    const caller = await plain();
    expect(await caller.call("Unary", [])).toMatchObject({ code: status.UNIMPLEMENTED });
    expect(await caller.call("Unary", ["a", "b"])).toMatchObject({ code: status.UNIMPLEMENTED });
  });
});

describe("metadata", () => {
  test("goes both ways, before and behind the messages, text and bytes", async () => {
    const caller = await plain();
    const metadata = new Metadata();
    metadata.add("x-given", "one");
    metadata.add("x-given", "two");
    metadata.add("x-given-bin", Buffer.from([0, 0xff]));
    metadata.add("x-given-bin", Buffer.from([7]));
    const deadline = Date.now() + 20_000;
    const { messages, code, head, trailers } = await caller.call("Metadata", ["?"], metadata, { deadline });
    expect(code).toBe(status.OK);
    const { headers, bytes } = JSON.parse(messages[0] ?? "") as { headers: Record<string, string>; bytes: string[] };
    expect(headers).toMatchObject({
      ":method": "POST",
      ":path": "/test.Echo/Metadata",
      ":protocol": "grpc",
      ":http-version": "2",
      "content-type": "application/grpc",
      "params.method": "Metadata",
      "x-given": "one, two",
    });
    expect(headers["grpc-timeout"]).toMatch(/^\d{1,8}[HMSmun]$/);
    for (const name of ["te", "content-length", "host"]) expect(headers).not.toHaveProperty([name]);
    expect(bytes).toEqual(["00ff", "07"]);
    expect(head?.get("x-text")).toEqual(["first, second"]);
    expect(head?.get("x-bytes-bin")).toEqual([Buffer.from([0, 1, 0xfe, 0xff])]);
    expect(head?.get("content-length")).toEqual([]);
    expect(trailers.get("x-end")).toEqual(["done"]);
    expect(trailers.get("x-end-bin")).toEqual([Buffer.from([0, 1, 0xfe, 0xff])]);
  });

  test("that does not fit a frame is RESOURCE_EXHAUSTED", async () => {
    const caller = await plain();
    const metadata = new Metadata();
    metadata.add("x", "x".repeat(5_000));
    expect(await caller.call("Unary", ["x"], metadata)).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });
});

describe("the status", () => {
  test.each([1, 3, 5, 7, 9, 13, 14, 16])("%i of a service", async (code) => {
    const caller = await plain();
    const outcome = await caller.call("Fail", [String(code)]);
    expect(outcome).toMatchObject({ messages: [], code, details: "100% wrong: ü\n🚀" });
    expect(outcome.trailers.get("x-why")).toEqual(["because"]);
  });

  test("behind messages, of a bug, and of a method that is not there", async () => {
    const caller = await plain();
    expect(await caller.call("FailLate", ["x"])).toMatchObject({ messages: ["x"], code: status.DATA_LOSS });
    expect(await caller.call("Throw", ["x"])).toMatchObject({ code: status.UNKNOWN, details: "a bug" });
    for (const method of ["Other", "toString"]) {
      expect(await caller.call(method, ["x"])).toMatchObject({ code: status.UNIMPLEMENTED });
    }
  });

  test("where nobody offers the service", async () => {
    const { port } = await start('[[http.routes]]\npath = "POST /test.Echo/:method"\nservice = "nobody"\ngrpc = true');
    expect(await new Caller(port).call("Unary", ["x"])).toMatchObject({
      code: status.UNAVAILABLE,
      details: "no nodes were able to process your request for service(s): [nobody]",
    });
  });

  test("where the client asks too often", async () => {
    const caller = await plain("rate_limit = { requests = 1 }");
    expect(await caller.call("Unary", ["x"])).toMatchObject({ code: status.OK });
    expect(await caller.call("Unary", ["x"])).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test("where no route leads there", async () => {
    const { port } = await start();
    expect(await new Caller(port).call("Unary", ["x"])).toMatchObject({ code: status.UNIMPLEMENTED });
  });
});
