import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Bystander } from "../probe/identity.ts";
import type { Death } from "../runner/verdict.ts";
import { type DialIn, type DialInRun, Reception } from "./dial-in.ts";
import { reaches } from "./reach.ts";
import { type Address, type Target, TargetUnreachable } from "./target.ts";
import { BadCommand, splitWords } from "./words.ts";

/** Time a target has from its start until it accepts a connection, ms. */
const START_MS = 15_000;
/** Time it has to end when asked, before it is killed, ms. */
const STOP_MS = 1000;
/** Targets that dial the kit at a time. */
const DIALING_PROCESSES = 4;
/** Kept of its stderr and stdout, each: the end, bytes. */
const KEEP_OUTPUT = 16_384;

/** The last bytes of a stream, whatever its length. */
class Tail {
  #text = "";
  add(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-KEEP_OUTPUT);
  }
  get text(): string {
    return this.#text;
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly stderr: Tail;
  readonly stdout: Tail;
  /** Settles when the process has ended and its output is read. */
  readonly ended: Promise<Death>;
  death: Death | undefined;
}

/** A program that the kit starts itself: `{bind}` and `{bootstrap}` in its command stand for addresses. */
export class ExecTarget implements Target {
  readonly kind: "exec" | "embedded";
  readonly owned = true;
  readonly description: string;
  readonly flags: readonly string[];
  readonly #words: readonly string[];
  #running: Running | undefined;
  #bootstrap: Bystander | undefined;

  constructor(
    words: readonly string[],
    description: string,
    flags: readonly string[],
    kind: "exec" | "embedded" = "exec",
  ) {
    this.#words = words;
    this.description = description;
    this.flags = flags;
    this.kind = kind;
  }
  /** Throws BadCommand for a line without a program or without `{bind}`. */
  static fromCommand(line: string): ExecTarget {
    const words = splitWords(line);
    if (words.length === 0) throw new BadCommand("--exec needs a command");
    if (!line.includes("{bind}"))
      throw new BadCommand(`--exec needs {bind} where the command takes the address to listen on, in: ${line}`);
    return new ExecTarget(words, line, ["--exec", line]);
  }

  /** A process of its own for each run; undefined when the command has no `{bootstrap}`. */
  get dialIn(): DialIn | undefined {
    if (!this.#words.some((word) => word.includes("{bootstrap}"))) return undefined;
    return { parallel: DIALING_PROCESSES, open: () => this.#dialing() };
  }
  async #dialing(): Promise<DialInRun> {
    const reception = await Reception.open({ host: "127.0.0.1", port: 0 });
    const bind = { host: "127.0.0.1", port: await freePort() };
    const running = this.#spawn(bind, reception.port);
    return {
      bind,
      next: (withinMs) => reception.next(withinMs),
      death: async (withinMs) =>
        running.death ??
        ((await Promise.race([running.ended, sleep(withinMs, undefined, { ref: false })])) as Death | undefined),
      close: async () => {
        await endOf(running);
        await reception.close();
      },
    };
  }

  async start(): Promise<Address> {
    if (this.#words.some((word) => word.includes("{bootstrap}")))
      this.#bootstrap ??= await Bystander.start("bootstrap", 0, "127.0.0.1");
    const address = { host: "127.0.0.1", port: await freePort() };
    const running = this.#spawn(address, this.#bootstrap?.port ?? 0);
    this.#running = running;
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (running.death !== undefined) {
        throw new TargetUnreachable(
          `the program ended before it accepted a connection (${describeDeath(running.death)})${quoted(running.death.stderr)}`,
        );
      }
      const problem = await reaches(address, 2000);
      if (problem === undefined) return address;
      if (performance.now() > deadline) {
        await this.stop();
        throw new TargetUnreachable(
          `the program accepted no connection at ${address.host}:${address.port} within ${START_MS} ms: ${problem}`,
        );
      }
      await Promise.race([sleep(30), running.ended]);
    }
  }
  #spawn(address: Address, bootstrapPort: number): Running {
    const fill = (word: string) =>
      word
        .replaceAll("{bind}", `${address.host}:${address.port}`)
        .replaceAll("{bootstrap}", `127.0.0.1:${bootstrapPort}`);
    const [program = "", ...args] = this.#words.map(fill);
    // stdin stays open as long as the kit lives, so that a target may end itself when the kit is gone. A group of its own lets
    // the kit end what the program started in turn.
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const stderr = new Tail();
    const stdout = new Tail();
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => stderr.add(chunk));
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => stdout.add(chunk));
    child.stdin?.on("error", () => {});
    const ended = new Promise<Death>((resolve) => {
      child.once("error", (error) => resolve({ exitCode: null, signal: null, stderr: `${error.message}\n` }));
      child.once("exit", async (exitCode, signal) => {
        // Output may still be on its way; a grandchild may hold the pipe open for ever.
        if (child.stderr && !child.stderr.readableEnded) await Promise.race([once(child.stderr, "close"), sleep(300)]);
        resolve({ exitCode, signal, stderr: stderr.text });
      });
    });
    const running: Running = { child, stderr, stdout, ended, death: undefined };
    void ended.then((death) => {
      running.death = death;
    });
    return running;
  }
  async death(withinMs: number): Promise<Death | undefined> {
    const running = this.#running;
    if (running === undefined) return undefined;
    if (running.death !== undefined || withinMs === 0) return running.death;
    return (await Promise.race([running.ended, sleep(withinMs, undefined, { ref: false })])) as Death | undefined;
  }
  async restart(): Promise<Address> {
    await this.#end();
    return this.start();
  }
  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) await endOf(running);
  }
  async stop(): Promise<void> {
    await this.#end();
    await this.#bootstrap?.stop();
    this.#bootstrap = undefined;
  }
}

async function endOf(running: Running): Promise<void> {
  if (running.death !== undefined) return;
  signalGroup(running.child, "SIGTERM");
  const ended = await Promise.race([running.ended, sleep(STOP_MS, undefined, { ref: false })]);
  if (ended === undefined) {
    signalGroup(running.child, "SIGKILL");
    await running.ended;
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32" || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It ended in this moment.
  }
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

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + randomInt(PORTS.count);
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
