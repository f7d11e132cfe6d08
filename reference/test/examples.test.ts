// Every example as a process of its own, called by a node that stands where the gateway would.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type CallOptions, generateSecretKey, Node } from "../src/index.ts";
import { build, freePort, Program } from "./processes.ts";

const path = (name: string): string => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

beforeAll(build, 180_000);

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function run(name: string, args: readonly string[] = [], env: Record<string, string> = {}): Program {
  const program = new Program([path(name), ...args], { env });
  stops.push(() => program.stop());
  return program;
}

async function startGateway(): Promise<{ gateway: Node; ADDR: string }> {
  const gateway = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  stops.push(() => gateway.shutdown({ timeout: 0 }));
  return { gateway, ADDR: gateway.addresses[0] as string };
}

/** Waits until somebody offers the service. */
const offered = (node: Node, service: string): Promise<void> =>
  vi.waitFor(() => expect(node.providersFor(service)).not.toEqual([]), { timeout: 20_000 });

async function bytes(node: Node, service: string, options: CallOptions = {}): Promise<Buffer> {
  return (await node.call(service, options)).bytes({ limit: 100_000_000 });
}

describe("services behind a gateway", () => {
  test("hello_world says hello", async () => {
    const { gateway, ADDR } = await startGateway();
    run("hello_world/index.js", [], { ADDR });
    await offered(gateway, "hello_world");
    expect((await bytes(gateway, "hello_world")).toString()).toBe("Hello world!");
  });

  test("counter counts from zero", async () => {
    const { gateway, ADDR } = await startGateway();
    run("counter/index.js", [], { ADDR });
    await offered(gateway, "count");
    for (const number of ["0", "1", "2"]) expect((await bytes(gateway, "count")).toString()).toBe(number);
  });

  test("file sends its own source", async () => {
    const { gateway, ADDR } = await startGateway();
    run("file/index.js", [], { ADDR });
    await offered(gateway, "file");
    expect(await bytes(gateway, "file")).toEqual(readFileSync(path("file/index.js")));
  });

  test("pipe gives back a file of several MiB", async () => {
    const { gateway, ADDR } = await startGateway();
    run("pipe/index.js", [], { ADDR });
    await offered(gateway, "pipe");
    const body = randomBytes(5 * 1024 * 1024 + 1);
    expect((await bytes(gateway, "pipe", { body })).equals(body)).toBe(true);
  });

  test("a service is found again when the gateway is back, and logs it in the original's words", async () => {
    const bindAddrs = [`127.0.0.1:${await freePort()}`];
    const secretKey = generateSecretKey();
    const first = await Node.start({ secretKey, bindAddrs });
    stops.push(() => first.shutdown({ timeout: 0 }));
    const [ADDR] = bindAddrs as [string];
    const program = run("hello_world/index.js", [], { ADDR, DEBUG: "*" });
    await offered(first, "hello_world");
    await first.shutdown();
    const second = await Node.start({ secretKey, bindAddrs });
    stops.push(() => second.shutdown({ timeout: 0 }));
    await offered(second, "hello_world");
    expect((await bytes(second, "hello_world")).toString()).toBe("Hello world!");
    const said = program.stderr
      .replaceAll(/^.*flatend /gm, "")
      .replaceAll(/ for \d+ms/g, " for N ms")
      .split("\n");
    expect(said).toEqual(
      expect.arrayContaining([
        `You have connected to '${ADDR}'. Services: []`,
        "Discovered 0 peer(s).",
        `'${ADDR}' has disconnected from you. Services: []`,
        `Trying to reconnect to '${ADDR}'. Sleeping for N ms.`,
      ]),
    );
  });
});

