// The configuration is exchanged under requests that run.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Handler, Node } from "flatend";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { type Gateway, startGateway } from "../src/gateway.ts";
import { build, freePort, Program } from "./processes.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

let release: () => void = () => {};
const services: Record<string, Handler> = {
  one: (ctx) => ctx.send("one"),
  other: (ctx) => ctx.send("other"),
  head: (ctx) => ctx.json(ctx.headers),
  late: async (ctx) => {
    await wait(300);
    ctx.send("late");
  },
  long: async (ctx) => {
    ctx.write("begun, ");
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    ctx.end("ended");
  },
};

const route = (service: string, path = "/"): string =>
  `[[http.routes]]\npath = "GET ${path}"\nservice = "${service}"\n`;
const block = (port: number, ...rest: string[]): string =>
  `[[http]]\naddr = "127.0.0.1:${port}"\n${rest.join("\n")}\n${route("long", "/long")}${route("late", "/late")}`;

interface Running {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly log: string[];
  /** Writes the file and takes it into use. */
  readonly become: (text: string) => Promise<boolean>;
}

async function start(text: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "flatend-reload-"));
  stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
  writeFileSync(join(folder, "index.html"), "a file");
  const file = join(folder, "config.toml");
  writeFileSync(file, text);
  const log: string[] = [];
  const addr = `127.0.0.1:${await freePort()}`;
  const settings = settingsOf(readConfiguration(text, file));
  const gateway = await startGateway({ settings, file, addr, log: (line) => log.push(line) });
  stops.push(() => gateway.close());
  const service = await Node.start({ addrs: [addr], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  log.splice(0);
  const become = async (changed: string): Promise<boolean> => {
    writeFileSync(file, changed);
    return gateway.reload();
  };
  return { gateway, folder, log, become };
}

const get = async (port: number, path = "/"): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();
const refused = (port: number) => vi.waitFor(() => expect(get(port)).rejects.toThrow("fetch failed"), 5_000);

interface Answer {
  readonly text: string;
  readonly status: number | undefined;
  readonly connection: string | undefined;
  /** The client's own port: which connection it was. */
  readonly from: number | undefined;
}

/** One request over a connection of the agent. */
function ask(agent: Agent, port: number, path = "/"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, port, path, host: "127.0.0.1" }, (response: IncomingMessage) => {
      let text = "";
      const from = response.socket.localPort;
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.once("error", reject).once("end", () => {
        resolve({ text, status: response.statusCode, connection: response.headers.connection, from });
      });
    });
    sent.once("error", reject).end();
  });
}

function agent(maxSockets: number): Agent {
  const made = new Agent({ keepAlive: true, maxSockets });
  stops.push(() => made.destroy());
  return made;
}

