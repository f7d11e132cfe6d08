import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { Handler, Node } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 11 });
});
afterEach(() => mesh.stop());

const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);

/** A node to which so many others are connected, each with a handler made for it. */
async function hub(count: number, handler: (index: number) => Handler): Promise<Node> {
  const node = await mesh.start();
  const options = Array.from({ length: count }, (_, index) => ({
    secretKey: undefined,
    addrs: ["10.0.0.1:9000"],
    services: { chat: handler(index) },
  }));
  await mesh.startAll(options);
  expect(node.providersFor("chat")).toHaveLength(count);
  return node;
}

describe("a broadcast", () => {
  test("reaches every provider, with the same headers and body", async () => {
    const node = await hub(5, (index) => async (ctx) => ctx.send(`${index}: ${await ctx.body()} ${ctx.headers.k}`));
    const answers = await settle(node.broadcast("chat", { body: "hello", headers: { k: "v" } }).all());
    const texts = await settle(Promise.all(answers.map(async ({ response }) => String(await response?.bytes()))));
    expect(texts.sort()).toEqual(Array.from({ length: 5 }, (_, index) => `${index}: hello v`));
    expect(answers.map(({ provider }) => provider.addr)).toEqual(node.providersFor("chat").map(({ addr }) => addr));
  });

  test("tells of a provider that fails, and of the others all the same, each as it answers", async () => {
    const node = await hub(3, (index) => (ctx) => {
      // The one in the middle never answers.
      if (index !== 1) mesh.clock.after(index === 0 ? 200 : 100, () => ctx.send(String(index)));
    });
    const seen: string[] = [];
    const collect = async (): Promise<void> => {
      for await (const { response, error } of node.broadcast("chat", { timeout: 1_000 })) {
        seen.push(error === undefined ? String(await response.bytes()) : "failed");
      }
    };
    await settle(collect());
    expect(seen).toEqual(["2", "0", "failed"]);
  });

  test("gives answers in the order of their arrival; whoever has enough ends the rest, but no response it was given", async () => {
    const node = await hub(3, (index) => (ctx) => {
      mesh.clock.after(100 * (3 - index), () => ctx.flushHeaders());
      mesh.clock.after(1_000, () => ctx.send(String(index)));
    });
    const broadcast = node.broadcast("chat");
    const first = async () => {
      for await (const { response } of broadcast) return response;
      return undefined;
    };
    const response = await settle(first());
    expect(String(await settle(response?.bytes() as Promise<Buffer>))).toBe("2");
    const all = await settle(broadcast.all());
    expect(all.map(({ error }) => (error as { code?: string } | undefined)?.code).sort()).toEqual([
      "ABORTED",
      "ABORTED",
      undefined,
    ]);
  });

  test("has no more calls under way than its limit", async () => {
    let running = 0;
    let most = 0;
    const node = await hub(7, () => (ctx) => {
      most = Math.max(most, ++running);
      mesh.clock.after(50, () => {
        running--;
        ctx.send("done");
      });
    });
    const answers = await settle(node.broadcast("chat", { limit: 2 }).all());
    expect(answers.filter(({ response }) => response !== undefined)).toHaveLength(7);
    expect(most).toBe(2);
  });

  test("asks nobody more once its user has enough", async () => {
    let asked = 0;
    const node = await hub(4, () => (ctx) => {
      asked++;
      ctx.send("done");
    });
    const first = async () => {
      for await (const { response } of node.broadcast("chat", { limit: 1 })) return response?.bytes();
      return undefined;
    };
    await settle(first());
    await mesh.clock.advance(1_000);
    // The second may be under way when the first answer is read.
    expect(asked).toBeLessThanOrEqual(2);
  });

  test("has no answer where there is nobody, and ends with its signal", async () => {
    const node = await hub(2, () => () => {});
    expect(await settle(node.broadcast("nobody").all())).toEqual([]);
    const stop = new AbortController();
    const answers = node.broadcast("chat", { signal: stop.signal }).all();
    await mesh.clock.advance(10);
    stop.abort();
    for (const { error } of await settle(answers)) expect(error).toMatchObject({ code: "ABORTED" });
  });

  test("refuses a body that can be sent only once, and a limit that is none", async () => {
    const node = await hub(1, () => (ctx) => ctx.end());
    expect(() => node.broadcast("chat", { body: Readable.from(["x"]) as never })).toThrow(/expected text or bytes/);
    expect(() => node.broadcast("chat", { limit: 0 })).toThrow(/limit: expected a whole number above 0, got 0/);
  });
});
