// A WebSocket on which nobody says anything lives longer than the mesh lets a call be silent.
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { STALL_TIMEOUT_MS } from "flatend/wire";
import { expect, test } from "vitest";
import { dialed, sessionOf } from "./http2-sockets.ts";
import { echo, opened, serving } from "./sockets.ts";

test("the service and the client still reach each other", async () => {
  const { handler, ends } = echo();
  const { port } = await serving(handler, '[http.timeout]\nping = "0s"');
  const clients = [await opened(port), (await dialed(await sessionOf(port))).client];
  await wait(STALL_TIMEOUT_MS + 5_000);
  expect(ends).toEqual([]);
  for (const client of clients) {
    client.send("still there");
    expect(String((await once(client, "message"))[0])).toBe("still there");
  }
}, 90_000);
