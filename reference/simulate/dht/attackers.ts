import { BUCKET_SIZE, KEY_LENGTH, type PeerId } from "flatend/wire";
import type { Keys } from "./keys.ts";
import { type Attack, addressOf, type Member } from "./members.ts";
import type { Network, Reply } from "./network.ts";

/** An address at which there is nobody. */
const NOBODY = 0xffffff;
/** How long the slow ones take, just within the time that is given to them. */
const SLOW_MS = 4_500;

/** What attackers say. They know the whole mesh and each other, and are honest among themselves, so that they stand in many tables. */
export class Attackers {
  readonly #network: Network;
  /** All who live, and the attackers that name each other, as they were a moment ago. */
  everybody: Keys;
  accomplices: Keys;

  constructor(network: Network, everybody: Keys, accomplices: Keys) {
    this.#network = network;
    this.everybody = everybody;
    this.accomplices = accomplices;
  }

  reply(member: Member, asker: Member, target: Uint8Array): Reply {
    const truth = { ids: member.table.closest(target), delayMs: 0 };
    if (member.attack === undefined || asker.attack !== undefined) return truth;
    return this.#lie(member.attack, target, truth);
  }

  #lie(attack: Attack, target: Uint8Array, truth: Reply): Reply {
    switch (attack) {
      case "invent":
        return { ids: Array.from({ length: BUCKET_SIZE }, () => this.#invented(target)), delayMs: 0 };
      case "poison":
        return { ids: this.#poisoned(target), delayMs: 0 };
      case "collude":
        return { ids: this.accomplices.nearest(target, BUCKET_SIZE).map(({ id }) => id), delayMs: 0 };
      case "empty":
        return { ids: [], delayMs: 0 };
      case "mute":
        return { ids: undefined, delayMs: 0 };
      case "slow":
        return { ids: truth.ids, delayMs: SLOW_MS };
    }
  }

  /** A key that nobody has, nearer to the target than any that somebody has. */
  #invented(target: Uint8Array): PeerId {
    const publicKey = Uint8Array.from(target);
    publicKey.set(this.#network.bytes(8), KEY_LENGTH - 8);
    return { publicKey, address: this.#falseAddress(), port: 9000 };
  }

  /** The peers that are wanted, at addresses where they are not. */
  #poisoned(target: Uint8Array): PeerId[] {
    return this.everybody
      .nearest(target, BUCKET_SIZE)
      .map(({ id }) => ({ publicKey: id.publicKey, address: this.#falseAddress(), port: 9000 }));
  }

  /** Half of them are nobody's, half are those of other nodes. */
  #falseAddress(): Uint8Array {
    const { random, members } = this.#network;
    return addressOf(random() < 0.5 ? NOBODY - Math.floor(random() * 1000) : Math.floor(random() * members.length));
  }
}
