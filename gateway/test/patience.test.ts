// Services whose only connection is gone for a moment.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { RETURN_MS } from "../src/http/patience.ts";
import { type Handlers, type SmallMesh, smallMesh } from "./small-mesh.ts";

/** Bodies that have begun to arrive, and those that were whole. */
const begun: string[] = [];
const services: Handlers = {
  quick: (ctx) => ctx.send("quick"),
  takes: async (ctx) => {
    let text = "";
    for await (const piece of ctx) {
      if (text === "") begun.push(String(piece));
      text += String(piece);
    }
    ctx.send(text);
  },
};
const names = Object.keys(services);

/** Begins an upload and leaves in the middle of it, which costs the service its connection. */
async function leaveInMidBody({ port, node }: SmallMesh): Promise<void> {
  const lost = once(node, "peer");
  const before = begun.length;
  const socket = connect(port, "127.0.0.1");
  socket.write("POST /takes HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nsome of it");
  while (begun.length === before) await wait(5);
  socket.destroy();
  await lost;
}

test("requests of others get their answer after a client has left in the middle of its upload", async () => {
  const mesh = await smallMesh(names);
  await mesh.offer(services);
  await leaveInMidBody(mesh);
  const [get, post] = await Promise.all([
    fetch(`${mesh.url}/quick`),
    fetch(`${mesh.url}/takes`, { method: "POST", body: "whole" }),
  ]);
  expect([get.status, await get.text(), post.status, await post.text()]).toEqual([200, "quick", 200, "whole"]);
});

test("while a response still runs over the connection that was given up, others wait for the next one", async () => {
  let end: (() => void) | undefined;
  const mesh = await smallMesh([...names, "long"]);
  const long: Handlers = {
    ...services,
    long: (ctx) => {
      ctx.write("so far");
      end = () => ctx.end(", and the end");
    },
  };
  await mesh.offer(long);
  const running = await fetch(`${mesh.url}/long`);
  const before = begun.length;
  const socket = connect(mesh.port, "127.0.0.1");
  socket.write("POST /takes HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nsome of it");
  while (begun.length === before) await wait(5);
  socket.destroy();
  await wait(50);
  const asked = fetch(`${mesh.url}/quick`);
  await wait(RETURN_MS + 200);
  end?.();
  expect(await running.text()).toBe("so far, and the end");
  expect((await asked).status).toBe(200);
});

test("a service that nobody has offered of late is not waited for", async () => {
  const mesh = await smallMesh(names);
  const asked = async (): Promise<[number, boolean]> => {
    const started = performance.now();
    const { status } = await fetch(`${mesh.url}/quick`);
    return [status, performance.now() - started < RETURN_MS / 2];
  };
  expect(await asked()).toEqual([503, true]);
  const service = await mesh.offer(services);
  expect((await fetch(`${mesh.url}/quick`)).status).toBe(200);
  await service.shutdown({ timeout: 0 });
  await wait(RETURN_MS + 200);
  expect(await asked()).toEqual([503, true]);
});

test("a service that does not come back is waited for no longer than so, and a client that leaves is not kept", async () => {
  const mesh = await smallMesh(names);
  const service = await mesh.offer(services);
  const lost = once(mesh.node, "peer");
  await service.shutdown({ timeout: 0 });
  await lost;
  const leaving = new AbortController();
  const left = fetch(`${mesh.url}/quick`, { signal: leaving.signal });
  setTimeout(() => leaving.abort(), 50);
  await expect(left).rejects.toThrow();
  const response = await fetch(`${mesh.url}/quick`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  await mesh.offer(services);
  await wait(50);
  expect(mesh.node.metrics().services.quick).toMatchObject({ called: 2, callsFailed: 2 });
});
