// What is counted of routes beside their requests: WebSockets, calls that are made again, and providers that are left alone.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSecretKey, type Handler, Node } from "flatend";
import { expect, test, vi } from "vitest";
import WebSocket from "ws";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startGateway } from "../src/gateway.ts";
import { FAILURES_TO_OPEN } from "../src/health/circuits.ts";
import { webSocket } from "../src/service/websocket.ts";
import { metricsOf, sample } from "./metrics-text.ts";
import { freePort } from "./processes.ts";
import { atEnd } from "./server.ts";

const WITHIN = { timeout: 20_000 };

async function start() {
  const folder = mkdtempSync(join(tmpdir(), "flatend-counted-"));
  atEnd(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  const [port, adminPort, mesh] = [await freePort(), await freePort(), await freePort()];
  const routes = ["GET /thing", "POST /thing"].map((path) => `[[http.routes]]\npath = "${path}"\nservice = "thing"\n`);
  const text = `[admin]\naddr = "127.0.0.1:${adminPort}"\ndashboard = true\n[[http]]\naddr = "127.0.0.1:${port}"\n${routes.join("")}
[[http.routes]]\npath = "GET /chat/:room"\nservice = "chat"\nwebsocket = true\n`;
  const file = join(folder, "config.toml");
  const settings = settingsOf(readConfiguration(text, file));
  const gateway = await startGateway({ settings, file, addr: `127.0.0.1:${mesh}`, log: () => {} });
  atEnd(() => gateway.close());
  const offer = async (
    services: Record<string, Handler>,
    secretKey: Uint8Array = generateSecretKey(),
  ): Promise<Node> => {
    const node = await Node.start({ addrs: [`127.0.0.1:${mesh}`], secretKey, services });
    atEnd(() => node.shutdown({ timeout: 0 }));
    return node;
  };
  const admin = `http://127.0.0.1:${adminPort}`;
  const server = `127.0.0.1:${port}`;
  const value = async (name: string, labels: Record<string, string>) => sample(await metricsOf(admin), name, labels);
  /** A node that dies of its first call, and when the gateway knows of it. */
  const dying = async (secretKey?: Uint8Array): Promise<void> => {
    const before = (await value("flatend_service_providers", { service: "thing" })) ?? 0;
    const node = await offer(
      {
        thing: () => {
          void node.shutdown({ timeout: 0 });
          return new Promise(() => {});
        },
      },
      secretKey,
    );
    await vi.waitFor(
      async () => expect(await value("flatend_service_providers", { service: "thing" })).toBe(before + 1),
      WITHIN,
    );
  };
  const row = async (route: string) => {
    const data = (await (await fetch(`${admin}/dashboard.json`)).json()) as { routes: { route: string }[] };
    return data.routes.find((one) => one.route === route);
  };
  return { server, offer, dying, value, row };
}

test("WebSockets that are open, and their messages", async () => {
  const { server, offer, value, row } = await start();
  await offer({
    chat: webSocket(async (socket) => {
      for await (const message of socket) for (const copy of [message, message]) await socket.send(copy);
    }),
  });
  const labels = { server, route: "GET /chat/:room" };
  const open = () => value("flatend_http_websockets_open", labels);
  const messages = (direction: string) => value("flatend_http_websocket_messages_total", { ...labels, direction });
  expect([await open(), await messages("sent"), await messages("received")]).toEqual([0, 0, 0]);
  const dial = async (room: string) => {
    const client = new WebSocket(`ws://${server}/chat/${room}`);
    await once(client, "open");
    return client;
  };
  const [one, other] = [await dial("a"), await dial("b")];
  expect(await open()).toBe(2);
  expect(await row("GET /chat/:room")).toMatchObject({ sockets: 2, requests: 0 });
  let got = 0;
  one.on("message", () => got++);
  for (const text of ["x", "y", "z"]) one.send(text);
  await vi.waitFor(() => expect(got).toBe(6), WITHIN);
  expect([await messages("received"), await messages("sent")]).toEqual([3, 6]);
  one.close();
  // Without a word.
  other.terminate();
  await vi.waitFor(async () => expect(await open()).toBe(0), WITHIN);
  expect(await row("GET /chat/:room")).toMatchObject({ sockets: 0, requests: 2 });
});

test("calls that are made again", async () => {
  const { server, offer, dying, value } = await start();
  const retries = () => value("flatend_service_retries_total", { service: "thing" });
  expect(await retries()).toBe(0);
  await dying();
  await offer({ thing: (ctx) => ctx.send("alive") });
  await vi.waitFor(async () => expect(await value("flatend_service_providers", { service: "thing" })).toBe(2), WITHIN);
  while ((await value("flatend_service_providers", { service: "thing" })) === 2) {
    expect(await (await fetch(`http://${server}/thing`)).text()).toBe("alive");
  }
  expect(await retries()).toBe(1);
});

test("providers that are left alone", async () => {
  const { server, offer, dying, value, row } = await start();
  const alone = (route: string) => value("flatend_http_circuits_open", { server, route });
  const key = generateSecretKey();
  for (let failure = 0; failure < FAILURES_TO_OPEN; failure++) {
    expect(await alone("POST /thing")).toBe(0);
    await dying(key);
    expect((await fetch(`http://${server}/thing`, { method: "POST" })).status).toBe(502);
    await vi.waitFor(
      async () => expect(await value("flatend_service_providers", { service: "thing" })).toBe(0),
      WITHIN,
    );
  }
  expect([await alone("POST /thing"), await alone("GET /thing")]).toEqual([1, 0]);
  expect(await row("POST /thing")).toMatchObject({ left_alone: 1, failed: FAILURES_TO_OPEN });
  expect(await row("GET /thing")).toMatchObject({ left_alone: 0 });
  await offer({ thing: (ctx) => ctx.send("alive") }, key);
  await vi.waitFor(
    async () => expect((await fetch(`http://${server}/thing`, { method: "POST" })).status).toBe(200),
    WITHIN,
  );
  expect(await alone("POST /thing")).toBe(0);
});
