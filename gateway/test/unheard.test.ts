// Programs that read what a gateway prints end before it does.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, freePort, Program } from "./processes.ts";

const bin = fileURLToPath(new URL("../bin/flatend-gateway.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "flatend-unheard-"));
const config = join(folder, "config.toml");
const stops: Program[] = [];

beforeAll(build, 180_000);
afterAll(async () => {
  for (const program of stops) await program.stop();
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

async function configuration(level: string): Promise<{ readonly text: string; readonly url: string }> {
  const [port, mesh] = [await freePort(), await freePort()];
  const route = '[[http.routes]]\npath = "GET /"\nstatic = "config.toml"\n';
  const text = `addr = "127.0.0.1:${mesh}"\n[log]\nlevel = "${level}"\n[[http]]\naddr = "127.0.0.1:${port}"\n${route}`;
  return { text, url: `http://127.0.0.1:${port}/` };
}

test("a gateway whose log nobody reads any more goes on serving, and writing", async () => {
  const { text, url } = await configuration("info");
  writeFileSync(config, text);
  const gateway = new Program([bin, "-c", config]);
  stops.push(gateway);
  await gateway.printed(/Listening for HTTP requests/);
  gateway.child.stderr?.destroy();
  gateway.child.stdout?.destroy();
  // Each says in the log what it was made of.
  for (const wrong of ["nonsense = 1\n", "more = 1\n", ""]) {
    writeFileSync(config, `${wrong}${text}`);
    gateway.child.kill("SIGHUP");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await fetch(url)).status).toBe(200);
  }
  expect(gateway.child.exitCode).toBeNull();
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended()).toBe(0);
});

test.each([["explain", "-c", config], ["--help"]])(
  "a command that is read by nobody ends as any other: %s",
  async (...args) => {
    writeFileSync(config, (await configuration("info")).text);
    const program = new Program([bin, ...args]);
    program.child.stdout?.destroy();
    expect([await program.ended(), program.stderr]).toEqual([0, ""]);
  },
);

test.skipIf(process.platform === "win32")(
  "a SIGHUP that comes while a gateway starts is done when it has",
  async () => {
    writeFileSync(config, (await configuration("info")).text);
    const gateway = new Program([bin, "-c", config]);
    stops.push(gateway);
    // Its HTTP servers are still to come.
    await gateway.printed(/Listening for Flatend nodes/);
    gateway.child.kill("SIGHUP");
    await gateway.printed(/Reloaded '/);
  },
);
