// Many requests in one write.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { MOST_WAITING } from "../src/http/turns.ts";
import { atEnd, type SmallMesh, smallMesh } from "./small-mesh.ts";

let [running, most] = [0, 0];

async function start(): Promise<SmallMesh> {
  const mesh = await smallMesh(["count"]);
  await mesh.offer({
    count: async (ctx) => {
      most = Math.max(most, ++running);
      await wait(1);
      running--;
      ctx.send(`<${ctx.headers["query.n"]}>`);
    },
  });
  return mesh;
}

const requests = (count: number): string =>
  Array.from({ length: count }, (_, n) => `GET /count?n=${n} HTTP/1.1\r\nhost: a\r\n\r\n`).join("");

function client(port: number) {
  const socket = connect(port, "127.0.0.1");
  atEnd(() => socket.destroy());
  const told = { received: "" };
  socket.setEncoding("latin1").on("data", (data: string) => {
    told.received += data;
  });
  socket.on("error", () => {});
  return { socket, told };
}

test("are called one after the other, and answered in their order", async () => {
  const { port } = await start();
  [running, most] = [0, 0];
  const { socket, told } = client(port);
  const count = MOST_WAITING / 2;
  socket.write(requests(count));
  const numbers = (): number[] => [...told.received.matchAll(/<(\d+)>/g)].map(([, n]) => Number(n));
  while (numbers().length < count) await wait(10);
  expect(numbers()).toEqual(Array.from({ length: count }, (_, n) => n));
  expect(most).toBe(1);
});

test("too many end the connection, and no one else's", async () => {
  const { port, url } = await start();
  const { socket, told } = client(port);
  const closed = once(socket, "close");
  socket.write(requests(2 * MOST_WAITING));
  await closed;
  // At once, and not when those that may wait are answered.
  expect(told.received.split("HTTP/1.1 200").length).toBeLessThan(MOST_WAITING / 2);
  expect((await fetch(`${url}/count?n=7`)).status).toBe(200);
});
