// How long a shutdown waits, under a virtual clock.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { Context, Node } from "./index.ts";

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
