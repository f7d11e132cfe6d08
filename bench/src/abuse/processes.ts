/** The gateway and its services, each in a process of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HOST } from "../stack.ts";
import { freePort } from "../stacks/sockets.ts";

export interface Report {
  readonly ready?: boolean;
  readonly heap?: number;
  readonly stopped?: boolean;
}

const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** A process in a role of `program.js`. */
export class Program {
  readonly #child: ChildProcess;

  private constructor(role: string, argument: string) {
    this.#child = fork(fileURLToPath(new URL("program.js", import.meta.url)), [role, argument], {
      execArgv: ["--expose-gc"],
    });
    children.add(this.#child);
  }

  static async start(role: string, argument: string): Promise<Program> {
    const program = new Program(role, argument);
    await program.#report();
    return program;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Bytes in use. */
  async heap(): Promise<number> {
    this.#child.send("heap");
    return (await this.#report()).heap ?? Number.NaN;
  }

  /** As on SIGTERM, which not every system has. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#child.send("stop");
    await this.#report();
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  async #report(): Promise<Report> {
    const died = once(this.#child, "exit").then(() => Promise.reject(new Error("a process died")));
    died.catch(() => {});
    const [report] = (await Promise.race([once(this.#child, "message"), died])) as [Report];
    return report;
  }
}

/** A gateway with short times, and where it is reached. */
export class Gateway {
  readonly program: Program;
  readonly port: number;
  readonly mesh: string;
  readonly #folder: string;

  private constructor(program: Program, port: number, mesh: string, folder: string) {
    this.program = program;
    this.port = port;
    this.mesh = mesh;
    this.#folder = folder;
  }

  static async start(): Promise<Gateway> {
    const folder = mkdtempSync(join(tmpdir(), "flatend-abuse-"));
    const [mesh, port] = [`${HOST}:${await freePort()}`, await freePort()];
    const routes = ["GET /quick", "POST /takes", "GET /slow", "GET /endless"].map(
      (path) => `[[http.routes]]\npath = "${path}"\nservice = "${path.split("/")[1]}"\n`,
    );
    const times = 'read_header = "1s"\nread = "1s"\nwrite = "1s"\nidle = "2m"';
    writeFileSync(
      join(folder, "config.toml"),
      `addr = "${mesh}"\n[[http]]\naddr = "${HOST}:${port}"\n[http.timeout]\n${times}\n${routes.join("")}`,
    );
    return new Gateway(await Program.start("gateway", folder), port, mesh, folder);
  }

  /** One more process that offers all services but `endless`, which is another's. */
  service(role: "service" | "endless" = "service"): Promise<Program> {
    return Program.start(role, this.mesh);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, maxRetries: 5 });
  }
}
