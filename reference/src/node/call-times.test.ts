import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { RESPONSE_TIMEOUT_MS } from "../wire/index.ts";
import type { CallOptions, Context, Node } from "./index.ts";

let mesh: Simulation;
let client: Node;
beforeEach(async () => {
  mesh = new Simulation({ seed: 12 });
  await mesh.start();
  await mesh.start({
    addrs: ["10.0.0.1:9000"],
    services: {
      counts: async (ctx: Context) => {
        let length = 0;
        for await (const piece of ctx) length += (piece as Buffer).length;
        ctx.send(String(length));
      },
      never: () => new Promise(() => {}),
    },
  });
  client = await mesh.start({ addrs: ["10.0.0.1:9000"] });
  await mesh.clock.advance(1_000);
});
afterEach(() => mesh.stop());

const pause = (ms: number): Promise<void> => new Promise((resolve) => mesh.clock.after(ms, resolve));
/** A body of so many pieces, one each ten seconds. */
async function* slowly(pieces: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < pieces; sent++) {
    await pause(10_000);
    yield Buffer.alloc(1_000);
  }
}
/** What came of a call, and after how many seconds. */
async function outcome(service: string, options: CallOptions): Promise<[unknown, number]> {
  const from = mesh.clock.now();
  const whole = client.call(service, options).then(async (response) => String(await response.bytes()));
  const end = await mesh.clock.settle(whole.catch((error: { code?: unknown }) => error.code));
  return [end, Math.round((mesh.clock.now() - from) / 1_000)];
}

test("a service may answer at the end of an upload, however long that takes", async () => {
  expect(await outcome("counts", { body: slowly(12) })).toEqual(["12000", 120]);
});

async function* nothing(): AsyncGenerator<Buffer> {
  await new Promise(() => {});
}

test.each([
  ["a long one", () => slowly(5), 50],
  ["a short one", () => "short", 0],
  ["one of which nothing comes", nothing, 0],
])("a call is given up when no head has come for 30 s since something of its body went: %s", async (_, body, last) => {
  expect(await outcome("never", { body: body() })).toEqual(["TIMEOUT", last + RESPONSE_TIMEOUT_MS / 1_000]);
});

test("a timeout that is given counts from the call", async () => {
  expect(await outcome("counts", { body: slowly(12), timeout: 25_000 })).toEqual(["TIMEOUT", 25]);
});
