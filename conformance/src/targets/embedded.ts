import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Death } from "../runner/verdict.ts";
import { type DialIn, type DialInRun, Reception } from "./dial-in.ts";
import { ExecTarget } from "./exec.ts";

/** To the process with the dialing nodes: start one that joins through `bootstrap`, or stop it. */
export interface DialerOrder {
  readonly id: number;
  readonly bootstrap?: string;
}

const DIALERS_AT_A_TIME = 8;
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The reference node, as often as it is wanted, in one process that is started when it is first needed. */
class EmbeddedDialers implements DialIn {
  readonly parallel = DIALERS_AT_A_TIME;
  #child: Promise<ChildProcess> | undefined;
  #death: Death | undefined;
  readonly #stopping = new Set<ChildProcess>();
  #count = 0;

  async open(): Promise<DialInRun> {
    this.#child ??= this.#start();
    const child = await this.#child;
    const id = this.#count++;
    const reception = await Reception.open({ host: "127.0.0.1", port: 0 });
    const tell = (order: DialerOrder) => {
      if (child.connected) child.send(order);
    };
    tell({ id, bootstrap: `127.0.0.1:${reception.port}` });
    return {
      next: (withinMs) => reception.next(withinMs),
      death: async (withinMs) => {
        if (this.#death === undefined) await sleep(withinMs);
        return this.#death;
      },
      close: async () => {
        tell({ id });
        await reception.close();
      },
    };
  }
  async #start(): Promise<ChildProcess> {
    const child = fork(path("./embedded-dialers.js"), [], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      stderr = (stderr + chunk).slice(-16_384);
    });
    this.#death = undefined;
    child.once("exit", (exitCode, signal) => {
      // One that was told to go has not died.
      if (!this.#stopping.delete(child)) this.#death = { exitCode, signal, stderr };
    });
    await once(child, "message");
    return child;
  }
  async stop(): Promise<void> {
    const child = await this.#child;
    this.#child = undefined;
    if (!child?.connected) return;
    this.#stopping.add(child);
    child.disconnect();
  }
}

/**
 * The reference node with all test services. It runs in a process of its own, so that its death is a death of the target and
 * not of the kit.
 */
class EmbeddedTarget extends ExecTarget {
  readonly #dialers = new EmbeddedDialers();

  override get dialIn(): DialIn {
    return this.#dialers;
  }
  override async stop(): Promise<void> {
    await Promise.all([super.stop(), this.#dialers.stop()]);
  }
}

export function startEmbeddedNode(): ExecTarget {
  return new EmbeddedTarget(
    [process.execPath, path("./embedded-main.js"), "{bind}"],
    "the embedded reference node",
    [],
    "embedded",
  );
}
