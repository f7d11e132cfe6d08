// Faults that take long, under a virtual clock; those of real machines are in test/faults.test.ts.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { REQUEST_TIMEOUT_MS, RESPONSE_TIMEOUT_MS, STALL_TIMEOUT_MS } from "../wire/index.ts";
import type { Context, Node } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 11 });
});
afterEach(() => mesh.stop());

const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  settle(
    promise.then(
      () => "no error",
      (error: { code?: unknown }) => error.code,
    ),
  );
const hello = async (node: Node): Promise<string> => String(await (await settle(node.call("hello"))).bytes());

/** A node without services, one that has some, and one that calls. */
async function start(services: Record<string, (ctx: Context) => unknown> = {}): Promise<[Node, Node]> {
  await mesh.start();
  const all = { hello: (ctx: Context) => ctx.send("hello"), ...services };
  const server = await mesh.start({ addrs: ["10.0.0.1:9000"], services: all });
  const client = await mesh.start({ addrs: ["10.0.0.1:9000"] });
  await mesh.clock.advance(1_000);
  return [server, client];
}

test("a half-open connection ends its calls in bounded time, and the peer is called again when it is back", async () => {
  const ends: unknown[] = [];
  const [, client] = await start({
    never: () => new Promise(() => {}),
    sink: (ctx) =>
      ctx
        .on("error", (error: { code?: unknown }) => ends.push(error.code))
        .on("end", () => ends.push("whole"))
        .resume(),
    drip: (ctx) => void ctx.write("the beginning"),
  });
  async function* upload(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.alloc(1_000);
  }
  const drip = await settle(client.call("drip"));
  const waiting = codeOf(client.call("never"));
  const sending = codeOf(client.call("sink", { body: upload() }));
  await mesh.clock.advance(100);
  mesh.network.silence("10.0.0.2");
  const from = mesh.clock.now();
  expect(await waiting).toBe("TIMEOUT");
  expect(await sending).toBe("TIMEOUT");
  expect(await codeOf(drip.bytes())).toBe("TIMEOUT");
  expect(mesh.clock.now() - from).toBeLessThanOrEqual(RESPONSE_TIMEOUT_MS + STALL_TIMEOUT_MS);
  await mesh.clock.advance(STALL_TIMEOUT_MS);
  expect(ends).toEqual(["TIMEOUT"]);
  mesh.network.unsilence("10.0.0.2");
  await mesh.clock.advance(120_000);
  expect(await hello(client)).toBe("hello");
});

test("a clock that leaps by a day, as after a sleep of the machine, costs what waited and nothing after it", async () => {
  const [, client] = await start({ never: () => new Promise(() => {}) });
  const waiting = codeOf(client.call("never"));
  await mesh.clock.advance(10);
  mesh.clock.leap(86_400_000);
  expect(await waiting).toBe("TIMEOUT");
  await mesh.clock.advance(5_000);
  expect(await hello(client)).toBe("hello");
});

test("a body that nobody reads delays no other call to that peer, whenever that is made", async () => {
  const [server, client] = await start({ deaf: (ctx) => void ctx.write("I do not read") });
  async function* large(): AsyncGenerator<Buffer> {
    for (let i = 0; i < 1_000; i++) yield Buffer.alloc(65_536);
  }
  const stalled = await settle(client.call("deaf", { body: large() }));
  for (let i = 0; i < 100; i++) {
    const from = mesh.clock.now();
    expect(await hello(client)).toBe("hello");
    expect(mesh.clock.now() - from).toBeLessThan(100);
    await mesh.clock.advance(1);
  }
  expect(server.metrics().peers).toBe(2);
  stalled.destroy();
});

test("a peer that cannot be dialed is tried once beside a large body, and then called over the connection there is", async () => {
  await mesh.start();
  mesh.network.silence("10.9.9.9");
  const server = await mesh.start({
    addrs: ["10.0.0.1:9000"],
    publicAddr: "10.9.9.9:9000",
    services: { hello: (ctx) => ctx.send("hello"), sink: (ctx) => ctx.resume() },
  });
  const client = await mesh.start({ addrs: ["10.0.0.2:9000"] });
  expect(server.id?.addr).toBe("10.9.9.9:9000");
  const piece = Buffer.alloc(65_536);
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      yield piece;
      await new Promise<void>((resolve) => mesh.clock.after(1, resolve));
    }
  }
  const abort = new AbortController();
  const sending = codeOf(client.call("sink", { body: endless(), signal: abort.signal }));
  await mesh.clock.advance(100);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const from = mesh.clock.now();
    expect(await hello(client)).toBe("hello");
    times.push(mesh.clock.now() - from);
  }
  expect(times[0]).toBeLessThanOrEqual(REQUEST_TIMEOUT_MS + 100);
  for (const time of times.slice(1)) expect(time).toBeLessThan(100);
  abort.abort();
  expect(await sending).toBe("ABORTED");
});
