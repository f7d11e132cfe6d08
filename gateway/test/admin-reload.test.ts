// What [admin] names is exchanged by a reload, or stays as it is where it cannot be.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { socketName } from "../src/admin/socket-path.ts";
import { Attachment } from "../src/cli/attach.ts";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startGateway } from "../src/gateway.ts";
import { metricsOf, sample } from "./metrics-text.ts";
import { freePort } from "./processes.ts";
import { atEnd } from "./server.ts";

/** @param admin the table, for each time the file is written */
async function start(admin: string) {
  const folder = mkdtempSync(join(tmpdir(), "flatend-exchanged-"));
  atEnd(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  const file = join(folder, "config.toml");
  writeFileSync(join(folder, "file.txt"), "text");
  const port = await freePort();
  const write = (keys: string, path = "/file", files = "file.txt"): string => {
    const text = `[admin]\n${keys}\n[[http]]\naddr = "127.0.0.1:${port}"\n[[http.routes]]\npath = "GET ${path}"\nstatic = "${files}"\n`;
    writeFileSync(file, text);
    return text;
  };
  const settings = settingsOf(readConfiguration(write(admin), file));
  const log: string[] = [];
  const gateway = await startGateway({ settings, file, addr: "127.0.0.1:0", log: (line) => void log.push(line) });
  atEnd(() => gateway.close());
  log.splice(0);
  const become = async (...written: Parameters<typeof write>): Promise<boolean> => {
    write(...written);
    return gateway.reload();
  };
  const get = (path = "/file") => fetch(`http://127.0.0.1:${port}${path}`).then(({ status }) => status);
  return { folder, file, log, become, write, get, server: `127.0.0.1:${port}` };
}

const status = (port: number, path = "/healthz"): Promise<number> =>
  fetch(`http://127.0.0.1:${port}${path}`).then(({ status }) => status);
const addr = (port: number): string => `addr = "127.0.0.1:${port}"`;

test("another address: what was counted is still there", async () => {
  const [one, other] = [await freePort(), await freePort()];
  const { become, log, file, get, server } = await start(addr(one));
  await get();
  expect(await become(addr(other))).toBe(true);
  expect(log).toEqual([
    `Reloaded '${file}'.`,
    `Listening for administrators on '127.0.0.1:${other}'.`,
    `No longer listening for administrators on '127.0.0.1:${one}'.`,
  ]);
  await get();
  const found = await metricsOf(`http://127.0.0.1:${other}`);
  const labels = { server, route: "GET /file", method: "GET", code: "200" };
  expect(sample(found, "flatend_http_requests_total", labels)).toBe(2);
  await vi.waitFor(() => expect(status(one)).rejects.toThrow(), 5_000);
});

test("an address that is taken: everything stays as it was, and the log says where it stands", async () => {
  const [one, taken] = [await freePort(), await freePort()];
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(taken, "127.0.0.1", resolve));
  atEnd(() => other.close());
  const { become, log, file, get, folder } = await start(addr(one));
  expect(await become(`${addr(taken)}\nsocket = "run/socket"`, "/elsewhere")).toBe(false);
  expect(log).toEqual([expect.stringMatching(/^Not reloaded: .*:2:8: .*EADDRINUSE/)]);
  expect(log[0]).toContain(`${file}:2:8: `);
  expect([await status(one), await get(), await get("/elsewhere")]).toEqual([200, 200, 404]);
  if (process.platform !== "win32") expect(existsSync(join(folder, "run/socket"))).toBe(false);
});

test("a fault elsewhere: the other address is closed again", async () => {
  const [one, other] = [await freePort(), await freePort()];
  const { become, log } = await start(addr(one));
  expect(await become(addr(other), "/file", "nowhere.txt")).toBe(false);
  expect(log).toEqual([expect.stringMatching(/^Not reloaded: .*nowhere\.txt/)]);
  expect(await status(one)).toBe(200);
  await expect(status(other)).rejects.toThrow();
});

test("from none to one, with a dashboard and without, to none again", async () => {
  const port = await freePort();
  const { become, log, get, server } = await start("");
  await get();
  expect(await become(addr(port))).toBe(true);
  expect(await status(port, "/")).toBe(404);
  await get();
  const labels = { server, route: "GET /file", method: "GET", code: "200" };
  const found = await metricsOf(`http://127.0.0.1:${port}`);
  expect(sample(found, "flatend_http_requests_total", labels)).toBe(1);
  expect(sample(found, "flatend_peers")).toBe(0);
  const open = connect(port, "127.0.0.1");
  let ended = false;
  open
    .on("error", () => {})
    .once("close", () => {
      ended = true;
    });
  atEnd(() => open.destroy());
  await new Promise((resolve) => open.once("connect", resolve));
  log.splice(0);
  expect(await become(`${addr(port)}\ndashboard = true`)).toBe(true);
  expect(log).toHaveLength(1);
  expect(await status(port, "/dashboard.json")).toBe(200);
  expect(ended).toBe(false);
  expect(await become("")).toBe(true);
  await vi.waitFor(() => expect(status(port)).rejects.toThrow(), 5_000);
  expect(await get()).toBe(200);
});

test("another socket: the command that asked for it is answered by the former one", async () => {
  const { write, folder } = await start('socket = "run/one"');
  const attach = async (path: string): Promise<Attachment> => {
    const attachment = await Attachment.open(socketName(folder, path));
    atEnd(() => attachment.close());
    return attachment;
  };
  const former = await attach("run/one");
  write('socket = "run/other"');
  expect(await former.ask("reload", [])).toMatchObject({ reloaded: expect.any(String) });
  await former.closed;
  await expect(attach("run/one")).rejects.toThrow("no gateway runs");
  expect(await (await attach("run/other")).ask("status", [])).toMatchObject({ state: "ready" });
});
