import { createServer, type Server, type Socket } from "node:net";
import type { Death } from "../runner/verdict.ts";
import type { Address } from "./target.ts";

/** A run in which the target dials the kit. */
export interface DialInRun {
  /** The next connection that the target opens to the kit; undefined when none comes in time. */
  next(withinMs: number): Promise<Socket | undefined>;
  /** Where the target itself listens, if the kit knows. */
  readonly bind?: Address;
  /** How the target ended, if it has. */
  death(withinMs: number): Promise<Death | undefined>;
  close(): Promise<void>;
}

/** A way to be dialed by the target. */
export interface DialIn {
  /** Runs at a time. */
  readonly parallel: number;
  open(): Promise<DialInRun>;
}

/** A listener that hands out its connections one by one, in the order in which they come. */
export class Reception {
  readonly #server: Server;
  readonly #arrived: Socket[] = [];
  readonly #waiting: ((socket: Socket) => void)[] = [];

  private constructor() {
    this.#server = createServer({ pauseOnConnect: true }, (socket) => {
      socket.on("error", () => {});
      const next = this.#waiting.shift();
      if (next === undefined) this.#arrived.push(socket);
      else next(socket);
    });
  }
  /** Rejects with the system's error when the address cannot be listened on. */
  static async open({ host, port }: Address): Promise<Reception> {
    const reception = new Reception();
    await new Promise<void>((resolve, reject) => {
      reception.#server.once("error", reject);
      reception.#server.listen({ host, port }, resolve);
    });
    return reception;
  }
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }
  next(withinMs: number): Promise<Socket | undefined> {
    // One that has been closed while it waited is of no use to anybody.
    for (let socket = this.#arrived.shift(); socket !== undefined; socket = this.#arrived.shift())
      if (!socket.destroyed) return Promise.resolve(socket);
    return new Promise((resolve) => {
      const done = (socket: Socket | undefined) => {
        clearTimeout(timer);
        const index = this.#waiting.indexOf(done);
        if (index >= 0) this.#waiting.splice(index, 1);
        resolve(socket);
      };
      const timer = setTimeout(() => done(undefined), withinMs);
      this.#waiting.push(done);
    });
  }
  /** Drops what has arrived and was not handed out. */
  clear(): void {
    for (const socket of this.#arrived.splice(0)) socket.destroy();
  }
  async close(): Promise<void> {
    this.clear();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** `--listen`: somebody else starts the target, which dials again whenever it has lost the kit. */
export class ListenDialIn implements DialIn {
  readonly parallel = 1;
  readonly #reception: Reception;

  constructor(reception: Reception) {
    this.#reception = reception;
  }
  open(): Promise<DialInRun> {
    this.#reception.clear();
    return Promise.resolve({
      next: (withinMs: number) => this.#reception.next(withinMs),
      death: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    });
  }
}
