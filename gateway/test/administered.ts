/** A gateway with an address for those who run it, and a node with services behind it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Handler, Node } from "flatend";
import { afterEach } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type Gateway, startGateway } from "../src/gateway.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { freePort } from "./processes.ts";

/** What a test has started, and how it ends. */
export const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const services: Record<string, Handler> = {
  hello: (ctx) => ctx.send("Hello world!"),
  takes: async (ctx) => {
    for await (const _ of ctx);
    ctx.send("taken");
  },
  slow: async (ctx) => {
    await wait(700);
    ctx.send("late");
  },
};

const route = (path: string, service: string) => `[[http.routes]]\npath = "${path}"\nservice = "${service}"\n`;
const ROUTES = [
  route("GET /hello/:name", "hello"),
  route("POST /takes", "takes"),
  route("GET /slow", "slow"),
  route("GET /absent", "absent"),
  `${route("GET /chat", "chat")}websocket = true\n`,
].join("");

interface Running {
  readonly gateway: Gateway;
  readonly file: string;
  readonly url: string;
  readonly port: number;
  readonly admin: string;
  readonly log: readonly string[];
}

/** @param more at the end of the configuration */
export async function start(more = ""): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "flatend-admin-"));
  stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  const [port, adminPort, mesh] = [await freePort(), await freePort(), await freePort()];
  const file = join(folder, "config.toml");
  const key = newKey();
  writeFileSync(join(folder, "cert.pem"), selfSigned(key, ["one.test", "two.test"]));
  writeFileSync(join(folder, "key.pem"), pemOfKey(key));
  const text = `[admin]\naddr = "127.0.0.1:${adminPort}"\n[[http]]\naddr = "127.0.0.1:${port}"\n${ROUTES}${more}`;
  writeFileSync(file, text);
  const log: string[] = [];
  const gateway = await startGateway({
    settings: settingsOf(readConfiguration(text, file)),
    file,
    addr: `127.0.0.1:${mesh}`,
    log: (line) => log.push(line),
  });
  stops.push(() => gateway.close());
  const service = await Node.start({ addrs: [`127.0.0.1:${mesh}`], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  return { gateway, file, port, url: `http://127.0.0.1:${port}`, admin: `http://127.0.0.1:${adminPort}`, log };
}

/** A server with certificates, for {@link start}. */
export const HTTPS = `[[http]]
https = true
addr = "127.0.0.1:0"
domains = ["one.test", "two.test"]
tls = { cert = "cert.pem", key = "key.pem" }
`;

/** A file of the package `flatend-gateway`. */
export const beside = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

/** What the dashboard of Grafana asks Prometheus. */
export function grafanaExpressions(): readonly string[] {
  const dashboard = JSON.parse(beside("grafana.json")) as { panels: { targets: { expr: string }[] }[] };
  return dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}
