import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { CallMessage, FlatendError, Node, ServeMessage } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 16 });
});
afterEach(() => mesh.stop());

const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);

async function pair(): Promise<[Node, Node]> {
  const server = await mesh.start({
    services: {
      greet: (ctx) => ctx.send("hello"),
      fail: () => Promise.reject(new Error("no luck")),
      never: () => {},
      half: (ctx) => ctx.write("half"),
    },
  });
  return [server, await mesh.start({ secretKey: undefined, addrs: server.addresses })];
}

describe("the metrics of a node", () => {
  test("count peers, connections, streams and bytes", async () => {
    const [server, client] = await pair();
    expect(server.metrics()).toMatchObject({ peers: 1, connections: { inbound: 1, outbound: 0 }, streams: 0 });
    expect(client.metrics()).toMatchObject({ peers: 1, connections: { inbound: 0, outbound: 1 }, streams: 0 });
    const before = client.metrics().bytes;
    const response = await settle(client.call("half", { body: "x".repeat(10_000) }));
    expect(client.metrics().streams).toBe(1);
    await mesh.clock.advance(10);
    expect(client.metrics().bytes.sent - before.sent).toBeGreaterThan(10_000);
    expect(server.metrics().bytes).toEqual({
      received: client.metrics().bytes.sent,
      sent: client.metrics().bytes.received,
    });
    response.destroy();
    await settle(client.shutdown({ timeout: 0 }));
    await mesh.clock.advance(10);
    expect(server.metrics()).toMatchObject({ peers: 0, connections: { inbound: 0 }, streams: 0 });
  });

  test("count calls by how they end, on both sides", async () => {
    const [server, client] = await pair();
    for (const name of ["greet", "greet", "fail"]) await settle(client.call(name).then((answer) => answer.bytes()));
    await expect(settle(client.call("nobody"))).rejects.toThrow();
    await expect(settle(client.call("never", { timeout: 50 }))).rejects.toThrow();
    await expect(settle(client.call("greet", { timeout: -1 }))).rejects.toThrow("timeout");
    const body = (async function* () {
      yield* [];
      throw new Error("of the body itself");
    })();
    await expect(settle(client.call("never", { body }))).rejects.toThrow("of the body itself");
    (await settle(client.call("half"))).destroy();
    await mesh.clock.advance(100);
    const { calls, services } = client.metrics();
    expect(calls).toEqual({
      started: 7,
      finished: 3,
      failed: { NO_PROVIDER: 1, TIMEOUT: 1, OTHER: 1, ABORTED: 1 },
    });
    expect(services.greet).toEqual({ called: 2, callsFailed: 0, served: 0, serveFailures: 0 });
    expect(services.never).toEqual({ called: 2, callsFailed: 2, served: 0, serveFailures: 0 });
    expect(server.metrics().served).toEqual({ started: 6, finished: 5, failed: 1 });
    expect(server.metrics().services.fail).toEqual({ called: 0, callsFailed: 0, served: 1, serveFailures: 1 });
  });

  test("count attempts to reconnect, and connections that come to nothing", async () => {
    const [server, client] = await pair();
    const address = server.addresses[0] as string;
    const socket = await settle(mesh.network.host("10.1.1.1").dial("10.0.0.1", 9000, 1_000));
    socket.destroy();
    await mesh.clock.advance(10);
    expect(server.metrics().handshakeFailures).toBe(1);
    await settle(server.shutdown());
    await mesh.clock.advance(3_000);
    expect(client.metrics().reconnects).toBeGreaterThan(2);
    expect(client.metrics().handshakeFailures).toBe(0);
    expect(address).toBe("10.0.0.1:9000");
  });

  test("keep no more names than they may", async () => {
    const [, client] = await pair();
    for (let i = 0; i < 300; i++) await settle(client.call(`nobody ${i}`).catch(() => {}));
    const { services, calls } = client.metrics();
    expect(Object.keys(services)).toHaveLength(257);
    expect(services["(others)"]).toEqual({ called: 44, callsFailed: 44, served: 0, serveFailures: 0 });
    expect(calls.failed).toEqual({ NO_PROVIDER: 300 });
  });
});

describe("diagnostics channels", () => {
  const seen: [string, unknown][] = [];
  const stops: (() => void)[] = [];
  const watch = (name: string, take: (message: never) => unknown = () => undefined): void => {
    const listener = (message: unknown) => void seen.push([name, take(message as never)]);
    subscribe(name, listener);
    stops.push(() => unsubscribe(name, listener));
  };
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    seen.length = 0;
  });

  test("tell of a call and of its serving, and let a subscriber add headers", async () => {
    const [server, client] = await pair();
    const nodes = new Map([
      [server, "server"],
      [client, "client"],
    ]);
    watch("tracing:flatend:call:start", (message: CallMessage) => {
      message.headers.k = "v";
      return [nodes.get(message.node), message.services];
    });
    watch("tracing:flatend:serve:start", ({ node, service, ctx }: ServeMessage) => [
      nodes.get(node),
      service,
      ctx.headers.k,
    ]);
    watch("tracing:flatend:serve:asyncStart");
    watch("tracing:flatend:call:asyncStart", ({ result }: CallMessage) => result?.headers["content-type"]);
    watch("tracing:flatend:serve:error", ({ error }: ServeMessage) => (error as Error).message);
    watch("tracing:flatend:call:error", ({ error }: CallMessage) => (error as FlatendError).code);
    expect(String(await settle(client.call("greet").then((answer) => answer.bytes())))).toBe("hello");
    expect(seen).toEqual([
      ["tracing:flatend:call:start", ["client", ["greet"]]],
      ["tracing:flatend:serve:start", ["server", "greet", "v"]],
      ["tracing:flatend:serve:asyncStart", undefined],
      ["tracing:flatend:call:asyncStart", undefined],
    ]);
    seen.length = 0;
    await settle(client.call("fail"));
    await settle(client.call("nobody").catch(() => {}));
    expect(seen).toContainEqual(["tracing:flatend:serve:error", "no luck"]);
    expect(seen).toContainEqual(["tracing:flatend:call:asyncStart", "application/json"]);
    expect(seen).toContainEqual(["tracing:flatend:call:error", "NO_PROVIDER"]);
  });

  test("tell of peers, reconnects and errors", async () => {
    watch("flatend:peer", ({ event }: { event: { state: string } }) => event.state);
    watch("flatend:reconnecting", ({ event }: { event: { addr: string } }) => event.addr);
    watch("flatend:error", ({ error }: { error: FlatendError }) => error.code);
    await pair();
    await mesh.start({ addrs: ["10.9.9.9:9000"] });
    expect(seen).toEqual([
      ["flatend:peer", "connected"],
      ["flatend:peer", "connected"],
      ["flatend:reconnecting", "10.9.9.9:9000"],
      ["flatend:error", "CONNECT_FAILED"],
    ]);
  });
});
