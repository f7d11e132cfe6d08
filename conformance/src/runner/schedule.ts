import type { Case } from "../case.ts";
import { expectedWait } from "./order.ts";

/** Connections of one case above which it counts for the limits of the target. */
const CROWD = 32;
/** A case that waits longer than this by its own words, ms, may do so beside all others if they would not notice. */
const LONG_WAIT_MS = 3000;

/** Opens so many connections that any other would make a difference. */
export const isCrowd = (one: Case): boolean =>
  one.exclusive && one.control.filter((step) => step.step === "dial").length > CROWD;

/** Waits long, and leaves no trace in the peer table while it does. */
function isPatient(one: Case): boolean {
  if (one.exclusive || expectedWait(one) <= LONG_WAIT_MS) return false;
  return !JSON.stringify([one.control, one.change]).includes('"kind":"keyed"');
}

/**
 * Which case may start when: patient ones at once, one that wants the target's shared state for itself while none but patient ones
 * run, all others after those, a limited number at a time.
 */
export class Schedule {
  /** Workers that can find something to do at a time. */
  readonly workers: number;
  readonly #concurrency: number;
  readonly #isPatient: ReadonlySet<Case>;
  readonly #patient: Case[];
  readonly #exclusive: Case[];
  readonly #others: Case[];
  readonly #running = new Set<Case>();

  constructor(cases: readonly Case[], concurrency: number) {
    this.#isPatient = new Set(concurrency > 1 ? cases.filter(isPatient) : []);
    this.#patient = [...this.#isPatient];
    this.#exclusive = cases.filter((one) => one.exclusive);
    this.#others = cases.filter((one) => !one.exclusive && !this.#isPatient.has(one));
    this.#concurrency = concurrency;
    this.workers = concurrency + this.#patient.length;
  }

  /** Nothing is left to start. */
  get empty(): boolean {
    return this.#patient.length + this.#exclusive.length + this.#others.length === 0;
  }

  /** A case that may start now, which it is taken to do. */
  next(): Case | undefined {
    const one = this.#patient.shift() ?? this.#nextOther();
    if (one !== undefined) this.#running.add(one);
    return one;
  }

  ended(one: Case): void {
    this.#running.delete(one);
  }

  #nextOther(): Case | undefined {
    const busy = [...this.#running].filter((one) => !this.#isPatient.has(one));
    if (this.#exclusive.length > 0) return busy.length === 0 ? this.#exclusive.shift() : undefined;
    if (busy.some((one) => one.exclusive) || busy.length >= this.#concurrency) return undefined;
    return this.#others.shift();
  }
}
