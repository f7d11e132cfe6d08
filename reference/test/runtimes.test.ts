// The package under other runtimes than Node, each a process of its own that this Node calls and is called by.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { generateSecretKey, Node } from "../src/index.ts";
import { build, Program } from "./processes.ts";

const require = createRequire(import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * The runtimes come as npm packages that carry their binaries; `start` is what stands before the name of a program.
 * The binary itself is run: a signal to a program that has started it would not reach it.
 */
const RUNTIMES = [
  {
    name: "Deno",
    binary: () => (require("deno/install_api.cjs") as { runInstall(): string }).runInstall(),
    start: ["run", "--allow-all", "--no-lock"],
  },
  { name: "Bun", binary: () => require.resolve("bun/bin/bun.exe"), start: ["run"] },
];

beforeAll(build, 180_000);

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

for (const { name, binary, start } of RUNTIMES) {
  const { command, version } = find(binary);
  const missing = version === undefined;
  if (missing) console.warn(`!!!!!!!!!! SKIPPED ${name}: its package has no binary that runs here`);

  // In CI the tests run all the same, and fail.
  describe.skipIf(missing && process.env.CI !== "true")(`${name} ${version}`, () => {
    const run = (program: string, addr: string): Program => {
      const started = new Program([...start, path(program)], { command, env: { ADDR: addr } });
      stops.push(() => started.stop());
      return started;
    };

    const startHere = async (options: Parameters<typeof Node.start>[0] = {}): Promise<[Node, string]> => {
      const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"], ...options });
      stops.push(() => node.shutdown({ timeout: 0 }));
      return [node, node.addresses[0] as string];
    };

    test("hello_world says hello", async () => {
      const [node, addr] = await startHere();
      run("../examples/hello_world/index.js", addr);
      await vi.waitFor(() => expect(node.providersFor("hello_world")).not.toEqual([]), { timeout: 20_000 });
      expect(String(await (await node.call("hello_world")).bytes())).toBe("Hello world!");
    }, 30_000);

    test("calls with bodies of megabytes both ways, over a connection of either side", async () => {
      const [node, addr] = await startHere({
        services: {
          echo_here: (ctx) => {
            ctx.header("colour", ctx.headers.colour as string);
            return pipeline(ctx, ctx);
          },
        },
      });
      const program = run("programs/both-ways.mjs", addr);
      await program.printed(/echoed blau true/);
      await program.printed(/missing NO_PROVIDER/);
      const [, itsAddr] = await program.printed(/listening on (\S+)/);

      // It has connected to the node, and the other one connects to it.
      const [other] = await startHere({ addrs: [itsAddr as string], requireBootstrap: true });
      for (const caller of [node, other]) {
        const body = randomBytes(3_000_000);
        const echoed = await (await caller.call("echo_there", { body })).bytes({ limit: body.length });
        expect(echoed.equals(body)).toBe(true);
        const failed = await caller.call("fails_there");
        expect(String(await failed.bytes())).toBe('{"error":"as it should"}');
      }
    }, 60_000);

    test("an end by force is noticed in the middle of a body, and it can be reached again", async () => {
      const [node, addr] = await startHere({ services: { echo_here: (ctx) => pipeline(ctx, ctx) } });
      const program = run("programs/both-ways.mjs", addr);
      await program.printed(/listening on/);
      const response = await node.call("echo_there", { body: endless() });
      program.child.kill("SIGKILL");
      await expect(response.bytes({ limit: Number.POSITIVE_INFINITY })).rejects.toMatchObject({
        code: "CONNECTION_LOST",
      });

      await run("programs/both-ways.mjs", addr).printed(/listening on/);
      expect(String(await (await node.call("echo_there", { body: "again" })).bytes())).toBe("again");
    }, 60_000);
  });
}

function find(binary: () => string): { readonly command: string; readonly version: string | undefined } {
  try {
    const command = binary();
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    return { command, version: status === 0 ? (stdout.split("\n")[0] as string) : undefined };
  } catch {
    return { command: "", version: undefined };
  }
}

/** Pieces that never end, not faster than timers. */
async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    yield Buffer.alloc(10_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
