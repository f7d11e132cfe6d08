// What is done for speed must not show, but for the length of an answer that is told.
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Handlers, type SmallMesh, smallMesh } from "./small-mesh.ts";

const services: Handlers = {
  small: (ctx) => ctx.header("x-pot", "tea").send("short"),
  empty: (ctx) => ctx.end(),
  typed: (ctx) => ctx.header("content-type", "text/tea").send("short"),
  slow: async (ctx) => {
    ctx.write("a part");
    await wait(100);
    ctx.end(" and the rest");
  },
  wrong: (ctx) => ctx.header("content-length", "10").send("nine..."),
  head: (ctx) => ctx.json(ctx.headers),
};

async function start(): Promise<SmallMesh> {
  const mesh = await smallMesh(Object.keys(services));
  await mesh.offer(services);
  return mesh;
}

test("a small answer comes with its length, and with no type that its service has not given", async () => {
  const { url } = await start();
  const told = async (name: string) => {
    const response = await fetch(`${url}/${name}`);
    const { headers } = response;
    return [headers.get("content-length"), headers.get("content-type"), await response.text()];
  };
  expect(await told("small")).toEqual(["5", null, "short"]);
  expect(await told("empty")).toEqual(["0", null, ""]);
  expect(await told("typed")).toEqual(["5", "text/tea", "short"]);
  expect(await told("slow")).toEqual([null, null, "a part and the rest"]);
  await expect(told("wrong")).rejects.toThrow();
});

test("each request has a trace and a span of its own", async () => {
  const { url } = await start();
  const seen = new Set<string>();
  const answers = Array.from({ length: 300 }, async () => (await fetch(`${url}/head`)).json());
  for (const { traceparent = "" } of (await Promise.all(answers)) as Record<string, string>[]) {
    const [, trace = "", span = ""] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-00$/.exec(traceparent) ?? [];
    seen.add(trace).add(span);
  }
  expect(seen.size).toBe(600);
});

test.each([256, 8_192, 8_193, 70_000])("a body of %i bytes of every value comes as it is", async (length) => {
  const body = Buffer.from(Array.from({ length }, (_, at) => at % 256));
  const mesh = await smallMesh(["bytes"]);
  await mesh.offer({ bytes: (ctx) => ctx.header("x-name", "b\u00fcchse").send(body) });
  const response = await fetch(`${mesh.url}/bytes`);
  expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  expect(Buffer.from(response.headers.get("x-name") ?? "", "latin1").toString()).toBe("b\u00fcchse");
});
