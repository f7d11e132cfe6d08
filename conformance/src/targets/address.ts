import { setTimeout as sleep } from "node:timers/promises";
import type { Death } from "../runner/verdict.ts";
import { reaches } from "./reach.ts";
import { type Address, type Target, TargetUnreachable } from "./target.ts";

/** How long a dead target that somebody else looks after is given to come back, ms. */
const COMEBACK_MS = 3000;

/** `host:port`, or `[IPv6]:port`; undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port < 1 || port > 65535 ? undefined : { host, port };
}

/** A node that already runs. It cannot be restarted, and how it dies is not known. */
export class AddressTarget implements Target {
  readonly kind = "address";
  readonly owned = false;
  readonly description: string;
  readonly flags: readonly string[];
  readonly #address: Address;

  /** @param more arguments that name the target beside `--target` */
  constructor(text: string, address: Address, more: readonly string[] = []) {
    this.description = text;
    this.flags = ["--target", text, ...more];
    this.#address = address;
  }
  async start(): Promise<Address> {
    const problem = await reaches(this.#address, 5000);
    if (problem !== undefined)
      throw new TargetUnreachable(`nothing accepts connections at ${this.description}: ${problem}`);
    return this.#address;
  }
  death(): Promise<Death | undefined> {
    return Promise.resolve(undefined);
  }
  async restart(): Promise<Address> {
    const deadline = performance.now() + COMEBACK_MS;
    for (;;) {
      const problem = await reaches(this.#address, 1000);
      if (problem === undefined) return this.#address;
      if (performance.now() > deadline) throw new TargetUnreachable(`it did not come back: ${problem}`);
      await sleep(100);
    }
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
