// Several providers of one service: who is asked once more, and who is left alone.
import { setTimeout as wait } from "node:timers/promises";
import { generateSecretKey, type Node } from "flatend";
import { expect, test, vi } from "vitest";
import { FAILURES_TO_OPEN, FIRST_WAIT_MS } from "../src/health/circuits.ts";
import { type Handlers, type SmallMesh, smallMesh } from "./small-mesh.ts";

/** A node that dies of its first call, without a word. */
async function dying(mesh: SmallMesh, secretKey?: Uint8Array): Promise<{ calls: number }> {
  const count = { calls: 0 };
  const node: Node = await mesh.offer(
    {
      thing: () => {
        count.calls++;
        void node.shutdown({ timeout: 0 });
        return new Promise(() => {});
      },
    },
    secretKey,
  );
  return count;
}

const living = (calls: string[] = []): Handlers => ({
  thing: (ctx) => {
    calls.push(String(ctx.headers[":method"]));
    ctx.send("alive");
  },
});

/** Waits until so many nodes offer the service. */
const offered = (mesh: SmallMesh, nodes: number): Promise<void> =>
  vi.waitFor(() => expect(mesh.node.providersFor("thing")).toHaveLength(nodes), { timeout: 10_000 });

test("a request that may be repeated is, with each provider once, when its provider dies of it", async () => {
  const mesh = await smallMesh(["thing"]);
  const dead = [await dying(mesh), await dying(mesh)];
  const calls: string[] = [];
  await mesh.offer(living(calls));
  await offered(mesh, 3);
  const deaths = (): number => dead.reduce((sum, one) => sum + one.calls, 0);
  let requests = 0;
  while (deaths() < 2) {
    const response = await fetch(`${mesh.url}/thing`);
    expect([response.status, await response.text()]).toEqual([200, "alive"]);
    requests++;
  }
  expect(calls).toHaveLength(requests);
});

test.each([
  ["POST without a body", { method: "POST" }],
  ["POST with a body", { method: "POST", body: "once" }],
])("%s is never made twice: 502", async (_, init) => {
  const mesh = await smallMesh(["thing"]);
  const dead = await dying(mesh);
  const calls: string[] = [];
  await mesh.offer(living(calls));
  await offered(mesh, 2);
  const statuses: number[] = [];
  while (dead.calls === 0) {
    const response = await fetch(`${mesh.url}/thing`, init);
    await response.text();
    statuses.push(response.status);
  }
  expect([statuses.pop(), dead.calls]).toEqual([502, 1]);
  expect(calls).toHaveLength(statuses.length);
});

test("a request that is lost with the only provider there is was begun: 502, and not 503", async () => {
  const mesh = await smallMesh(["thing"]);
  await dying(mesh);
  await offered(mesh, 1);
  expect((await fetch(`${mesh.url}/thing`)).status).toBe(502);
});

test("a provider that has failed several times in a row is left alone while there is another, then tried once", async () => {
  const mesh = await smallMesh(["thing"]);
  const key = generateSecretKey();
  const post = () => fetch(`${mesh.url}/thing`, { method: "POST" });
  for (let i = 0; i < FAILURES_TO_OPEN; i++) {
    const dead = await dying(mesh, key);
    await offered(mesh, 1);
    // Alone, it is asked all the same.
    expect([(await post()).status, dead.calls]).toEqual([502, 1]);
    await offered(mesh, 0);
  }
  const opened = performance.now();
  await mesh.offer(living());
  const back: string[] = [];
  await mesh.offer(living(back), key);
  await offered(mesh, 2);
  let beforeTrial = 0;
  while (performance.now() < opened + FIRST_WAIT_MS / 2) {
    expect((await post()).status).toBe(200);
    if (performance.now() < opened + FIRST_WAIT_MS / 2) beforeTrial += back.length;
  }
  expect(beforeTrial).toBe(0);
  await wait(opened + FIRST_WAIT_MS - performance.now());
  await vi.waitFor(
    async () => {
      await post();
      expect(back.length).toBeGreaterThan(3);
    },
    { timeout: 10_000, interval: 1 },
  );
});
