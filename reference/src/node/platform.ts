import { randomBytes, randomInt } from "node:crypto";
import { type Crypto, native } from "../crypto/index.ts";
import { type Clock, systemClock, type Transport, tcp } from "../transport/index.ts";

/** Everything a node takes from the world. Tests hand in a network in memory, a virtual clock and a seed. */
export interface Platform {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Cryptographically random bytes (FLT-SEC-002). */
  entropy(length: number): Uint8Array;
  /** From 0 up to, not including, 1. */
  random(): number;
}

const RESOLUTION = 2 ** 32;

export const systemPlatform: Platform = {
  transport: tcp,
  clock: systemClock,
  crypto: native,
  entropy: (length) => randomBytes(length),
  random: () => randomInt(RESOLUTION) / RESOLUTION,
};
