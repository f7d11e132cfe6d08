// Bodies that are asked for whole pass by the stream's own buffer; what its users see must not tell.
import { finished } from "node:stream/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { type Context, FlatendError, type Handler, type Node } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 7, maxChunk: 1_500 });
});
afterEach(() => mesh.stop());

const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);

async function clientOf(handler: Handler): Promise<Node> {
  await mesh.start({ services: { service: handler } });
  return await mesh.start({ addrs: ["10.0.0.1:9000"] });
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  settle(
    promise.then(
      () => "",
      (reason: unknown) => (reason instanceof FlatendError ? reason.code : String(reason)),
    ),
  );

test("a response read whole has ended as a stream too", async () => {
  const client = await clientOf((ctx) => ctx.send("whole"));
  const response = await settle(client.call("service"));
  const events: string[] = [];
  response.once("end", () => events.push("end")).once("close", () => events.push("close"));
  const end = finished(response);
  expect(String(await settle(response.bytes()))).toBe("whole");
  await settle(end);
  await mesh.clock.advance(1);
  expect(events).toEqual(["end", "close"]);
  expect([response.readableEnded, response.destroyed]).toEqual([true, true]);
});

test("a body of many pieces, one of none, and one that was read in part are whole", async () => {
  const pieces = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1_000, i));
  const client = await clientOf((ctx) => {
    for (const piece of ctx.headers.empty ? [] : pieces) ctx.write(piece);
    ctx.end();
  });
  const response = await settle(client.call("service"));
  expect(await settle(response.bytes())).toEqual(Buffer.concat(pieces));
  expect(await settle((await settle(client.call("service", { headers: { empty: "1" } }))).bytes())).toHaveLength(0);

  const begun = await settle(client.call("service"));
  const first = await settle(
    new Promise<Buffer>((resolve) => begun.once("readable", () => resolve(begun.read(700) as Buffer))),
  );
  expect(Buffer.concat([first, await settle(begun.bytes())])).toEqual(Buffer.concat(pieces));
});

test("a response that is lost, given up or too large while it is read whole is an error", async () => {
  const client = await clientOf((ctx) => void ctx.write(Buffer.alloc(Number(ctx.headers.length))));
  const half = () => settle(client.call("service", { headers: { length: "20" } }));
  const large = await settle(client.call("service", { headers: { length: "200" } }));
  expect(await codeOf(large.bytes({ limit: 100 }))).toBe("TOO_LARGE");
  expect(large.destroyed).toBe(true);

  const givenUp = await half();
  const whole = codeOf(givenUp.bytes());
  givenUp.destroy();
  expect(await whole).toBe("ABORTED");

  const lost = await half();
  const waiting = codeOf(lost.bytes());
  mesh.network.breakConnections("10.0.0.1");
  expect(await waiting).toBe("CONNECTION_LOST");
});

test("a request whose handler has answered before it is read whole is still read", async () => {
  let seen: Promise<Buffer> | undefined;
  const client = await clientOf((ctx: Context) => {
    seen = ctx.body();
    ctx.send("early");
  });
  async function* slowly() {
    yield "first ";
    await new Promise<void>((resolve) => mesh.clock.after(500, resolve));
    yield "second";
  }
  const response = await settle(client.call("service", { body: slowly() }));
  expect(String(await settle(response.bytes()))).toBe("early");
  await mesh.clock.advance(1_000);
  expect(String(await settle(seen as Promise<Buffer>))).toBe("first second");
});

test("a response tells its length when all of it is there and nobody has asked for any", async () => {
  let context: Context | undefined;
  const client = await clientOf((ctx) => {
    context = ctx;
    ctx.write("first,");
  });
  const response = await settle(client.call("service"));
  await mesh.clock.advance(1);
  expect(response.readyLength).toBeUndefined();
  context?.end(" last");
  await mesh.clock.advance(10);
  expect(response.readyLength).toBe(11);
  expect(String(await settle(response.bytes({ limit: 11 })))).toBe("first, last");
  expect(response.readyLength).toBeUndefined();
});

test("a response that is read as a stream, or was given up, has no length to tell", async () => {
  const client = await clientOf((ctx) => ctx.send("whole"));
  const read = await settle(client.call("service"));
  read.resume();
  expect(read.readyLength).toBeUndefined();
  const left = await settle(client.call("service"));
  await mesh.clock.advance(10);
  expect(left.readyLength).toBe(5);
  left.destroy();
  expect(left.readyLength).toBeUndefined();
});

test.each([0, 11, 5_000, 60_000])("a response of %i bytes is taken at once when all of it is there", async (length) => {
  const body = Buffer.alloc(length, "bytes");
  let context: Context | undefined;
  const client = await clientOf((ctx) => {
    context = ctx;
    ctx.write(body.subarray(0, 3));
  });
  const response = await settle(client.call("service"));
  await mesh.clock.advance(1);
  expect(response.takeReady()).toBeUndefined();
  context?.end(body.subarray(3));
  await mesh.clock.advance(100);
  expect(client.metrics().calls).toMatchObject({ started: 1, finished: 0 });
  expect(response.takeReady()?.equals(body)).toBe(true);
  // It is closed, and counts as read.
  expect([response.takeReady(), response.destroyed]).toEqual([undefined, true]);
  expect(client.metrics().calls).toMatchObject({ started: 1, finished: 1, failed: {} });
  const next = await settle(client.call("service"));
  context?.end("more");
  expect((await settle(next.bytes())).length).toBe(7 - (length === 0 ? 3 : 0));
});

test("responses that are taken at once are no burden to their connection", async () => {
  const client = await clientOf((ctx) => ctx.send(Buffer.alloc(60_000)));
  const { connections } = client.metrics();
  for (let call = 0; call < 20; call++) {
    const response = await settle(client.call("service"));
    await mesh.clock.advance(10);
    expect(response.takeReady()?.length).toBe(60_000);
  }
  // Beside one on which much is unread another one would have been opened.
  expect(client.metrics().connections).toEqual(connections);
});

test("a large body begins to leave before all of it is sealed, and before the turn is over", async () => {
  const client = await clientOf((ctx) => ctx.send("here"));
  // Blocks of output grow with what is sent.
  await settle(client.call("service", { body: Buffer.alloc(200_000) }).then((response) => response.bytes()));
  const { sent } = client.metrics().bytes;
  const calling = client.call("service", { body: Buffer.alloc(200_000) });
  const atOnce = client.metrics().bytes.sent - sent;
  expect(atOnce).toBeGreaterThan(120_000);
  expect(atOnce).toBeLessThan(200_000);
  await settle(calling.then((response) => response.bytes()));
});
