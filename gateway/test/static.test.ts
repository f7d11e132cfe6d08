// Static files and folders, as the page of the original's todo list needs them.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlatendError } from "flatend";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startServers } from "../src/http/server.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-static-"));
beforeAll(() => {
  mkdirSync(join(folder, "public/sub"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "public/index.html"), "<p>index</p>");
  writeFileSync(join(folder, "public/main.js"), "0123456789");
  writeFileSync(join(folder, "public/100%.txt"), "percent");
  writeFileSync(join(folder, "public/.env"), "secret");
  writeFileSync(join(folder, "public/sub/index.html"), "<p>sub</p>");
});
afterAll(() => rmSync(folder, { recursive: true }));

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const route = (path: string, rest: string): string => `[[http.routes]]\npath = "${path}"\n${rest}\n`;
const TODO =
  route("GET /", 'static = "public"') +
  route("GET /todos", 'service = "all_todos"') +
  route("POST /todos/:id", 'service = "add"');

async function start(routes = TODO): Promise<string> {
  const [settings] = settingsOf(readConfiguration(`[[http]]\naddr = "127.0.0.1:0"\n${routes}`, "test")).servers;
  const node = { call: () => Promise.reject(new FlatendError("NO_PROVIDER", "nobody")) };
  const server = await startServers(node, [settings as NonNullable<typeof settings>], folder);
  stops.push(() => server.close());
  return `http://127.0.0.1:${server.addresses[0]?.port}`;
}

describe("a folder", () => {
  // Windows has no pipes among its files, and links only for whoever may make them.
  test.skipIf(process.platform === "win32").each(["", "precompressed = true"])(
    "what is no file and no folder is as if it were not there, and holds up nobody: %s",
    async (keys) => {
      for (const name of ["pipe", "piped.js.gz", "folder/index.html"]) {
        mkdirSync(join(folder, "odd/folder"), { recursive: true });
        execFileSync("mkfifo", [join(folder, "odd", name)]);
      }
      symlinkSync("circle", join(folder, "odd/circle"));
      writeFileSync(join(folder, "odd/piped.js"), "plain");
      writeFileSync(join(folder, "odd/file"), "file");
      const url = await start(route("GET /", `static = "odd"\n${keys}`));
      const get = async (path: string): Promise<readonly [number, string]> => {
        const response = await fetch(`${url}/${path}`, { headers: { "accept-encoding": "gzip" } });
        return [response.status, await response.text()];
      };
      try {
        // More than the threads that open files.
        const asked = Array.from({ length: 6 }, () => ["pipe", "folder/", "circle"]).flat();
        for (const [status] of await Promise.all(asked.map(get))) expect(status).toBe(404);
        expect(await get("file")).toEqual([200, "file"]);
        expect(await get("piped.js")).toEqual([200, "plain"]);
      } finally {
        rmSync(join(folder, "odd"), { recursive: true });
      }
    },
  );

  test("its index, its files, and the routes beside them", async () => {
    const url = await start();
    const index = await fetch(`${url}/`);
    expect([index.status, index.headers.get("content-type"), await index.text()]).toEqual([
      200,
      "text/html; charset=utf-8",
      "<p>index</p>",
    ]);
    const script = await fetch(`${url}/main.js`);
    expect([script.status, script.headers.get("content-type"), await script.text()]).toEqual([
      200,
      "application/javascript; charset=utf-8",
      "0123456789",
    ]);
    expect(await (await fetch(`${url}/100%25.txt`)).text()).toBe("percent");
    expect((await fetch(`${url}/todos`)).status).toBe(503);
    expect((await fetch(`${url}/todos/1`, { method: "POST" })).status).toBe(503);
    const head = await fetch(`${url}/main.js`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
  });

  test("copies are compared, and parts given", async () => {
    const url = await start();
    const etag = (await fetch(`${url}/main.js`)).headers.get("etag") ?? "";
    expect(
      (await fetch(`${url}/main.js`, { headers: { "if-none-match": etag, "cache-control": "max-age=0" } })).status,
    ).toBe(304);
    const part = await fetch(`${url}/main.js`, { headers: { range: "bytes=2-4" } });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    expect((await fetch(`${url}/main.js`, { headers: { range: "bytes=20-" } })).status).toBe(416);
  });

  test("nocache: no copies", async () => {
    const url = await start(route("GET /", 'static = "public"\nnocache = true'));
    const { headers } = await fetch(`${url}/main.js`);
    expect(headers.get("cache-control")).toContain("no-store");
    expect([headers.get("etag"), headers.get("last-modified")]).toEqual([null, null]);
  });

  test("what is not there, what begins with a dot, and what is outside", async () => {
    const url = await start();
    for (const path of ["/nothing", "/nothing/", "/.env", "/sub/nothing"]) {
      const response = await fetch(url + path, { redirect: "manual" });
      expect([path, response.status]).toEqual([path, 404]);
    }
    const port = Number(new URL(url).port);
    for (const path of [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/sub/../../secret.txt",
      "/..%5csecret.txt",
      "//secret.txt",
      "/%00",
    ]) {
      const text = await new Promise<string>((resolve) => {
        let received = "";
        const socket = connect(port, "127.0.0.1", () =>
          socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
        );
        socket.on("data", (data) => (received += data)).on("close", () => resolve(received));
      });
      expect([path, text]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 (?:301|40[034]) /)]);
      expect(text).not.toContain("\r\n\r\nsecret");
    }
  });

  test("below a path; a folder without its slash is sent to the one with it", async () => {
    const url = await start(route("GET /assets", 'static = "public"'));
    expect(await (await fetch(`${url}/assets/main.js`)).text()).toBe("0123456789");
    const bare = await fetch(`${url}/assets`, { redirect: "manual" });
    expect([bare.status, bare.headers.get("location")]).toEqual([301, "/assets/"]);
    const inner = await fetch(`${url}/assets/sub`, { redirect: "manual" });
    expect([inner.status, inner.headers.get("location")]).toEqual([301, "/assets/sub/"]);
    expect(await (await fetch(`${url}/assets/sub`)).text()).toBe("<p>sub</p>");
    expect((await fetch(`${url}/main.js`)).status).toBe(404);
  });
});

describe("a file", () => {
  test("at its path alone", async () => {
    const url = await start(route("GET /about", 'static = "secret.txt"') + route("GET /env", 'static = "public/.env"'));
    expect(await (await fetch(`${url}/about`)).text()).toBe("secret");
    expect(await (await fetch(`${url}/env`)).text()).toBe("secret");
    expect((await fetch(`${url}/about/main.js`)).status).toBe(404);
  });

  test("one that is not there is told at the start", async () => {
    await expect(start(route("GET /", 'static = "nothing"'))).rejects.toThrow("static: expected a file or a folder at");
  });
});