describe("todo", () => {
  test("keeps its list in a database, and serves a page that shows it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flatend-todo-"));
    stops.push(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
    const { gateway, ADDR } = await startGateway();
    const env = { ADDR, DATABASE: join(folder, "todos.db") };
    const json = async (service: string, headers = {}) =>
      JSON.parse((await bytes(gateway, service, { headers })).toString()) as unknown;
    const program = run("todo/index.js", [], env);
    await offered(gateway, "all_todos");

    expect(await json("all_todos")).toEqual([]);
    const content = `milk'); DROP TABLE todo; -- <b>✓</b>`;
    expect(await json("add_todo", { "params.content": content })).toEqual({ changes: 1, lastInsertRowid: 1 });
    await json("add_todo", { "params.content": "bread" });
    await json("add_todo", { "params.content": "eggs" });
    await json("done_todo", { "params.id": "2" });
    await json("remove_todo", { "params.id": "3" });
    const list = [
      { id: 1, content, state: "" },
      { id: 2, content: "bread", state: "done" },
    ];
    expect(await json("all_todos")).toEqual(list);

    const page = await gateway.call("todo_page");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(await page.bytes()).toEqual(readFileSync(path("todo/public/index.html")));
    const script = await gateway.call("todo_script");
    expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(await script.bytes()).toEqual(readFileSync(path("todo/public/main.js")));

    await program.stop();
    await vi.waitFor(() => expect(gateway.providersFor("all_todos")).toEqual([]), { timeout: 10_000 });
    run("todo/index.js", [], env);
    await offered(gateway, "all_todos");
    expect(await json("all_todos")).toEqual(list);
  });
});

describe("nodes among themselves", () => {
  test("e2e: a third node is found through the bootstrap node, and still there without it", async () => {
    const env = { ADDR: `127.0.0.1:${await freePort()}` };
    const size = (name: string): number => statSync(path(name)).size;
    const bootstrap = run("e2e/bootstrap.js", [], env);
    await bootstrap.printed(/^No nodes were able to process your request for service\(s\): \[node\]$/m);
    const first = run("e2e/node.js", [], env);
    await first.printed(
      new RegExp(`^GOT ${size("e2e/bootstrap.js")} byte\\(s\\) from service \\["bootstrap"\\]\\.$`, "m"),
    );
    const second = run("e2e/node.js", [], env);
    const got = new RegExp(`^GOT ${size("e2e/node.js")} byte\\(s\\) from service \\["node"\\]\\.$`, "m");
    await bootstrap.printed(got);
    await Promise.all([first.printed(got), second.printed(got)]);
    await bootstrap.stop();
    for (const node of [first, second]) {
      await node.printed(/service\(s\): \[bootstrap\]/);
      node.stdout = "";
      await node.printed(got);
    }
  });

  test("clock: two nodes tell each other the time", async () => {
    const ADDR = `127.0.0.1:${await freePort()}`;
    const nodes = [run("clock/index.mjs", [], { ADDR }), run("clock/index.mjs", ["join"], { ADDR })];
    const time = "'\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'";
    for (const node of nodes) {
      await node.printed(new RegExp(`^Got someone's time \\(${time}\\)! Sent back ours \\(${time}\\)\\.$`, "m"));
      await node.printed(new RegExp(`^\\[\\d+\\] Got a response! Their current time is: ${time}$`, "m"));
    }
  });

  test("broadcast: what one says, all others hear", async () => {
    const addresses: string[] = [];
    for (let i = 0; i < 3; i++) addresses.push(`127.0.0.1:${await freePort()}`);
    const [first, second, third] = addresses as [string, string, string];
    const programs = [run("broadcast/index.js", [first])];
    const probe = await Node.start({ addrs: [first] });
    stops.push(() => probe.shutdown({ timeout: 0 }));
    await offered(probe, "chat");
    programs.push(run("broadcast/index.js", [second, first]));
    const others = await Node.start({ addrs: [second] });
    stops.push(() => others.shutdown({ timeout: 0 }));
    await offered(others, "chat");
    // The third is told of the first only, and finds the second through it.
    programs.push(run("broadcast/index.js", [third, first]));
    await vi.waitFor(
      async () => {
        programs[2]?.child.stdin?.write("hello, all\n");
        await Promise.all([
          expect.poll(() => programs[0]?.stdout).toContain(`Got 'hello, all' from ${third}!\n`),
          expect.poll(() => programs[1]?.stdout).toContain(`Got 'hello, all' from ${third}!\n`),
        ]);
      },
      { timeout: 20_000 },
    );
    programs[2]?.child.stdin?.end();
    expect(await programs[2]?.ended()).toBe(0);
  });
});
