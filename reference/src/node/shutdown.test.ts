// How long a shutdown waits, under a virtual clock.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { DRAIN_QUIET_MS, REFUSAL_MEMORY_MS } from "../wire/index.ts";
import type { Context, Node, Provider } from "./index.ts";

let mesh: Simulation;
let finish: () => void;
let server: Node;
let client: Node;
beforeEach(async () => {
  mesh = new Simulation({ seed: 7 });
  finish = () => {};
  const slow = (ctx: Context) => {
    finish = () => ctx.send("done");
  };
  server = await mesh.start({ services: { slow } });
  client = await mesh.start({ addrs: ["10.0.0.1:9000"] });
});
afterEach(() => mesh.stop());

/** Shuts down while a call runs that ends after a second, and gives the ms it took. */
async function msOf(node: Node): Promise<number> {
  const before = mesh.clock.now();
  const stopped = node.shutdown().then(() => mesh.clock.now() - before);
  await mesh.clock.advance(1_000);
  finish();
  return await mesh.clock.settle(stopped);
}

test.each(["server", "client"])("of a %s is over when its last call is", async (who) => {
  const running = client.call("slow");
  await mesh.clock.advance(100);
  expect(await msOf(who === "server" ? server : client)).toBeLessThan(1_200);
  expect(String(await (await running).bytes())).toBe("done");
});

test("of a caller that gave up waits only until the far side is done with it", async () => {
  const controller = new AbortController();
  const running = client.call("slow", { signal: controller.signal }).catch((error: { code: string }) => error.code);
  await mesh.clock.advance(100);
  controller.abort();
  expect(await running).toBe("ABORTED");
  expect(await msOf(client)).toBeLessThan(1_200);
});

test("waits until nobody has called for a while, so that callers are refused rather than cut off", async () => {
  const second = await mesh.start({ addrs: ["10.0.0.1:9000"], services: { slow: (ctx) => ctx.send("the second") } });
  await mesh.clock.advance(1_000);
  const only = (providers: readonly Provider[]) =>
    providers.find(({ addr }) => addr === server.addresses[0]) as Provider;
  const stopped = server.shutdown();
  await mesh.clock.advance(DRAIN_QUIET_MS - 10);
  // A caller that insists on the one that shuts down is refused and served by the other.
  const answer = client.call("slow", {
    choose: (providers) => (providers.length > 1 ? only(providers) : providers[0]) as Provider,
  });
  expect(String(await (await mesh.clock.settle(answer)).bytes())).toBe("the second");
  // And what comes within the time after a refusal meets no closed connection either.
  await mesh.clock.advance(DRAIN_QUIET_MS - 20);
  expect(client.providersFor("slow")).toHaveLength(2);
  await mesh.clock.settle(stopped);
  await mesh.clock.advance(10);
  expect(client.providersFor("slow").map(({ addr }) => addr)).toEqual(second.addresses);
});

test("has whoever was refused ask others first for a second", async () => {
  const second = await mesh.start({ addrs: ["10.0.0.1:9000"], services: { slow: (ctx) => ctx.send("the second") } });
  await mesh.clock.advance(1_000);
  const offered: number[] = [];
  const choose = (providers: readonly Provider[]): Provider => {
    offered.push(providers.length);
    return (providers.find(({ addr }) => addr !== second.addresses[0]) ?? providers[0]) as Provider;
  };
  const running = client.call("slow", { choose });
  await mesh.clock.advance(100);
  const stopped = server.shutdown();
  for (let i = 0; i < 3; i++) {
    expect(String(await (await mesh.clock.settle(client.call("slow", { choose }))).bytes())).toBe("the second");
  }
  // The first call and the refused one had two to choose from; the second attempt of that one, and those after it, had one.
  expect(offered).toEqual([2, 2]);
  await mesh.clock.advance(REFUSAL_MEMORY_MS);
  expect(String(await (await mesh.clock.settle(client.call("slow", { choose }))).bytes())).toBe("the second");
  expect(offered).toEqual([2, 2, 2]);
  finish();
  expect(String(await (await mesh.clock.settle(running)).bytes())).toBe("done");
  await mesh.clock.settle(stopped);
});

test("is not asked again over another connection, while another provider is there", async () => {
  const waiting: Context[] = [];
  const wait = (ctx: Context) => void waiting.push(ctx);
  const first = await mesh.start({ addrs: ["10.0.0.1:9000"], services: { wait } });
  const caller = await mesh.start({ addrs: ["10.0.0.1:9000"], limits: { outboundStreams: 1 } });
  await mesh.clock.advance(1_000);
  // The second call goes over a connection of its own, and both stay when they have ended.
  const calls = [caller.call("wait"), caller.call("wait")];
  await mesh.clock.advance(500);
  expect(waiting).toHaveLength(2);
  for (const ctx of waiting) ctx.send("done");
  await mesh.clock.settle(Promise.all(calls.map(async (call) => (await call).bytes())));

  await mesh.start({ addrs: ["10.0.0.1:9000"], services: { wait: (ctx) => ctx.send("the second") } });
  await mesh.clock.advance(1_000);
  const stopped = first.shutdown();
  const offered: boolean[] = [];
  const choose = (providers: readonly Provider[]): Provider => {
    const itself = providers.find(({ addr }) => addr === first.addresses[0]);
    offered.push(itself !== undefined);
    return itself ?? (providers[0] as Provider);
  };
  expect(String(await (await mesh.clock.settle(caller.call("wait", { choose }))).bytes())).toBe("the second");
  expect(offered.filter((wasThere) => wasThere)).toHaveLength(1);
  await mesh.clock.settle(stopped);
});

test("lets a call that is served make the calls it needs", async () => {
  let go = (): void => {};
  const relay = await mesh.start({
    addrs: ["10.0.0.1:9000"],
    services: {
      relay: async (ctx) => {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        ctx.send(await (await relay.call("quick")).bytes());
      },
    },
  });
  await mesh.start({ addrs: ["10.0.0.1:9000"], services: { quick: (ctx) => ctx.send("in time") } });
  await mesh.clock.advance(1_000);
  const running = client.call("relay");
  await mesh.clock.advance(100);
  const stopped = relay.shutdown();
  await mesh.clock.advance(500);
  go();
  expect(String(await (await mesh.clock.settle(running)).bytes())).toBe("in time");
  await mesh.clock.settle(stopped);
  await expect(relay.call("quick")).rejects.toMatchObject({ code: "SHUT_DOWN" });
});

test("gives up what it was just dialing, so that nothing connects it afterwards", async () => {
  const slow = new Simulation({ seed: 3, latencyMs: 50 });
  const first = await slow.start();
  const lonely = await slow.start({ addrs: first.addresses });
  await slow.clock.settle(first.shutdown({ timeout: 0 }));
  const attempts: number[] = [];
  lonely.on("reconnecting", ({ inMs }) => attempts.push(slow.clock.now() + inMs));
  while (attempts.length === 0) await slow.clock.advance(10);
  const peers: unknown[] = [];
  await slow.start({ on: { peer: (event) => peers.push(event) } }, "10.0.0.1");
  // In the middle of the next attempt.
  await slow.clock.advance((attempts[0] as number) + 25 - slow.clock.now());
  await slow.clock.settle(lonely.shutdown({ timeout: 0 }));
  await slow.clock.advance(10_000);
  expect(peers).toEqual([]);
  await slow.stop();
});
