import { MAX_DIALS_PER_ADDRESS } from "../wire/index.ts";

const WINDOW_MS = 60_000;
/** Addresses remembered at a time; beyond it, new ones wait until the minute of others is over. */
const MAX_ADDRESSES = 4096;

/** Counts dials to addresses that are known from hearsay alone, so that lies cannot make the node a weapon (FLT-DHT-054). */
export class DialBudget {
  readonly #dials = new Map<string, number[]>();

  /** Whether one more dial to `address`, in any spelling that is always the same, is allowed at `now` ms. Counts it if so. */
  take(address: string, now: number): boolean {
    const recent = (this.#dials.get(address) ?? []).filter((time) => time > now - WINDOW_MS);
    if (recent.length >= MAX_DIALS_PER_ADDRESS) return false;
    if (!this.#dials.has(address) && this.#dials.size >= MAX_ADDRESSES && !this.#forget(now)) return false;
    recent.push(now);
    this.#dials.set(address, recent);
    return true;
  }

  /** Drops addresses whose minute is over. Returns whether there is room. */
  #forget(now: number): boolean {
    for (const [address, times] of this.#dials) {
      if ((times.at(-1) as number) <= now - WINDOW_MS) this.#dials.delete(address);
    }
    return this.#dials.size < MAX_ADDRESSES;
  }
}
