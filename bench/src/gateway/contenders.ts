/** What is measured: HTTP servers, and how each is started. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HOST } from "../stack.ts";
import { freePort } from "../stacks/sockets.ts";
import { buildCaddy, proxyTo } from "./caddy.ts";
import { FILE, FILE_LENGTH } from "./places.ts";
import { answering, program, role } from "./processes.ts";

/** A server, or why there is none here. */
export interface Contender {
  readonly stack: string;
  readonly missing?: string | undefined;
  /** Of the process that speaks HTTP with the load, and not of what stands behind it. */
  readonly pid: number;
  readonly url: string;
}

/** The folder with the static file, the gateway's configuration and key, and Caddy's configuration. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "flatend-bench-"));

  constructor() {
    writeFileSync(join(this.folder, FILE), "x".repeat(FILE_LENGTH));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, maxRetries: 5 });
  }
}

const route = (path: string, to: string): string => `[[http.routes]]\npath = "${path}"\n${to}\n`;

/** The gateway's command in a process of its own, and the address of its node. */
export async function startGateway({ folder }: Place): Promise<Contender & { readonly mesh: string }> {
  const mesh = `${HOST}:${await freePort()}`;
  const http = `${HOST}:${await freePort()}`;
  const config = join(folder, "config.toml");
  const routes = [
    route("GET /hello", 'service = "hello"'),
    route("GET /original", 'service = "hello_original"'),
    route("POST /sink", 'service = "sink"'),
    route("GET /source", 'service = "source"'),
    route("GET /static", 'static = "."'),
  ];
  writeFileSync(config, `addr = "${mesh}"\n[[http]]\naddr = "${http}"\n${routes.join("")}`);
  const manifest = fileURLToPath(import.meta.resolve("flatend-gateway/package.json"));
  const pid = program(process.execPath, [join(dirname(manifest), "bin", "flatend-gateway.js"), "-c", config]);
  const url = `http://${http}`;
  await answering(`${url}/static/${FILE}`);
  return { stack: "gateway", pid, url, mesh };
}

/** Caddy's reverse proxy before a server of `node:http` that does nothing else. */
export async function startCaddy({ folder }: Place): Promise<Contender> {
  const stack = "caddy";
  const built = await buildCaddy();
  if ("missing" in built) return { stack, missing: built.missing, pid: 0, url: "" };
  const { port: upstream } = await role("plain");
  const port = await freePort();
  const config = join(folder, "caddy.json");
  writeFileSync(config, proxyTo(port, upstream));
  const pid = program(built.path, ["run", "--config", config]);
  const url = `http://${HOST}:${port}`;
  await answering(`${url}/hello`);
  return { stack, pid, url };
}

export async function startFastify({ folder }: Place): Promise<Contender> {
  const { pid, port } = await role("fastify", folder);
  return { stack: "fastify", pid, url: `http://${HOST}:${port}` };
}
