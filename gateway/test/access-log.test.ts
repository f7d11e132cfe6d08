// Each request that has ended is a line of JSON.
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Handler, Node } from "flatend";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type Gateway, startGateway } from "../src/gateway.ts";
import { webSocket } from "../src/service/websocket.ts";
import { dialed, sessionOf } from "./http2-sockets.ts";
import { build, freePort, Program } from "./processes.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const services: Record<string, Handler> = {
  echo: (ctx) => ctx.pipe(ctx),
  id: (ctx) => ctx.header(":status", "201").send(ctx.headers[":request-id"] ?? ""),
  waits: () => new Promise(() => {}),
  socket: webSocket(async (socket) => {
    for await (const message of socket) await socket.send(`${message}!`);
  }),
  dies: (ctx) => {
    ctx.write("a part");
    setTimeout(() => ctx.destroy(new Error("dead")), 50);
  },
};

interface Running {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly log: string[];
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "flatend-access-"));
  stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  return folder;
}

async function start(keys: string): Promise<Running> {
  const folder = temporary();
  const port = await freePort();
  const paths = ["POST /echo", "GET /id", "GET /waits", "GET /dies", "GET /of/:name/*rest"];
  const routes = paths.map(
    (path) =>
      `[[http.routes]]\npath = "${path}"\nservices = ["${/\/(\w+)/.exec(path)?.[1]?.replace("of", "id")}", "other"]\n`,
  );
  routes.push('[[http.routes]]\npath = "GET /socket"\nservice = "socket"\nwebsocket = true\n');
  const text = `[log]\naccess = true\n${keys}\n[[http]]\naddr = "127.0.0.1:${port}"\n${routes.join("")}`;
  const file = join(folder, "config.toml");
  writeFileSync(file, text);
  writeFileSync(join(folder, "a.txt"), "0123456789");
  const addr = `127.0.0.1:${await freePort()}`;
  const log: string[] = [];
  const settings = settingsOf(readConfiguration(text, file));
  const gateway = await startGateway({ settings, file, addr, log: (line) => log.push(line) });
  stops.push(() => gateway.close());
  const service = await Node.start({ addrs: [addr], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  return { gateway, folder, port, url: `http://127.0.0.1:${port}`, log };
}

type Line = Record<string, unknown>;

function linesOf(folder: string, name = "access.log"): Line[] {
  const lines = readFileSync(join(folder, name), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
}

/** The lines, once there are so many. */
const written = (folder: string, count: number): Promise<Line[]> =>
  vi.waitFor(
    () => {
      const lines = linesOf(folder);
      expect(lines).toHaveLength(count);
      return lines;
    },
    { timeout: 5_000 },
  );

const FILE = 'file = "access.log"';

test("what a line says", async () => {
  const { url, folder } = await start(FILE);
  expect(await (await fetch(`${url}/echo?secret=1`, { method: "POST", body: "ü".repeat(1_000) })).text()).toHaveLength(
    1_000,
  );
  const [echo] = await written(folder, 1);
  expect(echo).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    remote_address: "127.0.0.1",
    protocol: "HTTP/1.1",
    method: "POST",
    path: "/echo",
    route: "POST /echo",
    services: ["echo", "other"],
    status: 200,
    complete: true,
    bytes_in: 2_000,
    bytes_out: 2_000,
    duration_ms: expect.any(Number),
  });
  expect(echo?.duration_ms).toBeLessThan(30_000);

  const id = await (await fetch(`${url}/id`)).text();
  await fetch(`${url}/id`, { method: "HEAD" });
  await fetch(`${url}/of/%41/b?x`);
  await fetch(`${url}/nothing/${"x".repeat(1_000)}`);
  await fetch(`${url}/%zz`);
  const [, got, head, of, none, bad] = await written(folder, 6);
  expect(got).toMatchObject({ request_id: id, status: 201, bytes_out: 36, bytes_in: 0 });
  expect(head).toMatchObject({ method: "HEAD", route: "GET /id", bytes_out: 0 });
  expect(of).toMatchObject({ path: "/of/A/b", route: "GET /of/:name/*rest" });
  expect(none).toMatchObject({ status: 404, bytes_out: "no route leads here".length });
  expect(none).not.toHaveProperty("route");
  expect(none?.path).toHaveLength(512);
  expect(bad).toMatchObject({ status: 400, path: "/%zz" });
});

test("a WebSocket is written down at its end, with the bytes of its messages", async () => {
  const { port, folder } = await start(FILE);
  for (const end of ["close", "terminate"] as const) {
    const client = new WebSocket(`ws://127.0.0.1:${port}/socket`);
    stops.push(() => client.terminate());
    client.on("open", () => client.send("four"));
    await once(client, "message");
    client[end]();
    await once(client, "close");
  }
  const lines = await written(folder, 2);
  const line = { method: "GET", path: "/socket", route: "GET /socket", status: 101, bytes_in: 4, bytes_out: 5 };
  expect(lines).toMatchObject([
    { ...line, complete: true },
    { ...line, complete: false },
  ]);
});

test("and one of HTTP/2 as well", async () => {
  const { port, folder } = await start(FILE);
  const session = await sessionOf(port);
  for (const end of ["close", "terminate"] as const) {
    const { client } = await dialed(session, [], "/socket");
    client.send("four");
    await once(client, "message");
    client[end]();
    await once(client, "close");
  }
  const lines = await written(folder, 2);
  const line = { protocol: "HTTP/2.0", method: "CONNECT", path: "/socket", route: "GET /socket", status: 200 };
  expect(lines).toMatchObject([
    { ...line, complete: true, bytes_in: 4, bytes_out: 5 },
    { ...line, complete: false, bytes_in: 4, bytes_out: 5 },
  ]);
});

test("a client that has gone is 499", async () => {
  const { port, folder } = await start(FILE);
  const socket = connect(port, "127.0.0.1", () => socket.write("GET /waits HTTP/1.1\r\nhost: a\r\n\r\n"));
  stops.push(() => socket.destroy());
  setTimeout(() => socket.destroy(), 500);
  expect((await written(folder, 1))[0]).toMatchObject({ path: "/waits", status: 499, complete: false });
});

test("a service that is lost in its response is not", async () => {
  const { url, folder } = await start(FILE);
  await expect(fetch(`${url}/dies`).then((response) => response.text())).rejects.toThrow();
  expect((await written(folder, 1))[0]).toMatchObject({ status: 200, complete: false, bytes_out: 6 });
});

test("shortened addresses, and a new file after a reload", async () => {
  const { url, folder, gateway, log } = await start(`${FILE}\nshorten_addresses = true`);
  await fetch(`${url}/id`);
  expect((await written(folder, 1))[0]).toMatchObject({ remote_address: "127.0.0.0" });
  if (process.platform !== "win32") {
    renameSync(join(folder, "access.log"), join(folder, "access.log.1"));
    expect(await gateway.reload()).toBe(true);
    await fetch(`${url}/id`);
    await written(folder, 1);
    expect(linesOf(folder, "access.log.1")).toHaveLength(1);
  }
  const file = join(folder, "config.toml");
  writeFileSync(file, readFileSync(file, "utf8").replace("access.log", "nowhere/access.log"));
  log.splice(0);
  expect(await gateway.reload()).toBe(false);
  expect(log).toEqual([expect.stringMatching(/^Not reloaded: .*config\.toml:3:8: .*ENOENT/)]);
  writeFileSync(file, readFileSync(file, "utf8").replace("access = true", "access = false"));
  expect(await gateway.reload()).toBe(true);
  const before = linesOf(folder).length;
  await fetch(`${url}/id`);
  await gateway.close();
  expect(linesOf(folder)).toHaveLength(before);
});

beforeAll(build, 180_000);

test("standard output, while the log of the gateway itself goes to the other", async () => {
  const bin = fileURLToPath(new URL("../bin/flatend-gateway.js", import.meta.url));
  const [folder, port, mesh] = [temporary(), await freePort(), await freePort()];
  writeFileSync(
    join(folder, "config.toml"),
    `addr = "127.0.0.1:${mesh}"\n[log]\naccess = true\n[[http]]\naddr = "127.0.0.1:${port}"\n`,
  );
  const program = new Program([bin], { cwd: folder });
  stops.push(() => program.stop());
  await program.printed(/Listening for HTTP/);
  await fetch(`http://127.0.0.1:${port}/x`);
  await program.printed(/"path":"\/x".*\n/);
  expect(JSON.parse(program.stdout)).toMatchObject({ path: "/x", status: 404 });
});
