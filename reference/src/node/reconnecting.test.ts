import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { Node, type NodeOptions } from "./index.ts";
import { reconnectRules } from "./reconnecting.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 17 });
});
afterEach(() => mesh.stop());

/** What a node does in a minute about a peer that has gone: waits, and whether it has given up. */
async function attempts(options: NodeOptions): Promise<{ waits: number[]; errors: string[] }> {
  const waits: number[] = [];
  const errors: string[] = [];
  const server = await mesh.start();
  await mesh.start({
    addrs: server.addresses,
    on: { reconnecting: ({ inMs }) => waits.push(inMs), error: ({ message }) => errors.push(message) },
    ...options,
  });
  await mesh.clock.settle(server.shutdown());
  await mesh.clock.advance(60_000);
  return { waits, errors };
}

describe("an address of addrs that is lost", () => {
  test("is tried for ever, unless told otherwise", async () => {
    expect((await attempts({})).waits.length).toBeGreaterThan(50);
    expect((await attempts({ numReconnectAttempts: -1 })).waits.length).toBeGreaterThan(50);
  });

  test("is given up after so many attempts", async () => {
    const { waits, errors } = await attempts({ numReconnectAttempts: 3 });
    expect(waits).toHaveLength(3);
    expect(errors).toEqual([expect.stringMatching(/^Tried 3 times reconnecting to .*\. Giving up\.$/)]);
  });

  test("is not tried again where that is off", async () => {
    expect(await attempts({ numReconnectAttempts: 0 })).toEqual({ waits: [], errors: [] });
  });

  test("is tried after a wait that is as long as asked for", async () => {
    const { waits } = await attempts({ reconnectBackoffDuration: 900 });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(900);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });
});

test("an address the node was told of is tried eight times, or as often as asked for", () => {
  expect(reconnectRules({})).toMatchObject({ configured: Number.POSITIVE_INFINITY, learned: 8 });
  expect(reconnectRules({ numReconnectAttempts: 2 })).toMatchObject({ configured: 2, learned: 2 });
  expect(reconnectRules({ numReconnectAttempts: -1 }).learned).toBe(Number.POSITIVE_INFINITY);
});

test.each<[NodeOptions, string]>([
  [{ numReconnectAttempts: 1.5 }, "numReconnectAttempts: expected a whole number, got 1.5"],
  [{ numReconnectAttempts: "8" as never }, "numReconnectAttempts: expected a whole number, got 8"],
  [{ reconnectBackoffDuration: 100 }, "reconnectBackoffDuration: expected 500 to 1000 ms, got 100"],
  [{ reconnectBackoffDuration: Number.NaN }, "reconnectBackoffDuration: expected 500 to 1000 ms, got NaN"],
])("%o is refused", async (options, message) => {
  await expect(Node.start(options)).rejects.toThrow(message);
});
