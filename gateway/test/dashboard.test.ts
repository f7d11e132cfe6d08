// The page for those who run the gateway: its data, and that nobody can write into it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Handler, Node } from "flatend";
import { afterEach, expect, test, vi } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startGateway } from "../src/gateway.ts";
import { freePort } from "./processes.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const HOSTILE = '</script><img src=x onerror="document.title=1">\u202e';
const services: Record<string, Handler> = {
  hello: (ctx) => ctx.send("Hello world!"),
  fails: () => Promise.reject(new Error("no")),
  [HOSTILE]: (ctx) => ctx.send(""),
};

async function start(keys = "dashboard = true"): Promise<{ url: string; admin: string }> {
  const folder = mkdtempSync(join(tmpdir(), "flatend-dashboard-"));
  stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  const [port, adminPort, mesh] = [await freePort(), await freePort(), await freePort()];
  const file = join(folder, "config.toml");
  const routes = ["hello", "fails", "absent"].map(
    (name) => `[[http.routes]]\npath = "GET /${name}/*rest"\nservice = "${name}"\n`,
  );
  const text = `[admin]\naddr = "127.0.0.1:${adminPort}"\n${keys}\n[[http]]\naddr = "127.0.0.1:${port}"\n${routes.join("")}`;
  writeFileSync(file, text);
  const settings = settingsOf(readConfiguration(text, file));
  const gateway = await startGateway({ settings, file, addr: `127.0.0.1:${mesh}`, log: () => {} });
  stops.push(() => gateway.close());
  const service = await Node.start({ addrs: [`127.0.0.1:${mesh}`], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  return { url: `http://127.0.0.1:${port}`, admin: `http://127.0.0.1:${adminPort}` };
}

interface Data {
  readonly status: object;
  readonly routes: readonly { readonly server: string; readonly route: string; readonly requests: number }[];
  readonly services: readonly { readonly service: string }[];
  readonly peers: readonly object[];
  readonly failed: readonly object[];
}
const dataOf = async (admin: string): Promise<Data> => (await (await fetch(`${admin}/dashboard.json`)).json()) as Data;

test("its data: nodes, services, routes with their times, and the last errors", async () => {
  const { url, admin } = await start();
  await (await fetch(`${url}/hello/a`)).text();
  await (await fetch(`${url}/nowhere`)).text();
  for (let count = 0; count < 25; count++) await (await fetch(`${url}/fails/${"x".repeat(300)}?q`)).text();
  await vi.waitFor(async () => expect((await dataOf(admin)).failed).toHaveLength(20));
  const { status, routes, services: known, peers, failed } = await dataOf(admin);
  const server = url.slice("http://".length);
  expect(status).toMatchObject({ state: "ready", peers: 1 });
  const none = { sockets: 0, left_alone: 0 };
  const times = { p50_ms: expect.any(Number), p99_ms: expect.any(Number) };
  expect(routes).toEqual([
    { server, route: "GET /hello/*rest", requests: 1, failed: 0, ...none, ...times },
    { server, route: "(none)", requests: 1, failed: 0, ...none, ...times },
    { server, route: "GET /fails/*rest", requests: 25, failed: 25, ...none, ...times },
    { server, route: "GET /absent/*rest", requests: 0, failed: 0, ...none, p50_ms: 0, p99_ms: 0 },
  ]);
  expect(known).toContainEqual(expect.objectContaining({ service: "absent", providers: [] }));
  expect(known).toContainEqual(expect.objectContaining({ service: HOSTILE }));
  expect(peers).toHaveLength(1);
  expect(failed[0]).toEqual({
    time: expect.any(String),
    route: "GET /fails/*rest",
    method: "GET",
    path: `/fails/${"x".repeat(193)}`,
    status: 500,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("it is one page without anything from elsewhere, and without code in it", async () => {
  const { admin } = await start();
  for (const path of ["/", "/dashboard.js", "/dashboard.css", "/dashboard.json"]) {
    const response = await fetch(admin + path);
    expect(response.status).toBe(200);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  }
  const page = await (await fetch(admin)).text();
  expect(page).not.toMatch(/https?:|<style|\bon\w+=|style=|<script(?![^>]*src="\/dashboard\.js")/);
  const [, ...rest] = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target);
  expect(rest).toEqual(["/dashboard.js"]);
  const script = await (await fetch(`${admin}/dashboard.js`)).text();
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|https?:/);
});

test("without dashboard = true there is no page", async () => {
  const { admin } = await start("");
  for (const path of ["/", "/dashboard.json"]) expect((await fetch(admin + path)).status).toBe(404);
  expect((await fetch(`${admin}/healthz`)).status).toBe(200);
});

/** As much of a page as its script needs. What it is given as HTML, in whatever way, is thrown. */
class FakeElement {
  readonly name: string;
  readonly children: FakeElement[] = [];
  textContent = "";
  className = "";
  constructor(name: string) {
    this.name = name;
    // biome-ignore lint/correctness/noConstructorReturn: what is set has to be seen
    return new Proxy(this, {
      set: (target, key, value) => {
        if (!["textContent", "className", "scope", "colSpan", "tabIndex"].includes(String(key)))
          throw new Error(`set ${String(key)}`);
        return Reflect.set(target, key, value);
      },
    });
  }
  append(...children: FakeElement[]): void {
    for (const child of children) if (!(child instanceof FakeElement)) throw new Error("expected elements");
    this.children.push(...children);
  }
  replaceChildren(...children: FakeElement[]): void {
    this.children.splice(0);
    this.append(...children);
  }
  addEventListener(): void {}
  setAttribute(): void {}
  /** All texts below, and names of elements. */
  get all(): FakeElement[] {
    return [this, ...this.children.flatMap(({ all }) => all)];
  }
}

test("hostile names are text on the page, and visible", async () => {
  const { url, admin } = await start();
  await (await fetch(`${url}/fails/${encodeURIComponent("<b id=evil>")}`)).text();
  await vi.waitFor(async () => expect((await dataOf(admin)).failed).toHaveLength(1));
  const answer = await dataOf(admin);
  const ids = new Map<string, FakeElement>();
  const getElementById = (id: string) => {
    const found = ids.get(id) ?? new FakeElement(id);
    ids.set(id, found);
    return found;
  };
  const document = {
    hidden: false,
    getElementById,
    createElement: (name: string) => new FakeElement(name),
    addEventListener: () => {},
    querySelectorAll: () => [],
  };
  vi.stubGlobal("document", document);
  vi.stubGlobal("setInterval", () => {});
  vi.stubGlobal("fetch", async () => Response.json(answer));
  stops.push(() => vi.unstubAllGlobals());
  await import(new URL("../dashboard/dashboard.js", import.meta.url).href);
  const texts = (id: string) => getElementById(id).all.map(({ textContent }) => textContent);
  const seen = HOSTILE.replace("\u202e", "\\u{202e}");
  expect(getElementById("state").textContent).toBe("ready");
  expect(texts("services")).toContain(seen);
  expect(texts("peers")).toContainEqual(expect.stringContaining(seen));
  expect(texts("failed")).toContain(`GET /fails/${encodeURIComponent("<b id=evil>")}`);
  const names = new Set([...ids.values()].flatMap(({ all }) => all.slice(1).map(({ name }) => name)));
  expect([...names].sort()).toEqual(["dd", "div", "dt", "tbody", "td", "th", "thead", "tr"]);
});

test("the files of the page go with the package", () => {
  const { files } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    files: string[];
  };
  expect(files).toContain("dashboard");
});
