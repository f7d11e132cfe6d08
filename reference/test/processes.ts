// Programs that use the package as it is built, each in a process of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Programs resolve the package to its dist, which must not be older than the sources. */
export function build(): void {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-b", "reference"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stdout);
}

export interface ProgramOptions {
  /** What runs it. Default: this Node. */
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A program that runs, and what it has printed. */
export class Program {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  #onChange: () => void = () => {};
  readonly #closed: Promise<unknown>;

  constructor(args: readonly string[], options: ProgramOptions = {}) {
    const { command = process.execPath, cwd, env } = options;
    this.child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#onChange();
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#onChange();
    });
    this.#closed = new Promise((resolve) => {
      this.child.once("close", (code) => {
        resolve(code);
        this.#onChange();
      });
    });
  }

  /** Waits until it has printed this. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      if (this.child.exitCode !== null) throw new Error(`it ended without ${pattern}:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  /** Its exit code. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.#closed;
  }
}

/** Below the range from which the system takes ports by itself, and for each process of the tests in another place. */
let port = 20_000 + Math.floor(Math.random() * 12_000);

/** None is given twice: who asks for several listens later. */
export async function freePort(): Promise<number> {
  for (;;) {
    port = port < 31_999 ? port + 1 : 20_000;
    const found = port;
    const server = createServer();
    const free = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(found, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return found;
  }
}
