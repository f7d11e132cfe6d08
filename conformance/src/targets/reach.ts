import { lookForLife } from "../runner/liveness.ts";
import type { Address } from "./target.ts";

/**
 * Why no TCP connection comes about, or undefined when one does. It is used as a good peer would use it, up to the Handshake: a
 * connection that says nothing is a hostile input already, and some nodes die of it.
 */
export async function reaches(address: Address, timeoutMs: number): Promise<string | undefined> {
  const life = await lookForLife({ ...address, services: [], roundTripMs: 0 }, { timeoutMs, seed: 0 });
  return life.state === "gone" ? life.reason.replace(/^.*the connection failed: /, "") : undefined;
}
