// The walk of the original's README, with real processes: a gateway, a service, and restarts of either.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { build, freePort, Program } from "./processes.ts";

const bin = fileURLToPath(new URL("../bin/flatend-gateway.js", import.meta.url));
const example = fileURLToPath(new URL("../../reference/examples/hello_world/index.js", import.meta.url));
const original = createRequire(import.meta.url).resolve("flatend-original");

beforeAll(build, 180_000);

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function start(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Program {
  const program = new Program(args, options);
  stops.push(() => program.stop());
  return program;
}

interface Place {
  readonly folder: string;
  readonly mesh: string;
  readonly url: string;
}

async function place(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "flatend-gateway-"));
  stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  const mesh = `127.0.0.1:${await freePort()}`;
  const port = await freePort();
  const routes = `[[http.routes]]\npath = "GET /hello"\nservice = "hello_world"\n`;
  writeFileSync(join(folder, "config.toml"), `addr = "${mesh}"\n\n[[http]]\naddr = ":${port}"\n\n${routes}`);
  return { folder, mesh, url: `http://localhost:${port}/hello` };
}

async function startGateway({ folder, mesh, url }: Place): Promise<Program> {
  const gateway = start([bin], { cwd: folder });
  const nodes = await gateway.printed(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Listening for Flatend nodes on '(.*)'\.$/m);
  expect(nodes[1]).toBe(mesh);
  const http = await gateway.printed(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Listening for HTTP requests on '(.*)'\.$/m);
  // A machine without IPv6 listens all the same.
  expect(http[1]).toBe(`[::]:${new URL(url).port}`);
  return gateway;
}

/** Waits until the service answers, at most 2 s from when everything runs. */
const works = (url: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const response = await fetch(url);
      expect([response.status, await response.text()]).toEqual([200, "Hello world!"]);
    },
    { timeout: 2_000, interval: 20 },
  );

const startExample = async ({ mesh }: Place): Promise<Program> => {
  const service = start([example], { env: { ADDR: mesh, DEBUG: "flatend" } });
  await service.printed(/connected/);
  return service;
};

test("gateway, service and a request; a restart of either side", async () => {
  const here = await place();
  const gateway = await startGateway(here);
  const alone = await fetch(here.url);
  expect(alone.status).toBe(503);
  expect(alone.headers.get("retry-after")).toBe("1");
  expect(await alone.text()).toBe("no nodes were able to process your request for service(s): [hello_world]");

  const service = await startExample(here);
  await works(here.url);

  await service.stop();
  await vi.waitFor(async () => expect((await fetch(here.url)).status).toBe(503), { timeout: 10_000 });
  await startExample(here);
  await works(here.url);

  const key = readFileSync(join(here.folder, "flatend.key"));
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended()).toBe(process.platform === "win32" ? null : 0);
  await expect(fetch(here.url)).rejects.toThrow("fetch failed");
  await startGateway(here);
  await works(here.url);
  expect(readFileSync(join(here.folder, "flatend.key"))).toEqual(key);
});

test("a service of npm flatend 0.0.8", async () => {
  const here = await place();
  const gateway = await startGateway(here);
  const code = `const { Node } = require(${JSON.stringify(original)});
    Node.start({ addrs: ["${here.mesh}"], services: { hello_world: (ctx) => ctx.send("Hello world!") } })
      .then(() => console.log("connected"));`;
  const service = start(["-e", code]);
  await service.printed(/connected/);
  await works(here.url);
  await gateway.stop();
  await startGateway(here);
  await works(here.url);
});
