// The address for those who run the gateway: metrics, health, and the dashboard of Grafana that reads them.
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { Node } from "flatend";
import { describe, expect, test, vi } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startGateway } from "../src/gateway.ts";
import { beside, grafanaExpressions, HTTPS, start, stops } from "./administered.ts";
import { metricsOf, sample } from "./metrics-text.ts";
import { freePort } from "./processes.ts";

describe("metrics", () => {
  test("what requests, calls and reloads are counted as", async () => {
    const { url, port, admin, gateway, file, log } = await start();
    expect(log).toContain(`Listening for administrators on '${admin.slice("http://".length)}'.`);
    await (await fetch(`${url}/hello/a`)).text();
    await (await fetch(`${url}/hello/b?secret`)).text();
    await (await fetch(`${url}/takes`, { method: "POST", body: "x".repeat(1_000) })).text();
    await (await fetch(`${url}/absent`)).text();
    await (await fetch(`${url}/no/such/${Math.random()}`, { method: "DELETE" })).text();
    const slow = fetch(`${url}/slow`).then((response) => response.text());
    const server = `127.0.0.1:${port}`;
    await vi.waitFor(async () =>
      expect(sample(await metricsOf(admin), "flatend_http_requests_in_flight", { server })).toBe(1),
    );
    await slow;
    await vi.waitFor(async () =>
      expect(sample(await metricsOf(admin), "flatend_http_requests_in_flight", { server })).toBe(0),
    );

    const found = await metricsOf(admin);
    const total = (route: string, method: string, code: string) =>
      sample(found, "flatend_http_requests_total", { server, route, method, code });
    expect(total("GET /hello/:name", "GET", "200")).toBe(2);
    expect(total("POST /takes", "POST", "200")).toBe(1);
    expect(total("GET /absent", "GET", "503")).toBe(1);
    expect(total("(none)", "DELETE", "404")).toBe(1);
    const byRoute = { server, route: "POST /takes" };
    expect(sample(found, "flatend_http_request_bytes_total", byRoute)).toBe(1_000);
    expect(sample(found, "flatend_http_response_bytes_total", byRoute)).toBe("taken".length);
    const durations = { server, route: "GET /slow" };
    expect(sample(found, "flatend_http_request_duration_seconds_count", durations)).toBe(1);
    expect(sample(found, "flatend_http_request_duration_seconds_bucket", { ...durations, le: "0.5" })).toBe(0);
    expect(sample(found, "flatend_http_request_duration_seconds_sum", durations)).toBeGreaterThan(0.6);
    expect(sample(found, "flatend_service_requests_total", { service: "hello", outcome: "ok" })).toBe(2);
    expect(sample(found, "flatend_service_requests_total", { service: "absent", outcome: "NO_PROVIDER" })).toBe(1);
    expect(sample(found, "flatend_service_duration_seconds_sum", { service: "slow" })).toBeGreaterThan(0.6);
    expect(sample(found, "flatend_service_providers", { service: "hello" })).toBe(1);
    expect(sample(found, "flatend_service_providers", { service: "absent" })).toBe(0);
    expect(sample(found, "flatend_peers")).toBe(1);
    expect(sample(found, "flatend_bytes_total", { direction: "received" })).toBeGreaterThan(0);
    expect(sample(found, "flatend_config_reloads_total", { result: "ok" })).toBe(0);

    expect(await gateway.reload()).toBe(true);
    writeFileSync(file, `${readFileSync(file, "utf8")}nonsense = 1\n`);
    expect(await gateway.reload()).toBe(false);
    const after = await metricsOf(admin);
    expect(sample(after, "flatend_config_reloads_total", { result: "ok" })).toBe(1);
    expect(sample(after, "flatend_config_reloads_total", { result: "failed" })).toBe(1);
    const since = sample(after, "flatend_config_last_reload_success_timestamp_seconds") ?? 0;
    expect(Math.abs(since - Date.now() / 1_000)).toBeLessThan(60);
    expect(
      sample(after, "flatend_http_requests_total", { server, route: "(none)", method: "DELETE", code: "404" }),
    ).toBe(1);
  });

  test("no client makes a label, nor requests that seem to go on for ever", async () => {
    const { url, port, admin } = await start();
    const before = await metricsOf(admin);
    for (let index = 0; index < 20; index++) {
      await (await fetch(`${url}/x${index}`, { headers: { host: `h${index}` } })).text();
      await (await fetch(`${url}/hello/${index}`)).text();
    }
    await expect(
      new Promise((resolve, reject) =>
        request(`${url}/odd`, { method: "PROPFIND" }, resolve).on("error", reject).end(),
      ),
    ).resolves.toHaveProperty("statusCode", 404);
    // The second and the third wait behind the first, and their connection ends.
    const get = "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
    const socket = connect(port, "127.0.0.1", () => socket.write(get + get + get));
    stops.push(() => socket.destroy());
    const server = `127.0.0.1:${port}`;
    const inFlight = async () => sample(await metricsOf(admin), "flatend_http_requests_in_flight", { server });
    await vi.waitFor(async () => expect(await inFlight()).toBeGreaterThan(0));
    socket.destroy();
    await vi.waitFor(async () => expect(await inFlight()).toBe(0), { timeout: 5_000 });
    const after = await metricsOf(admin);
    const labels = [...after.values()].flatMap(({ samples }) => samples.map(({ labels }) => labels));
    const routes = new Set(labels.flatMap(({ route }) => (route === undefined ? [] : [route])));
    expect(routes).toEqual(
      new Set(["(none)", "GET /hello/:name", "POST /takes", "GET /slow", "GET /absent", "GET /chat"]),
    );
    expect(new Set(labels.flatMap(({ method }) => (method === undefined ? [] : [method])))).toEqual(
      new Set(["GET", "_OTHER"]),
    );
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  });
});

