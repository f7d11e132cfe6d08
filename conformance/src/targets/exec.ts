import { Bystander } from "../probe/identity.ts";
import type { Death } from "../runner/verdict.ts";
import { type DialIn, type DialInRun, Reception } from "./dial-in.ts";
import { fillWords, freePort, Program } from "./program.ts";
import type { Address, Target } from "./target.ts";
import { BadCommand, splitWords } from "./words.ts";

/** Targets that dial the kit at a time. */
const DIALING_PROCESSES = 4;

/** A program that the kit starts itself: `{bind}` and `{bootstrap}` in its command stand for addresses. */
export class ExecTarget implements Target {
  readonly kind: "exec" | "embedded";
  readonly owned = true;
  readonly description: string;
  readonly flags: readonly string[];
  readonly #words: readonly string[];
  #running: Program | undefined;
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
      death: (withinMs) => running.endedWithin(withinMs),
      close: async () => {
        await running.end();
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
    try {
      await running.accepts(address);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return address;
  }
  #spawn(address: Address, bootstrapPort: number): Program {
    return Program.start(fillWords(this.#words, address, `127.0.0.1:${bootstrapPort}`));
  }
  async death(withinMs: number): Promise<Death | undefined> {
    return await this.#running?.endedWithin(withinMs);
  }
  async restart(): Promise<Address> {
    await this.#end();
    return this.start();
  }
  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.end();
  }
  async stop(): Promise<void> {
    await this.#end();
    await this.#bootstrap?.stop();
    this.#bootstrap = undefined;
  }
}
