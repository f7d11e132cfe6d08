import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { Logger } from "./logger.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 15 });
});
afterEach(() => mesh.stop());

test("a logger of pino is told what happens, with the key of the node, and never of bodies, headers or secret keys", async () => {
  const lines: Record<string, unknown>[] = [];
  const logger: Logger = pino({ level: "debug" }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const secretKey = Buffer.alloc(32, 0x5a);
  const server = await mesh.start({
    logger,
    secretKey,
    addrs: ["10.9.9.9:9000"],
    services: {
      fail: async (ctx) => {
        await ctx.body();
        throw new Error("no luck");
      },
    },
  });
  const client = await mesh.start({ addrs: server.addresses, services: { other: (ctx) => ctx.end() } });
  await mesh.clock.settle(client.call("fail", { headers: { secret: "a secret header" }, body: "a secret body" }));
  await mesh.clock.settle(client.shutdown());
  await mesh.clock.advance(10);

  expect(lines.every(({ node }) => node === server.id?.key)).toBe(true);
  const of = (text: string) => lines.find(({ msg }) => msg === text);
  const key = client.id?.key;
  expect(of("listening")).toMatchObject({ addr: server.addresses[0], level: 30 });
  expect(of("error")).toMatchObject({ code: "CONNECT_FAILED", err: { type: "FlatendError" }, level: 50 });
  expect(of("reconnecting")).toMatchObject({ addr: "10.9.9.9:9000" });
  expect(of("service available")).toMatchObject({ service: "other", level: 20 });
  expect(of("peer connected")).toMatchObject({ key, services: ["other"], outbound: false });
  expect(of("handler failed")).toMatchObject({ service: "fail", err: { message: "no luck" }, level: 40 });
  expect(of("peer disconnected")).toMatchObject({ key, reason: expect.stringMatching(/closed/) });

  const text = JSON.stringify(lines);
  expect(text).not.toContain("secret");
  expect(text).not.toContain(secretKey.toString("hex"));
});

test("a logger without children is used as it is", async () => {
  const seen: string[] = [];
  const logger: Logger = {
    debug: () => {},
    info: (_, message) => seen.push(message),
    warn: () => {},
    error: () => {},
  };
  await mesh.start({ logger });
  expect(seen).toEqual(["listening"]);
});
