// Commands to a running gateway: each process is one of its own, as they are used.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Handler, Node } from "flatend";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { COMMANDS } from "../src/admin/command-list.ts";
import { socketName } from "../src/admin/socket-path.ts";
import { Attachment } from "../src/cli/attach.ts";
import { HELP } from "../src/cli/help.ts";
import { completionsOf } from "../src/cli/repl.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { build, freePort, Program } from "./processes.ts";

const bin = fileURLToPath(new URL("../bin/flatend-gateway.js", import.meta.url));
const isWindows = process.platform === "win32";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, maxRetries: 5 });
});
beforeAll(build, 180_000);

const HOSTILE = "\u001b[2Jevil";
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

const services: Record<string, Handler> = {
  hello: async (ctx) => ctx.header("x-kind", "greeting").send(`Hello ${ctx.headers.name ?? (await textOf(ctx))}!`),
  bytes: (ctx) => ctx.send(Buffer.from([0xff, 0x00])),
  large: (ctx) => ctx.send(Buffer.alloc(100_000)),
  slow: async (ctx) => {
    await wait(1_000);
    ctx.send("late");
  },
  endless: (ctx) => {
    const timer = setInterval(() => ctx.write("tick"), 20);
    ctx.on("close", () => clearInterval(timer)).on("error", () => {});
  },
  [HOSTILE]: (ctx) => ctx.send(""),
};

interface Running {
  readonly folder: string;
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  readonly service: Node;
  /** Runs a command and gives its exit code and what it has printed. */
  command(...args: string[]): Promise<{ code: number | null; out: string; err: string }>;
  /** The same without a process of its own; gives the answer. */
  asked(name: string, ...operands: string[]): Promise<unknown>;
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "flatend-cli-"));
  folders.push(folder);
  return folder;
}

