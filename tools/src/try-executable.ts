/** `node tools/dist/try-executable.js`: builds the gateway as one file and as one executable, and goes the walk of its README with both, away from the repository. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { EXECUTABLE, MODULE } from "./executable.ts";
import { type Result, run, runNode } from "./process.ts";
import { root } from "./root.ts";

const MOST_WAIT_MS = 30_000;
let failed = 0;
let passed = 0;

const built = runNode(["tools/dist/build-executable.js"]);
report("npm run build:executable", built);
console.log(built.output.trim());
if (built.code === 0) {
  await tryGateway(process.execPath, MODULE);
  await tryGateway(EXECUTABLE);
}
console.log(`executable: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** @param script what the program runs; nothing where it is the gateway itself */
async function tryGateway(program: string, script?: string): Promise<void> {
  const name = basename(script ?? program);
  const folder = mkdtempSync(join(tmpdir(), "flatend-executable-"));
  const children: ChildProcess[] = [];
  try {
    // Nothing of the repository is beside it.
    const moved = join(folder, name);
    copyFileSync(script ?? program, moved);
    const [command, first]: [string, readonly string[]] = script === undefined ? [moved, []] : [program, [moved]];
    const ask = (...args: string[]): Result => run(command, [...first, ...args], { cwd: folder });

    const [mesh, http] = [await freePort(), await freePort()];
    const route = '[[http.routes]]\npath = "GET /hello"\nservice = "hello_world"\n';
    const text = `addr = "127.0.0.1:${mesh}"\n[[http]]\naddr = "127.0.0.1:${http}"\ncompress = true\n${route}`;
    writeFileSync(join(folder, "config.toml"), text);
    writeFileSync(join(folder, "wrong.toml"), "[[http]]\nport = 1\n");

    const manifest = JSON.parse(readFileSync(join(root, "gateway/package.json"), "utf8")) as { version: string };
    expect(`${name} --version`, ask("--version"), 0, `${manifest.version}\n`);
    expect(`${name} --help`, ask("--help"), 0, "flatend-gateway check");
    expect(`${name} check`, ask("check"), 0, "config.toml is valid.\n");
    expect(`${name} check of a wrong file`, ask("check", "--config", "wrong.toml"), 2, "unknown key port");
    expect(`${name} explain`, ask("explain"), 0, "redirect_fixed_path = true");

    const gateway = spawn(command, first, { cwd: folder, stdio: "ignore" });
    children.push(gateway);
    const service = spawn(process.execPath, [join(root, "reference/examples/hello_world/index.js")], {
      env: { ...process.env, ADDR: `127.0.0.1:${mesh}` },
      stdio: "ignore",
    });
    children.push(service);
    expect(`curl /hello of ${name}`, await get(`http://127.0.0.1:${http}/hello`), 0, "200 Hello world!");
    gateway.kill();
    const code = await Promise.race([ended(gateway), wait(MOST_WAIT_MS, "no end", { ref: false })]);
    // On Windows a signal ends the process at once.
    const wanted = process.platform === "win32" ? null : 0;
    report(`${name} stops by a signal`, { code: code === wanted ? 0 : 1, output: `exit code ${code}` });
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, maxRetries: 5 });
  }
}

/** What is answered in the end: services take a moment to connect. */
async function get(url: string): Promise<Result> {
  const end = performance.now() + MOST_WAIT_MS;
  for (;;) {
    const output = await fetch(url).then(
      async (response) => `${response.status} ${await response.text()}`,
      (error: unknown) => String(error),
    );
    if (output.startsWith("200 ")) return { code: 0, output };
    if (performance.now() > end) return { code: 1, output };
    await wait(50);
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("close", resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function expect(what: string, { code, output }: Result, wanted: number, text: string): void {
  const isRight = code === wanted && output.includes(text);
  report(what, { code: isRight ? 0 : 1, output: `exit code ${code}, expected ${wanted} and ${text}:\n${output}` });
}

function report(what: string, { code, output }: Result): void {
  if (code === 0) passed += 1;
  else failed += 1;
  console.log(`${code === 0 ? "ok" : "FAILED"}: ${what}`);
  if (code !== 0) console.error(output);
}
