/** Starts what takes part, and tells what it holds in memory. */
import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PATIENCE_MS = 30_000;
const POLL_MS = 50;
const run = promisify(execFile);
const children: ChildProcess[] = [];

/** Forks `program.js`; resolves with its process and the port it listens on. */
export async function role(name: string, argument = ""): Promise<{ readonly pid: number; readonly port: number }> {
  const child = fork(fileURLToPath(new URL("program.js", import.meta.url)), [name, argument]);
  children.push(child);
  const died = once(child, "exit").then(() => Promise.reject(new Error(`${name} died`)));
  died.catch(() => {});
  const [{ port }] = (await Promise.race([once(child, "message"), died])) as [{ port: number }];
  return { pid: child.pid ?? 0, port };
}

/** Starts a program of any kind. What it prints is not shown. */
export function program(command: string, args: readonly string[]): number {
  const child = spawn(command, args, { stdio: "ignore" });
  children.push(child);
  child.on("error", () => {});
  return child.pid ?? 0;
}

export function stopAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

/** Waits until an address answers with 2xx. Rejects after half a minute. */
export async function answering(url: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const status = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      (error: Error) => error.message,
    );
    if (typeof status === "number" && status < 300) return;
    if (performance.now() > end) throw new Error(`${url}: ${status}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Resident bytes of a process; `undefined` where `ps` does not tell. */
export async function residentOf(pid: number): Promise<number | undefined> {
  try {
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
    return Number(stdout) * 1_024 || undefined;
  } catch {
    return undefined;
  }
}

/** The most that a process holds while something goes on, looked at ten times a second. */
export async function peakWhile<T>(pid: number, work: () => Promise<T>): Promise<[T, number | undefined]> {
  let peak: number | undefined;
  let going = true;
  const watch = (async () => {
    while (going) {
      const resident = await residentOf(pid);
      if (resident !== undefined && !(resident < (peak ?? 0))) peak = resident;
      await new Promise((resolve) => setTimeout(resolve, 2 * POLL_MS));
    }
  })();
  try {
    return [await work(), peak];
  } finally {
    going = false;
    await watch;
  }
}