test("health: ready until it drains, and what is no page", async () => {
  const { admin, url, gateway } = await start();
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(admin + path, init);
    return [response.status, await response.text()];
  };
  expect(await get("/healthz")).toEqual([200, "ok\n"]);
  expect(await get("/readyz")).toEqual([200, "ready\n"]);
  expect(await get("/readyz", { method: "HEAD" })).toEqual([200, ""]);
  expect(await get("/healthz", { method: "POST" })).toEqual([405, "expected GET\n"]);
  expect((await get("/constructor"))[0]).toBe(404);
  const rebound = await new Promise<number | undefined>((resolve, reject) =>
    request(`${admin}/metrics`, { headers: { host: "elsewhere.example" } }, ({ statusCode }) => resolve(statusCode))
      .on("error", reject)
      .end(),
  );
  expect(rebound).toBe(421);
  const slow = fetch(`${url}/slow`);
  await vi.waitFor(async () => expect(await (await fetch(`${admin}/metrics`)).text()).toMatch(/in_flight\{.*\} 1/));
  const closing = gateway.close();
  expect(await get("/readyz")).toEqual([503, "draining\n"]);
  expect(await get("/healthz")).toEqual([200, "ok\n"]);
  expect(await (await slow).text()).toBe("late");
  await closing;
  await expect(fetch(`${admin}/healthz`)).rejects.toThrow();
});

test("an address that is taken: nothing is left running", async () => {
  const { admin, file } = await start();
  const text = `[admin]\naddr = "${admin.slice("http://".length)}"\n[[http]]\naddr = "127.0.0.1:0"\n`;
  const settings = settingsOf(readConfiguration(text, file));
  const mesh = `127.0.0.1:${await freePort()}`;
  await expect(startGateway({ settings, file, addr: mesh, log: () => {} })).rejects.toThrow("EADDRINUSE");
  // Its address in the mesh is free again.
  const node = await Node.start({ secretKey: new Uint8Array(32).fill(1), bindAddrs: [mesh] });
  await node.shutdown({ timeout: 0 });
});

test("when certificates end", async () => {
  const { admin } = await start(HTTPS);
  const found = await metricsOf(admin);
  const tomorrow = Date.now() / 1_000 + 86_400;
  for (const domain of ["one.test", "two.test"]) {
    const ends = sample(found, "flatend_tls_cert_not_after_timestamp_seconds", { domain }) ?? 0;
    expect(Math.abs(ends - tomorrow)).toBeLessThan(600);
  }
});

test("each metric of the dashboard and of the README is there, and the README has each", async () => {
  const { url, admin } = await start(HTTPS);
  await (await fetch(`${url}/hello/a`)).text();
  const found = await metricsOf(admin);
  const samples = new Set([...found.values()].flatMap((family) => family.samples.map(({ name }) => name)));
  const expressions = grafanaExpressions();
  expect(expressions.length).toBeGreaterThan(15);
  for (const expression of expressions) {
    const names = expression.match(/\b(?:flatend|process|nodejs)_\w+/g) ?? [];
    expect(names, expression).not.toEqual([]);
    for (const name of names) expect(samples, expression).toContain(name);
  }
  const listed = [...beside("README.md").matchAll(/^\| `(flatend_\w+)`/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...found.keys()].filter((name) => name.startsWith("flatend_")).sort());
});
