import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./messages.ts";
import { deathOf } from "./process.ts";

/** Time beyond that of the measurement itself after which a stack counts as stalled. */
const PATIENCE_MS = 30_000;

/** Time that a connection or a stream may take to open, in ms, when all stacks open theirs at once. */
const OPEN_MS = 60;

/** Why a stack could not do what it was ordered. */
export class StackFailure extends Error {}

/** A client process of one stack and the server it has forked. */
export class Pair {
  readonly #name: string;
  readonly #client: ChildProcess;
  #server: number | undefined;
  #stderr = "";
  /** Takes the report that is waited for, or the end of the process. */
  #settle: ((outcome: Report | StackFailure) => void) | undefined;

  private constructor(name: string) {
    this.#name = name;
    this.#client = fork(fileURLToPath(new URL("client.js", import.meta.url)), [name], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#client.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4_096);
    });
    this.#client.on("message", (report: Report) => this.#settle?.(report));
    this.#client.once("close", () => this.#settle?.(new StackFailure(`the client ${deathOf(this.#stderr)}`)));
  }

  static async start(name: string): Promise<Pair> {
    const pair = new Pair(name);
    try {
      pair.#server = (await pair.#report("ready", 0)).server;
    } catch (error) {
      pair.stop();
      throw error;
    }
    return pair;
  }

  /** Rejects with {@link StackFailure}, after which the pair is of no use. */
  async order<K extends Report["kind"]>(order: Order, answer: K): Promise<Extract<Report, { kind: K }>> {
    const reported = this.#report(answer, expectedMs(order));
    this.#client.send(order, (error) => {
      if (error) this.#settle?.(new StackFailure(`the client ${deathOf(this.#stderr)}`));
    });
    return await reported;
  }

  /** A server notices that its client is gone, unless it hangs. */
  stop(): void {
    this.#client.kill("SIGKILL");
    if (this.#server === undefined) return;
    try {
      process.kill(this.#server, "SIGKILL");
    } catch {
      // It has noticed already.
    }
  }

  async #report<K extends Report["kind"]>(kind: K, ms: number): Promise<Extract<Report, { kind: K }>> {
    let timer: NodeJS.Timeout | undefined;
    const outcome = await new Promise<Report | StackFailure>((resolve) => {
      this.#settle = resolve;
      timer = setTimeout(() => resolve(new StackFailure("stalled")), 2 * ms + PATIENCE_MS);
    });
    clearTimeout(timer);
    this.#settle = undefined;
    if (outcome instanceof StackFailure) throw outcome;
    if (outcome.kind === "failed") throw new StackFailure(outcome.note);
    if (outcome.kind !== kind) throw new Error(`expected ${this.#name} to report ${kind}, got ${outcome.kind}`);
    return outcome as Extract<Report, { kind: K }>;
  }
}

function expectedMs(order: Order): number {
  if (order.kind === "run") return order.ms;
  return OPEN_MS * (order.kind === "memory" ? order.connections : order.streams);
}