describe("under load", () => {
  test("many reloads, and not one request or connection is lost", async () => {
    const port = await freePort();
    const { gateway, become } = await start(block(port, route("one")));
    const kept = agent(1);
    const single = agent(1);
    let over = false;
    let answered = 0;
    const seen = new Set<string>();
    const client = async (connections: Agent): Promise<void> => {
      while (!over) {
        const { text, status } = await ask(connections, port);
        expect(status).toBe(200);
        seen.add(text);
        answered++;
      }
    };
    const fresh = async (): Promise<void> => {
      while (!over) {
        const { status } = await ask(new Agent({ keepAlive: false }), port);
        expect(status).toBe(200);
      }
    };
    const first = await ask(kept, port);
    const load = [client(kept), client(single), fresh(), fresh()];
    for (let round = 0; round < 30; round++) {
      expect(await become(block(port, route(round % 2 === 0 ? "other" : "one")))).toBe(true);
      await wait(10);
    }
    over = true;
    await Promise.all(load);
    expect(answered).toBeGreaterThan(30);
    expect([...seen].sort()).toEqual(["one", "other"]);
    expect((await ask(kept, port)).from).toBe(first.from);
    // Those that come while one runs become one.
    const many = await Promise.all(Array.from({ length: 100 }, () => gateway.reload()));
    expect(many.every(Boolean)).toBe(true);
  }, 30_000);

  test("reloads that are asked for while one runs become one", async () => {
    const { gateway, log } = await start("");
    await Promise.all(Array.from({ length: 50 }, () => gateway.reload()));
    expect(log).toHaveLength(2);
  });

  test("a request ends under the application it began with, on the connection it came by", async () => {
    const port = await freePort();
    const { become } = await start(block(port, route("one")));
    const response = await fetch(`http://127.0.0.1:${port}/long`);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("begun, ");
    // Neither its route nor, next, its address stays.
    expect(await become(`[[http]]\naddr = "127.0.0.1:${port}"\n${route("one")}`)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/long`)).status).toBe(404);
    expect(await become("")).toBe(true);
    await refused(port);
    release();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("ended");
    expect((await reader?.read())?.done).toBe(true);
  });
});

test("a client that leaves requests behind requests does not keep the gateway from closing", async () => {
  const port = await freePort();
  const { gateway } = await start(block(port, 'timeout.shutdown = "100ms"'));
  const one = "GET /long HTTP/1.1\r\nhost: a\r\n\r\n";
  const socket = connect(port, "127.0.0.1", () => socket.write(one + one + one));
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  await gateway.close();
  await refused(port);
});

describe("what changes", () => {
  test("routes, a static folder, and nothing where nothing has changed", async () => {
    const port = await freePort();
    const { become, log, gateway, folder } = await start(block(port, route("one")));
    expect(await get(port)).toBe("one");
    expect(await become(block(port, route("other")))).toBe(true);
    expect(await get(port)).toBe("other");
    expect(await become(block(port, '[[http.routes]]\npath = "GET /"\nstatic = "."'))).toBe(true);
    expect(await get(port)).toBe("a file");
    const line = `Reloaded '${join(folder, "config.toml")}'.`;
    expect(log).toEqual([line, line]);
    expect(await gateway.reload(true)).toBe(true);
    expect(log).toHaveLength(2);
    expect(await gateway.reload()).toBe(true);
    expect(log).toHaveLength(3);
  });

  test("addresses: new ones are open, those that stay keep their connections, removed ones end", async () => {
    const [kept, removed, added] = [await freePort(), await freePort(), await freePort()];
    const { become, log } = await start(block(kept, route("one")) + block(removed, route("other")));
    const connections = agent(1);
    const before = await ask(connections, kept);
    const late = ask(agent(1), removed, "/late");
    await wait(100);
    // What was in one block is in another now.
    expect(await become(block(added, route("other")) + block(kept, route("other")))).toBe(true);
    expect(await ask(connections, kept)).toMatchObject({ text: "other", from: before.from });
    expect(await get(added)).toBe("other");
    await refused(removed);
    expect(await late).toMatchObject({ text: "late", connection: "close" });
    expect(log.slice(1)).toEqual([
      `Listening for HTTP requests on '127.0.0.1:${added}'.`,
      `No longer listening for HTTP requests on '127.0.0.1:${removed}'.`,
    ]);
  });

  test("a removed address ends what is not over after its timeout.shutdown", async () => {
    const port = await freePort();
    const { become } = await start(block(port, 'timeout.shutdown = "200ms"'));
    const response = await fetch(`http://127.0.0.1:${port}/long`);
    expect(await become("")).toBe(true);
    await expect(response.text()).rejects.toThrow();
  });

  test("sizes of heads and times of a listener that stays", async () => {
    const port = await freePort();
    const { become } = await start(block(port, "max.header_size = 4096", route("head")));
    const status = async (length: number) =>
      (await fetch(`http://127.0.0.1:${port}/`, { headers: { x: "x".repeat(length) } })).status;
    expect([await status(2_000), await status(5_000)]).toEqual([200, 431]);
    expect(await become(block(port, "max.header_size = 1024", 'timeout.idle = "100ms"', route("head")))).toBe(true);
    const connections = agent(1);
    const fresh = await ask(connections, port, `/?${"x".repeat(2_000)}`);
    expect(fresh.status).toBe(431);
    const { from } = await ask(connections, port);
    await wait(1_500);
    expect((await ask(connections, port)).from).not.toBe(from);
  });

  test("what stays until the gateway is started anew is said", async () => {
    const { become, log } = await start("");
    expect(await become('addr = "127.0.0.1:1"\nkey = "other.key"')).toBe(true);
    expect(log.slice(1)).toEqual([
      "Not reloaded: addr stays what it was until the gateway is started anew.",
      "Not reloaded: key stays what it was until the gateway is started anew.",
    ]);
  });
});

describe("what cannot be used leaves what runs", () => {
  test("a bad file: every fault, and where", async () => {
    const port = await freePort();
    const { become, log, folder } = await start(block(port, route("one")));
    expect(await become(`[[http]]\naddr = "127.0.0.1:${await freePort()}"\nhttps = 1\nadrr = 2`)).toBe(false);
    expect(log).toHaveLength(2);
    expect(log[0]).toContain(`Not reloaded: ${join(folder, "config.toml")}:3:9: http[0].https: expected true or false`);
    expect(log[1]).toContain("config.toml:4:1: unknown key adrr");
    expect(await get(port)).toBe("one");
    rmSync(join(folder, "config.toml"));
    expect(await become(block(port, route("other")))).toBe(true);
    expect(await get(port)).toBe("other");
  });

  test("addresses that are in use and files that are missing: all of them, and nothing of the file takes effect", async () => {
    const port = await freePort();
    const { become, log } = await start(block(port, route("one")));
    const taken = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
    });
    stops.push(() => taken.close());
    const added = await freePort();
    const inUse = (taken.address() as AddressInfo).port;
    expect(await become(block(port, route("other")) + block(added, route("one")) + block(inUse))).toBe(false);
    expect(log).toEqual([
      expect.stringMatching(/^Not reloaded: .*config\.toml:25:3: listen EADDRINUSE: address already in use/),
    ]);
    expect(await get(port)).toBe("one");
    await refused(added);

    log.splice(0);
    const missing = (name: string) => `[[http.routes]]\npath = "GET /${name}"\nstatic = "${name}"\n`;
    expect(await become(block(port, route("other"), missing("a"), missing("b")) + block(added, missing("c")))).toBe(
      false,
    );
    expect(log.map((line) => /config\.toml:(\d+:\d+): static: expected a file or a folder/.exec(line)?.[1])).toEqual([
      "9:10",
      "13:10",
      "25:10",
    ]);
    expect(await get(port)).toBe("one");

    log.splice(0);
    expect(await become(block(port, route("other")).replace("127.0.0.1", "0.0.0.0"))).toBe(false);
    expect(log[0]).toContain(`config.toml:1:3: cannot listen on 0.0.0.0:${port} while 127.0.0.1:${port} is open`);
    expect(await get(port)).toBe("one");
  });
});

