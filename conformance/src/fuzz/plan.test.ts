import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handshakeListener, requestHalfReceiver, sessionListener } from "../generated/machines.ts";
import type { TargetFacts } from "../runner/context.ts";
import { conversationSchema } from "./conversation.ts";
import { plans, walk } from "./plan.ts";
import { shrink } from "./shrink.ts";
import { WAYS } from "./ways.ts";

const target: TargetFacts = { host: "127.0.0.1", port: 1, services: ["echo", "sink", "empty"], roundTripMs: 0 };
const keys = { seed: 1, index: 1 };
const drawn = (count: number) => fc.sample(plans, { seed: 3, numRuns: count });

describe("conversations drawn from the state tables", () => {
  it("survive being written down and read again", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const conversation = await walk(plan, target, keys);
        fc.pre(conversation !== undefined);
        expect(conversationSchema.parse(JSON.parse(JSON.stringify(conversation)))).toEqual(conversation);
      }),
    );
  });

  it("follow from the plan and the keys alone", async () => {
    for (const plan of drawn(50)) expect(await walk(plan, target, keys)).toEqual(await walk(plan, target, keys));
  });

  it("reach every row of the tables that closes and that a peer can bring about by writing", async () => {
    const reached = new Set<string>();
    for (const plan of drawn(3000)) {
      const conversation = await walk(plan, target, keys);
      if (conversation?.expect.outcome === "closes") reached.add(conversation.expect.row);
    }
    const closing = [sessionListener, handshakeListener, requestHalfReceiver].flatMap((machine) =>
      machine.transitions
        .filter((row) => row.next === "closed" && row.state !== "closed" && !/timeout|^request-hosted$/.test(row.event))
        // After the end of both halves the number is free again, and which of both states it is in only the target knows.
        .filter((row) => row.state !== "ended" || row.event === "data")
        .map((row) => `${machine.name}: ${row.event} in state ${row.state}`),
    );
    expect([...reached].sort()).toEqual([...closing].sort());
  });

  it("use every way", async () => {
    const used = new Set<string>();
    for (const plan of drawn(3000)) for (const one of (await walk(plan, target, keys))?.writes ?? []) used.add(one.way);
    expect(WAYS.map((way) => way.name).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe("making smaller", () => {
  it("keeps what still fails and stops at the smallest", async () => {
    const arbitrary = fc.array(fc.nat(1000), { maxLength: 40 });
    const smallest = await shrink(arbitrary, [5, 900, 3, 800, 17, 60], 1000, async (list) =>
      list.some((one) => one > 500),
    );
    expect(smallest).toEqual([501]);
  });

  it("tries no more often than it may", async () => {
    let tries = 0;
    await shrink(
      fc.array(fc.nat(1000)),
      Array.from({ length: 30 }, (_, i) => i),
      7,
      async () => {
        tries++;
        return false;
      },
    );
    expect(tries).toBe(7);
  });
});
