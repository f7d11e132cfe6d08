/** Runs other programs the same way on every platform. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./root.ts";

export interface Result {
  readonly code: number;
  /** Standard output and error, in this order. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Shows the program's output while it runs instead of catching it. */
  readonly show?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const MAX_OUTPUT = 64 * 1024 * 1024;

/** A program that cannot be started has exit code 127. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Result {
  const result: SpawnSyncReturns<string> = spawnSync(program, [...args], {
    cwd: options.cwd ?? root,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
    stdio: options.show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  if (result.error) return { code: 127, output: `${program}: ${result.error.message}` };
  return { code: result.status ?? 1, output: `${result.stdout ?? ""}${result.stderr ?? ""}` };
}

export function runNode(args: readonly string[], options: RunOptions = {}): Result {
  return run(process.execPath, args, options);
}

/** Runs the command of an installed package without the shell scripts that differ between platforms. */
export function runPackage(name: string, command: string, args: readonly string[], options: RunOptions = {}): Result {
  const require = createRequire(join(root, "package.json"));
  const manifestPath = join(root, "node_modules", name, "package.json");
  const manifest = require(manifestPath) as { readonly bin?: string | Readonly<Record<string, string>> };
  const script = typeof manifest.bin === "string" ? manifest.bin : manifest.bin?.[command];
  if (script === undefined) return { code: 127, output: `${name} has no command ${command}` };
  return runNode([join(dirname(manifestPath), script), ...args], options);
}

/** Runs npm, or npx, as it was started itself; by name where nothing tells. */
export function runNpm(command: "npm" | "npx", args: readonly string[], options: RunOptions = {}): Result {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith("npm-cli.js")) return runNode([cli.replace(/npm-cli\.js$/, `${command}-cli.js`), ...args], options);
  if (process.platform !== "win32") return run(command, args, options);
  // On Windows npm is a batch file, which only a shell can run; no argument here holds a space or a quote.
  return run("cmd.exe", ["/d", "/s", "/c", command, ...args], options);
}
