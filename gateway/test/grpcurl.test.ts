// gRPC routes with a client that others have written: grpcurl, in Go, against a gateway as it is built.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Code, GrpcError, grpc } from "../src/service/grpc.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { goProgram } from "./go.ts";
import { Program } from "./processes.ts";
import { start } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-grpcurl-"));
const protos = fileURLToPath(new URL("protos", import.meta.url));
let grpcurl = "";
beforeAll(async () => {
  grpcurl = (await goProgram("grpcurl", "gRPC is not tried with grpcurl")) ?? "";
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

/** `Hello` of the schema: field 1, text of less than 128 bytes. */
const read = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(2)).toString();
const write = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x0a, Buffer.byteLength(text)]), Buffer.from(text)]);

const greeter = grpc({
  SayHello: async (call) => {
    call.header("x-head", "h").trailer("x-trailer", "t");
    const text = read(await call.message());
    if (text === "nobody") throw new GrpcError(Code.NOT_FOUND, "who is nobody?");
    if (text === "sleeper") await new Promise((_, reject) => call.signal.addEventListener("abort", reject));
    return write(`Hello, ${text}`);
  },
  SayTwice: async (call) => {
    const text = read(await call.message());
    for (const time of ["once", "twice"]) await call.send(write(`${text} ${time}`));
  },
  SayAll: async (call) => {
    const all: string[] = [];
    for await (const message of call) all.push(read(message));
    return write(all.join(" and "));
  },
  SayEach: async (call) => {
    for await (const message of call) await call.send(write(`Hello, ${read(message)}`));
  },
});
const ROUTE = '[[http.routes]]\npath = "POST /greet.Greeter/:method"\nservice = "greeter"\ngrpc = true';

async function ask(port: number, method: string, texts: readonly string[], ...flags: string[]) {
  const data = texts.map((text) => JSON.stringify({ text })).join("");
  const schema = ["-import-path", protos, "-proto", "greet.proto"];
  const args = [...flags, ...schema, "-format-error", "-d", data, `127.0.0.1:${port}`, `greet.Greeter/${method}`];
  const program = new Program(args, { command: grpcurl, cwd: folder });
  const code = await program.ended();
  const answers = [...program.stdout.matchAll(/"text": "(.*)"/g)].map(([, text]) => text);
  return { code, answers, all: program.stdout + program.stderr };
}

describe("grpcurl", () => {
  test("calls of all four kinds, over HTTP/2 without TLS", async ({ skip }) => {
    skip(grpcurl === "", "there is no grpcurl");
    const { port } = await start(ROUTE, { greeter });
    expect(await ask(port, "SayHello", ["Ann"], "-plaintext")).toMatchObject({ code: 0, answers: ["Hello, Ann"] });
    expect(await ask(port, "SayTwice", ["Ann"], "-plaintext")).toMatchObject({ answers: ["Ann once", "Ann twice"] });
    expect(await ask(port, "SayAll", ["Ann", "Bob"], "-plaintext")).toMatchObject({ answers: ["Ann and Bob"] });
    expect(await ask(port, "SayEach", ["Ann", "Bob"], "-plaintext")).toMatchObject({
      answers: ["Hello, Ann", "Hello, Bob"],
    });
  }, 60_000);

  test("metadata, statuses, deadlines, and TLS", async ({ skip }) => {
    skip(grpcurl === "", "there is no grpcurl");
    const key = newKey();
    const certificate = selfSigned(key, ["one.test"]);
    writeFileSync(join(folder, "cert.pem"), certificate);
    writeFileSync(join(folder, "key.pem"), pemOfKey(key));
    const https = 'https = true\ndomain = "one.test"\ntls.cert = "cert.pem"\ntls.key = "key.pem"';
    const { port } = await start(`${https}\n${ROUTE}`, { greeter }, folder);
    const tls = ["-cacert", "cert.pem", "-authority", "one.test"];
    const { code, answers, all } = await ask(port, "SayHello", ["Ann"], "-v", ...tls);
    expect([code, answers], all).toEqual([0, ["Hello, Ann"]]);
    expect(all).toMatch(/Response headers received:[\s\S]*x-head: h[\s\S]*Response trailers received:\s*x-trailer: t/);
    const failed = await ask(port, "SayHello", ["nobody"], ...tls);
    expect(failed.all).toContain('"message": "who is nobody?"');
    expect(failed.code).toBe(64 + Code.NOT_FOUND);
    const late = await ask(port, "SayHello", ["sleeper"], "-max-time", "1", ...tls);
    expect(late.code).toBe(64 + Code.DEADLINE_EXCEEDED);
    const missing = await ask(port, "SayEach", ["Ann"], "-H", `x-large: ${"x".repeat(5_000)}`, ...tls);
    expect(missing.code).toBe(64 + Code.RESOURCE_EXHAUSTED);
  }, 60_000);
});