async function start(): Promise<Running> {
  const folder = temporary();
  const [port, mesh] = [await freePort(), await freePort()];
  const routes = ["hello", "slow", "endless", "absent"].map(
    (name) => `[[http.routes]]\npath = "GET /${name}/:name"\nservices = ["${name}", "other"]\n`,
  );
  writeFileSync(
    join(folder, "config.toml"),
    `addr = "127.0.0.1:${mesh}"\n[admin]\nsocket = "run/socket"\n[[http]]\naddr = "127.0.0.1:${port}"\n${routes.join("")}`,
  );
  const program = new Program([bin], { cwd: folder });
  stops.push(() => program.stop());
  await program.printed(/Listening for HTTP.*\n/);
  const service = await Node.start({ addrs: [`127.0.0.1:${mesh}`], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  const command = async (...args: string[]) => {
    const running = new Program([bin, ...args], { cwd: folder });
    const code = await running.ended();
    return { code, out: running.stdout, err: running.stderr };
  };
  const asked = async (name: string, ...operands: string[]): Promise<unknown> => {
    const gateway = await Attachment.open(socketName(folder, "run/socket"));
    return gateway.ask(name, operands).finally(() => gateway.close());
  };
  return { folder, url: `http://127.0.0.1:${port}`, port, program, service, command, asked };
}

describe("single commands", () => {
  test("tell of the gateway, its nodes, services and routes", async () => {
    const { port, program, command, asked } = await start();
    expect(await asked("status")).toMatchObject({
      state: "ready",
      pid: program.child.pid,
      http: [{ scheme: "HTTP", addr: `127.0.0.1:${port}` }],
      peers: 1,
    });
    expect(await asked("peers")).toEqual([
      {
        addr: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        key: null,
        services: expect.arrayContaining(["hello", HOSTILE]),
        connections: 1,
        since: expect.stringMatching(/Z$/),
      },
    ]);
    const list = (await asked("services")) as { service: string; providers: unknown[]; routes: unknown[] }[];
    const of = (name: string) => list.find(({ service }) => service === name);
    expect(of("hello")).toMatchObject({ providers: [expect.any(String)], routes: ["GET /hello/:name"] });
    expect(of("absent")).toMatchObject({ providers: [], routes: ["GET /absent/:name"] });
    expect(of("bytes")).toMatchObject({ providers: [expect.any(String)], routes: [] });
    expect((await asked("routes")) as unknown[]).toContainEqual({
      server: `127.0.0.1:${port}`,
      route: "GET /hello/:name",
      services: ["hello", "other"],
      static: null,
    });
    const { code, out } = await command("peers", "--json");
    expect([code, JSON.parse(out)]).toEqual([0, await asked("peers")]);
    // What a node calls its service cannot clear the screen.
    const printed = await command("services");
    expect(printed.out).toContain("\\u{1b}[2Jevil");
    expect(printed.out).not.toContain("\u001b");
    expect(printed.out).toMatch(/^service +providers +routes +called +failed\n/);
  });

  test("call a service", async () => {
    const { asked, command } = await start();
    expect(await asked("call", "hello", '{"name":"you"}')).toMatchObject({
      provider: null,
      headers: { "x-kind": "greeting" },
      body: "Hello you!",
      head_ms: expect.any(Number),
    });
    expect(await asked("call", "hello", "{}", "me")).toMatchObject({ body: "Hello me!" });
    expect(await asked("call", "bytes")).toMatchObject({ body_base64: "/wA=" });
    expect(await command("call", "large")).toMatchObject({ code: 1, out: "" });
    expect(await command("call", "nobody")).toMatchObject({
      code: 1,
      err: "flatend-gateway: No nodes were able to process your request for service(s): [nobody]\n",
    });
    expect(await command("call", "hello", "[1]")).toMatchObject({
      code: 2,
      err: "flatend-gateway: headers: expected a JSON object of texts, got [1]\n",
    });
  });

  test("trace follows a request to who answers", async () => {
    const { asked, command, port, service } = await start();
    await service.shutdown({ timeout: 0 });
    const status = (await asked("status")) as { mesh: string[] };
    const keyed = await Node.start({
      secretKey: new Uint8Array(32).fill(7),
      addrs: status.mesh,
      services,
    });
    stops.push(() => keyed.shutdown({ timeout: 0 }));
    expect(await asked("trace", "/hello/x?y=1")).toMatchObject({
      route: "GET /hello/:name",
      services: ["hello", "other"],
      status: 200,
      bytes: "Hello !".length,
      complete: true,
      calls: [{ services: ["hello", "other"], providers: keyed.addresses, outcome: "ok" }],
      headers: { "x-kind": "greeting" },
    });
    const slow = (await asked("trace", "get", `http://127.0.0.1:${port}/slow/x`)) as Record<"head_ms", number>;
    expect(slow.head_ms).toBeGreaterThan(900);
    const absent = await asked("trace", "/absent/x");
    expect(absent).toMatchObject({ status: 503, calls: [{ providers: [], outcome: "NO_PROVIDER" }] });
    expect(await asked("trace", "DELETE", "/hello/x")).toMatchObject({ route: null, status: 405, calls: [] });
    expect(await asked("trace", "BREW", "/")).toMatchObject({ route: null, status: 400 });
    expect(await command("trace", "/%\n")).toMatchObject({ code: 1 });
    expect(await command("trace", "http://a:1/")).toMatchObject({ code: 1 });
    expect(await command("trace", "hello")).toMatchObject({ code: 2 });
  });

  test("a stream without an end is left", async () => {
    const { asked } = await start();
    expect(await asked("trace", "/endless/x")).toMatchObject({ status: 200, complete: false });
  });

  test("certificates, and a trace over TLS", async () => {
    const { folder, asked, port } = await start();
    const file = join(folder, "config.toml");
    const secure = await freePort();
    const key = newKey();
    writeFileSync(join(folder, "cert.pem"), selfSigned(key, ["one.test"]));
    writeFileSync(join(folder, "key.pem"), pemOfKey(key));
    const https = `[[http]]\nhttps = true\naddr = "127.0.0.1:${secure}"\ndomain = "one.test"\ntls = { cert = "cert.pem", key = "key.pem" }\n`;
    const route = '[[http.routes]]\npath = "GET /secure"\nservice = "hello"\n';
    expect(await asked("certificates")).toEqual([]);
    writeFileSync(file, `${readFileSync(file, "utf8")}${https}${route}`);
    expect(await asked("reload")).toEqual({ reloaded: "config.toml" });
    expect(await asked("certificates")).toEqual([
      {
        domain: "one.test",
        source: "files",
        state: "valid",
        not_after: expect.stringMatching(/^\d{4}-.*Z$/),
        issuer: null,
        names: "DNS:one.test",
      },
    ]);
    const traced = await asked("trace", `https://one.test:${secure}/secure`);
    expect(traced).toMatchObject({ route: "GET /secure", status: 200 });
    expect(await asked("trace", `http://127.0.0.1:${port}/secure`)).toMatchObject({ route: null, status: 404 });
  });

  test("reload, and why not", async () => {
    const { folder, command, asked } = await start();
    const file = join(folder, "config.toml");
    expect(await asked("reload")).toEqual({ reloaded: "config.toml" });
    writeFileSync(file, `${readFileSync(file, "utf8")}nonsense = 1\n`);
    const refused = await new Promise<Awaited<ReturnType<typeof command>>>((resolve, reject) => {
      const socket = Attachment.open(socketName(folder, "run/socket"));
      socket
        .then((gateway) => gateway.ask("reload"))
        .then(reject, (error: Error) => resolve({ code: 1, out: "", err: error.message }));
    });
    expect(refused.err).toMatch(/^Not reloaded: config\.toml:\d+:1: unknown key nonsense in http\[0\]\.routes\[3\]/);
  });

  test("drain: requests that run finish, and the process ends", async () => {
    const { url, command, program } = await start();
    const slow = fetch(`${url}/slow/x`).then((response) => response.text());
    await wait(300);
    expect(await command("drain")).toEqual({ code: 0, out: "draining  true\n", err: "" });
    expect(await slow).toBe("late");
    expect(await program.ended()).toBe(0);
    expect(program.stderr).toContain("Stopping on the command drain.");
    const after = await command("peers");
    expect(after.code).toBe(1);
    expect(after.err).toMatch(/^flatend-gateway: cannot attach to .*: no gateway runs with this configuration\n$/);
  });

  test("without a socket in the file", async () => {
    const folder = temporary();
    writeFileSync(join(folder, "config.toml"), "[[http]]\n");
    const program = new Program([bin, "peers"], { cwd: folder });
    expect(await program.ended()).toBe(2);
    expect(program.stderr).toBe(
      "config.toml: expected admin.socket, by which a running gateway is reached, got none\n",
    );
  });
});

describe("the REPL", () => {
  test("obeys line by line", async () => {
    const { folder, program } = await start();
    const running = new Program([bin, "repl"], { cwd: folder });
    stops.push(() => running.stop());
    const type = (line: string) => running.child.stdin?.write(`${line}\n`);
    type('call hello {"name": "a b"} --json');
    await running.printed(/"body": "Hello a b!"/);
    type("nonsense");
    await running.printed(/expected one of status, peers, .*, got nonsense\n/);
    type("help");
    await running.printed(/trace \[METHOD\] PATH\|URL +make a request/);
    type("routes");
    await running.printed(/GET \/slow\/:name +slow other/);
    type("exit");
    expect(await running.ended()).toBe(0);
    expect(program.child.exitCode).toBeNull();
  });

  test("tells when the gateway has gone", async () => {
    const { folder, program } = await start();
    const running = new Program([bin, "repl"], { cwd: folder });
    stops.push(() => running.stop());
    running.child.stdin?.write("status\n");
    await running.printed(/state +ready/);
    await program.stop();
    expect(await running.ended()).toBe(1);
    expect(running.stderr).toBe("flatend-gateway: the gateway has gone\n");
  });

  test("completes commands, services and paths", async () => {
    const { folder } = await start();
    const gateway = await Attachment.open(socketName(folder, "run/socket"));
    stops.push(() => gateway.close());
    expect(await completionsOf(gateway, "r")).toEqual([["routes", "reload"], "r"]);
    expect(await completionsOf(gateway, "call h")).toEqual([["hello"], "h"]);
    expect(await completionsOf(gateway, "call ")).toEqual([
      ["absent", "bytes", "endless", "hello", "large", "other", "slow"],
      "",
    ]);
    expect(await completionsOf(gateway, "trace /s")).toEqual([["/slow/:name"], "/s"]);
    expect(await completionsOf(gateway, "call hello {")).toEqual([[], "{"]);
  });
});

describe("the socket", () => {
  test.runIf(!isWindows)("is for its owner alone", async () => {
    const { folder } = await start();
    expect(statSync(join(folder, "run")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "run/socket")).mode & 0o777).toBe(0o600);
  });

  test.runIf(!isWindows)(
    "is refused in a folder that others may enter, and one that was left is replaced",
    async () => {
      const folder = temporary();
      const port = await freePort();
      mkdirSync(join(folder, "run"));
      chmodSync(join(folder, "run"), 0o755);
      writeFileSync(
        join(folder, "config.toml"),
        `addr = "127.0.0.1:${await freePort()}"\n[admin]\nsocket = "run/socket"\n[[http]]\naddr = "127.0.0.1:${port}"\n`,
      );
      const refused = new Program([bin], { cwd: folder });
      expect(await refused.ended()).toBe(1);
      expect(refused.stderr).toMatch(/cannot start: admin\.socket: expected a folder that only its owner may enter/);
      chmodSync(join(folder, "run"), 0o700);
      // A gateway that is killed leaves its socket behind.
      const killed = new Program([bin], { cwd: folder });
      await killed.printed(/Listening for HTTP.*\n/);
      killed.child.kill("SIGKILL");
      await killed.ended();
      expect(statSync(join(folder, "run/socket")).isSocket()).toBe(true);
      const again = new Program([bin], { cwd: folder });
      stops.push(() => again.stop());
      await again.printed(/Listening for HTTP.*\n/);
      const { status } = spawnSync(process.execPath, [bin, "status"], { cwd: folder });
      expect(status).toBe(0);
    },
  );

  test("bounds what it takes", async () => {
    const { folder, asked } = await start();
    const name = socketName(folder, "run/socket");
    const ends = (text: string) =>
      new Promise<string>((resolve) => {
        let received = "";
        const socket = connect(name, () => socket.write(text));
        socket.on("error", () => {}).once("close", () => resolve(received));
        socket.on("data", (data) => {
          received += data;
        });
      });
    expect(await ends("no JSON\n")).toBe("");
    expect(await ends('{"id":1,"command":"call","operands":[1]}\n')).toBe("");
    expect(await ends("x".repeat(1_100_000))).toBe("");
    const slow = `${JSON.stringify({ id: 1, command: "call", operands: ["slow"] })}\n`;
    expect(await ends(slow.repeat(17))).toBe("");
    const open = await Promise.all(Array.from({ length: 8 }, () => Attachment.open(name)));
    await Promise.all(open.map((one) => one.ask("routes")));
    const ninth = await Attachment.open(name);
    await expect(ninth.ask("routes")).rejects.toThrow("the gateway has gone");
    for (const one of open) one.close();
    await vi.waitFor(async () => expect(await asked("status")).toMatchObject({ state: "ready" }), { timeout: 10_000 });
  });
});

test("help and README name each command", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const [name, { operands, about }] of Object.entries(COMMANDS)) {
    const form = `${name} ${operands}`.trim();
    expect(HELP).toContain(`  ${form}`);
    expect(HELP).toContain(about);
    expect(readme).toContain(`| \`${form.replaceAll("|", "\\|")}\` |`);
  }
});
