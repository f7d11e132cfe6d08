import type { Death } from "../runner/verdict.ts";
import { type DialIn, ListenDialIn, Reception } from "./dial-in.ts";
import { type Address, type Target, TargetUnreachable } from "./target.ts";

/** A node that somebody else starts, and that dials the kit. Only the dialing role can be judged. */
export class ListenTarget implements Target {
  readonly kind = "listen";
  readonly owned = false;
  readonly description: string;
  readonly flags: readonly string[];
  readonly #address: Address;
  #reception: Reception | undefined;
  #dialIn: DialIn | undefined;

  constructor(text: string, address: Address) {
    this.description = `whoever dials ${text}`;
    this.flags = ["--listen", text];
    this.#address = address;
  }
  get dialIn(): DialIn | undefined {
    return this.#dialIn;
  }
  async start(): Promise<Address> {
    try {
      this.#reception ??= await Reception.open(this.#address);
    } catch (error) {
      throw new TargetUnreachable(
        `cannot listen at ${this.#address.host}:${this.#address.port}: ${(error as Error).message}`,
      );
    }
    this.#dialIn = new ListenDialIn(this.#reception);
    return this.#address;
  }
  death(): Promise<Death | undefined> {
    return Promise.resolve(undefined);
  }
  restart(): Promise<Address> {
    return this.start();
  }
  async stop(): Promise<void> {
    await this.#reception?.close();
    this.#reception = undefined;
  }
}