describe("the command", () => {
  beforeAll(build, 180_000);

  test("reloads when the file is written, replaced, and on SIGHUP", async () => {
    const bin = fileURLToPath(new URL("../bin/flatend-gateway.js", import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), "flatend-reload-"));
    stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
    const file = join(folder, "config.toml");
    const port = await freePort();
    const files = (path: string) =>
      `addr = "127.0.0.1:${mesh}"\n[[http]]\naddr = "127.0.0.1:${port}"\n[[http.routes]]\npath = "GET ${path}"\nstatic = "a.txt"\n`;
    const mesh = await freePort();
    writeFileSync(join(folder, "a.txt"), "a file");
    writeFileSync(file, files("/0"));
    const program = new Program([bin], { cwd: folder });
    stops.push(() => program.stop());
    await program.printed(/Listening for HTTP/);
    const becomes = async (path: string) =>
      vi.waitFor(async () => expect(await get(port, path)).toBe("a file"), { timeout: 10_000 });

    writeFileSync(file, files("/written"));
    await becomes("/written");
    for (const path of ["/replaced", "/again"]) {
      writeFileSync(`${file}~`, files(path));
      renameSync(`${file}~`, file);
      await becomes(path);
    }
    writeFileSync(file, "[[http]\n");
    await program.printed(/Not reloaded: config\.toml:1:\d+: not TOML/);
    expect(await get(port, "/again")).toBe("a file");
    if (process.platform === "win32") return;
    const reloads = () => program.stderr.match(/Reloaded 'config\.toml'\./g)?.length;
    writeFileSync(file, files("/hup"));
    await becomes("/hup");
    const before = reloads() ?? 0;
    program.child.kill("SIGHUP");
    await vi.waitFor(() => expect(reloads()).toBe(before + 1), { timeout: 10_000 });
    program.child.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  }, 60_000);
});
