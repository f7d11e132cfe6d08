import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Death } from "../runner/verdict.ts";
import { reaches } from "./reach.ts";
import { type Address, TargetUnreachable } from "./target.ts";

/** Time a program has from its start until it accepts a connection, ms. */
const START_MS = 15_000;
/** Time it has to end when asked, before it is killed, ms. */
const STOP_MS = 1000;
/** Kept of its stderr: the end, bytes. */
const KEEP_OUTPUT = 16_384;

/** A node in a process of its own. */
export class Program {
  /** Settles when the process has ended and its output is read. */
  readonly ended: Promise<Death>;
  death: Death | undefined;
  readonly #child: ChildProcess;
  #stderr = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stderr = (this.#stderr + chunk).slice(-KEEP_OUTPUT);
    });
    // Nobody reads what it prints; without this it would wait for a reader once the pipe is full.
    child.stdout?.resume();
    child.stdin?.on("error", () => {});
    this.ended = new Promise<Death>((resolve) => {
      child.once("error", (error) => resolve({ exitCode: null, signal: null, stderr: `${error.message}\n` }));
      child.once("exit", async (exitCode, signal) => {
        // Output may still be on its way; a grandchild may hold the pipe open for ever.
        if (child.stderr && !child.stderr.readableEnded) await Promise.race([once(child.stderr, "close"), sleep(300)]);
        resolve({ exitCode, signal, stderr: this.#stderr });
      });
    });
    void this.ended.then((death) => {
      this.death = death;
    });
  }
  static start(words: readonly string[]): Program {
    const [program = "", ...args] = words;
    // stdin stays open as long as the kit lives, so that a target may end itself when the kit is gone. A group of its own lets
    // the kit end what the program started in turn.
    return new Program(
      spawn(program, args, {
        stdio: ["pipe", "pipe", "pipe"],
        detached: process.platform !== "win32",
        windowsHide: true,
      }),
    );
  }

  /** Waits until it accepts connections at `address`. Rejects with TargetUnreachable when it ends before, or does not in time. */
  async accepts(address: Address): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      this.expectLife("it accepted a connection");
      const problem = await reaches(address, 2000);
      if (problem === undefined) return;
      if (performance.now() > deadline) {
        throw new TargetUnreachable(
          `the program accepted no connection at ${address.host}:${address.port} within ${START_MS} ms: ${problem}`,
        );
      }
      await Promise.race([sleep(30), this.ended]);
    }
  }
  /** Throws TargetUnreachable, with the last that it wrote, when it has ended before what it was to do. */
  expectLife(before: string): void {
    if (this.death === undefined) return;
    const { stderr } = this.death;
    throw new TargetUnreachable(`the program ended before ${before} (${describeDeath(this.death)})${quoted(stderr)}`);
  }
  /** How it ended, as soon as that is known; undefined when it still runs after `ms`. */
  async endedWithin(ms: number): Promise<Death | undefined> {
    if (this.death !== undefined || ms === 0) return this.death;
    return (await Promise.race([this.ended, sleep(ms, undefined, { ref: false })])) as Death | undefined;
  }
  /** Asks it to end, and makes it. */
  async end(): Promise<void> {
    if (this.death !== undefined) return;
    this.signal("SIGTERM");
    if ((await this.endedWithin(STOP_MS)) === undefined) await this.kill();
  }
  /** Ends it without a word, as a loss of power would. */
  async kill(): Promise<void> {
    if (this.death !== undefined) return;
    this.signal("SIGKILL");
    await this.ended;
  }
  signal(signal: NodeJS.Signals): void {
    try {
      if (process.platform === "win32" || this.#child.pid === undefined) this.#child.kill(signal);
      else process.kill(-this.#child.pid, signal);
    } catch {
      // It ended in this moment.
    }
  }
}

/** A command with addresses in the places of `{bind}` and `{bootstrap}`. */
export function fillWords(words: readonly string[], bind: Address, bootstrap: string): string[] {
  return words.map((word) =>
    word.replaceAll("{bind}", `${bind.host}:${bind.port}`).replaceAll("{bootstrap}", bootstrap),
  );
}

export function describeDeath(death: Death): string {
  if (death.signal !== null) return `signal ${death.signal}`;
  return death.exitCode === null ? "it could not be started" : `exit code ${death.exitCode}`;
}

function quoted(stderr: string): string {
  const lines = stderr.trim().split("\n").slice(-20);
  return stderr.trim() === "" ? "" : `; it wrote:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** Below the range from which systems take ports by themselves, so that nobody gets it before the program has it. */
const PORTS = { first: 20_000, count: 12_000 };

let offset = randomInt(PORTS.count);

/** A port of 127.0.0.1 that nobody listens on. None is given twice before all others were: who asks for several listens later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + offset;
    offset = (offset + 1) % PORTS.count;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen({ host: "127.0.0.1", port }, () => resolve(true));
    });
    if (!free) continue;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return port;
  }
}
