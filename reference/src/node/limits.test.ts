// What peers may take up of a node, under a virtual clock.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { Context, Limits, Node } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 5 });
});
afterEach(() => mesh.stop());

const open = (limits: Record<string, number>): Promise<Node> => mesh.start({ limits: limits as Partial<Limits> });

test.each([
  [{ inboundConnections: 127 }, "limits.inboundConnections: expected a whole number, 128 or more, got 127"],
  [{ outboundStreams: 1_025 }, "limits.outboundStreams: expected a whole number, 1 to 1024, got 1025"],
  [{ unread: 1.5e6 + 0.5 }, "limits.unread: expected a whole number, 1048576 or more, got 1500000.5"],
  [{ output: Number.NaN }, "limits.output: expected a whole number, 4096 or more, got NaN"],
  [
    { inboundstreams: 300 },
    'limits: expected one of inboundConnections, inboundStreams, outboundStreams, unreadPerStream, unread, output, got "inboundstreams"',
  ],
])("%j is refused", async (limits, message) => {
  await expect(open(limits)).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
});

test("calls above the limit of the one who serves are refused, and served when there is room again", async () => {
  const waiting: Context[] = [];
  const services = { wait: (ctx: Context) => void waiting.push(ctx) };
  await mesh.start({ services, limits: { inboundStreams: 256 } });
  const client = await mesh.start({ addrs: ["10.0.0.1:9000"] });
  const calls = Array.from({ length: 257 }, () =>
    client.call("wait").then(
      (response) => response.bytes(),
      (error) => error.code,
    ),
  );
  await mesh.clock.advance(100);
  expect(waiting).toHaveLength(256);
  expect(await mesh.clock.settle(calls[256] as Promise<unknown>)).toBe("UNHANDLED");
  for (const ctx of waiting.splice(0)) ctx.send("done");
  expect((await mesh.clock.settle(Promise.all(calls))).filter((answer) => String(answer) === "done")).toHaveLength(256);
  const again = client.call("wait");
  await mesh.clock.advance(100);
  waiting[0]?.send("room");
  expect(String(await (await mesh.clock.settle(again)).bytes())).toBe("room");
});

test("calls above the limit of the caller go over another connection", async () => {
  const waiting: Context[] = [];
  const server = await mesh.start({ services: { wait: (ctx) => void waiting.push(ctx) } });
  const client = await mesh.start({ addrs: ["10.0.0.1:9000"], limits: { outboundStreams: 2 } });
  const calls = Array.from({ length: 5 }, () => client.call("wait").then((response) => response.bytes()));
  await mesh.clock.advance(200);
  expect(waiting).toHaveLength(5);
  expect(server.metrics().peers).toBe(1);
  for (const ctx of waiting) ctx.send("done");
  expect((await mesh.clock.settle(Promise.all(calls))).map(String)).toEqual(Array(5).fill("done"));
});

test("a connection too many takes the place of one that says nothing, and of no other", async () => {
  const server = await mesh.start({
    limits: { inboundConnections: 128 },
    services: { hello: (ctx) => ctx.send("hello") },
  });
  const mute = mesh.network.host("10.1.0.1");
  const gone: number[] = [];
  for (let i = 0; i < 126; i++) {
    const socket = await mesh.clock.settle(mute.dial("10.0.0.1", 9000, 1_000));
    socket.open({ onData: () => {}, onEnd: () => gone.push(i), onClose: () => {} });
  }
  const callers: Node[] = [];
  for (let i = 0; i < 4; i++) callers.push(await mesh.start({ addrs: server.addresses, secretKey: undefined }));
  for (const caller of callers) {
    expect(String(await (await mesh.clock.settle(caller.call("hello"))).bytes())).toBe("hello");
  }
  await mesh.clock.advance(10);
  expect(gone).toEqual([0, 1]);
});
