import { freePort, Program } from "../targets/program.ts";
import type { Address } from "../targets/target.ts";

const running = new Set<Program>();

/** For the end of the process, in whatever way it comes: nothing that was started outlives it. */
export function killAll(): void {
  for (const program of running) program.signal("SIGKILL");
}

/** A node in a process of its own, which keeps its address when it is started again. */
export class Peer {
  readonly address: Address;
  readonly #words: readonly string[];
  #program: Program | undefined;

  private constructor(program: readonly string[], address: Address, bootstrap: Peer | undefined) {
    const addresses = [address, ...(bootstrap === undefined ? [] : [bootstrap.address])];
    this.#words = [...program, ...addresses.map(({ host, port }) => `${host}:${port}`)];
    this.address = address;
  }
  /** One that is yet to be started. */
  static async create(program: readonly string[], bootstrap?: Peer): Promise<Peer> {
    return new Peer(program, { host: "127.0.0.1", port: await freePort() }, bootstrap);
  }
  /** Rejects with TargetUnreachable when it does not come to accept connections. */
  async start(): Promise<void> {
    const program = Program.start(this.#words);
    this.#program = program;
    running.add(program);
    void program.ended.then(() => running.delete(program));
    await program.accepts(this.address);
  }
  async kill(): Promise<void> {
    await this.#program?.kill();
  }
  /** Whether it has ended by itself, or does within `ms`. */
  async hasEnded(ms: number): Promise<boolean> {
    return (await this.#program?.endedWithin(ms)) !== undefined;
  }
  /** What it wrote to stderr before it ended. */
  get lastWords(): string {
    return this.#program?.death?.stderr.trim() ?? "";
  }
}
