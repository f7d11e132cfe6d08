/** Which providers of a route are left alone for a while because they have failed it. Knows no clock: times are handed in, in ms. */

/** Failures in a row after which a provider is left alone. */
export const FAILURES_TO_OPEN = 5;
/** How long a provider is left alone at first, in ms; twice as long with each trial that fails. */
export const FIRST_WAIT_MS = 1_000;
export const LONGEST_WAIT_MS = 30_000;
/** Providers that are remembered; the one that was looked at longest ago is forgotten first. */
export const MAX_PROVIDERS = 1_024;

interface Circuit {
  /** In a row; no more are counted once it is open. */
  failures: number;
  /** How long it is left alone; 0 while it gets calls. */
  waitMs: number;
  /** When it may be tried again. */
  until: number;
  /** One call is under way that decides. */
  onTrial: boolean;
}

/** One provider that was asked, until it is known what came of it. */
export interface Attempt {
  readonly provider: string;
  /** What this attempt decides of; an answer to an older call may have closed it meanwhile. */
  readonly trialOf: Circuit | undefined;
}

/**
 * A provider that fails several times in a row gets no calls for a time, then one, the trial: when that succeeds it gets calls as before, when it fails
 * the next time is twice as long. Providers that have not failed take no memory.
 */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>();

  /** Providers that have failed, and have not answered since. */
  get size(): number {
    return this.#circuits.size;
  }

  /** Providers that are left alone, or on trial. */
  get opened(): number {
    return [...this.#circuits.values()].filter(({ waitMs }) => waitMs > 0).length;
  }

  /** Whether the provider should get no call now, where another one can. */
  avoids(provider: string, now: number): boolean {
    const circuit = this.#circuits.get(provider);
    return circuit !== undefined && circuit.waitMs > 0 && (circuit.onTrial || now < circuit.until);
  }

  /** The provider is asked. What comes of it is to be told by one of the three below. */
  asked(provider: string, now: number): Attempt {
    const circuit = this.#circuits.get(provider);
    if (circuit === undefined || circuit.waitMs === 0 || circuit.onTrial || now < circuit.until) {
      return { provider, trialOf: undefined };
    }
    circuit.onTrial = true;
    return { provider, trialOf: circuit };
  }

  answered({ provider }: Attempt): void {
    this.#circuits.delete(provider);
  }

  failed({ provider, trialOf }: Attempt, now: number): void {
    const circuit = this.#circuits.get(provider) ?? { failures: 0, waitMs: 0, until: 0, onTrial: false };
    if (circuit.waitMs === 0) {
      circuit.failures++;
      if (circuit.failures >= FAILURES_TO_OPEN) open(circuit, FIRST_WAIT_MS, now);
    } else if (trialOf === circuit) open(circuit, Math.min(2 * circuit.waitMs, LONGEST_WAIT_MS), now);
    // Behind all others, so that the first is the one to forget.
    this.#circuits.delete(provider);
    this.#circuits.set(provider, circuit);
    const [oldest] = this.#circuits.keys();
    if (this.#circuits.size > MAX_PROVIDERS && oldest !== undefined) this.#circuits.delete(oldest);
  }

  /** Nobody can say: the client has gone, or the provider refused the call, as one does that stops. */
  undecided({ trialOf }: Attempt): void {
    if (trialOf !== undefined) trialOf.onTrial = false;
  }
}

function open(circuit: Circuit, waitMs: number, now: number): void {
  circuit.waitMs = waitMs;
  circuit.until = now + waitMs;
  circuit.onTrial = false;
}
