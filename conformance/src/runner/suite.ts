import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Case, spendsTarget } from "../case.ts";
import type { Target } from "../targets/target.ts";
import type { Limits, TargetFacts } from "./context.ts";
import { type Life, lookForLife } from "./liveness.ts";
import { inOrder } from "./order.ts";
import { asCrash, asHang, nothing, UNKNOWN } from "./outcome.ts";
import { preflight, preflightOfDialer } from "./preflight.ts";
import { type CaseRun, runCase } from "./run-case.ts";
import { isCrowd, Schedule } from "./schedule.ts";
import type { CaseResult, Death } from "./verdict.ts";

export interface SuiteOptions {
  readonly cases: readonly Case[];
  readonly target: Target;
  readonly limits: Limits;
  readonly concurrency: number;
  /** Shuffles the order; without it slow cases come first. */
  readonly shuffleSeed?: number;
  /** Makes the keys of this run its own when a suite is run several times. */
  readonly repeat?: number;
  readonly signal?: AbortSignal;
  onStart?(facts: TargetFacts, refuses: string | undefined): void;
  /** May come twice for one case, when a death that showed late is blamed on it. */
  onResult?(result: CaseResult): void;
}

/** A death that none of the cases around it brought about again when it ran alone. */
export interface UnexplainedDeath {
  readonly death: Death;
  readonly around: readonly string[];
}

export interface SuiteResult {
  readonly facts: TargetFacts;
  readonly results: readonly CaseResult[];
  readonly unexplained: readonly UnexplainedDeath[];
  readonly interrupted: boolean;
}

/** How the target came to an end: the death of its process, where that is known, or that it serves nobody any more. */
interface End {
  readonly death: Death | undefined;
  readonly life: "gone" | "hung";
}

/** Deaths that follow a case by less than this may still be its doing, ms. */
const LATE_MS = 1500;
/** How long the end of a process may take to be known once its connections are gone, ms. */
const DEATH_MS = 1000;
/** How often a worker looks whether its case may start, ms. */
const POLL_MS = 5;
/** Pause after a case that runs alone, in which a death that it caused can show, ms. */
const SETTLE_MS = 150;
/** Cases that finished shortly before a death and are tried again alone, at most. */
const LATE_SUSPECTS = 12;

/** Runs cases against one target, side by side where they allow it, and keeps one case's damage away from the others. */
export class Suite {
  readonly #options: SuiteOptions;
  readonly #results = new Map<string, CaseResult>();
  readonly #finishedAt = new Map<string, number>();
  readonly #unexplained: UnexplainedDeath[] = [];
  #facts: TargetFacts | undefined;
  /** Why nothing more can be run, once that is so. */
  #over: string | undefined;

  constructor(options: SuiteOptions) {
    this.#options = options;
  }

  async run(): Promise<SuiteResult> {
    // Each worker listens for the interruption.
    if (this.#options.signal !== undefined) setMaxListeners(0, this.#options.signal);
    const { cases, target, limits, onStart } = this.#options;
    const address = await target.start();
    const { facts, refuses } =
      target.kind === "listen" && target.dialIn !== undefined
        ? await preflightOfDialer(target.dialIn, address, limits)
        : await preflight(address, limits);
    this.#facts = this.#known(facts);
    onStart?.(facts, refuses);
    if (refuses === undefined) {
      const ordered = inOrder(cases, this.#options.shuffleSeed);
      const dialing = ordered.filter((one) => one.role === "dialer");
      const listening = target.kind === "listen" ? [] : ordered.filter((one) => one.role !== "dialer");
      // Targets that dial are processes of their own and wait most of their time: they disturb nobody, unless one case at a time is wanted.
      if (this.#options.concurrency > 1) await Promise.all([this.#listening(listening), this.#dialing(dialing)]);
      else {
        await this.#listening(listening);
        await this.#dialing(dialing);
      }
    } else await this.#refused(refuses);
    const interrupted = this.#options.signal?.aborted === true;
    for (const one of cases) {
      if (this.#results.has(one.id)) continue;
      if (target.kind === "listen" && one.role !== "dialer") {
        this.#record(nothing(one, "unimplemented", "the kit is dialed (--listen) and knows no address to dial"));
        continue;
      }
      const reason = interrupted ? "interrupted before it ran" : (this.#over ?? "it did not run");
      this.#record(nothing(one, interrupted ? "skipped" : "inconclusive", reason));
    }
    return {
      facts: this.#facts,
      results: cases.map((one) => this.#results.get(one.id) as CaseResult),
      unexplained: this.#unexplained,
      interrupted,
    };
  }

  async #listening(cases: readonly Case[]): Promise<void> {
    const crowds = cases.filter(isCrowd);
    await this.#pool(new Schedule(crowds, 1));
    const spending = cases.filter((one) => spendsTarget(one) && !crowds.includes(one));
    const others = cases.filter((one) => !crowds.includes(one) && !spending.includes(one));
    await this.#pool(new Schedule(others, this.#options.concurrency));
    // Nobody else waits for an answer of a target that is ended.
    await this.#pool(new Schedule(spending, 1));
  }

  /** Cases in which the target dials: each has the target for itself, so that nothing has to be sorted out. */
  async #dialing(cases: readonly Case[]): Promise<void> {
    const waiting = [...cases];
    const worker = async () => {
      for (let one = waiting.shift(); one !== undefined && !this.#stopped; one = waiting.shift()) {
        const run = await untilAborted(this.#one(one), this.#options.signal);
        if (run !== undefined) this.#record(run.result);
      }
    };
    const { concurrency, target } = this.#options;
    await Promise.all(Array.from({ length: Math.min(concurrency, target.dialIn?.parallel ?? 1) }, worker));
  }

  /** A target that serves nobody: two cases show it in full, for the others there is nothing to see. */
  async #refused(reason: string): Promise<void> {
    const simple = this.#options.cases.filter(
      (one) => one.change === undefined && one.needs.length === 0 && !one.exclusive,
    );
    for (const one of simple.slice(0, 2)) {
      if (this.#stopped) return;
      const { result } = await this.#one(one);
      this.#record(result.verdict === "pass" ? result : { ...result, hang: true });
    }
    this.#over = `the target completed no Handshake at the start: ${reason}`;
  }

  get #stopped(): boolean {
    return this.#over !== undefined || this.#options.signal?.aborted === true;
  }
  async #one(one: Case): Promise<CaseRun> {
    const { limits, repeat = 0, target } = this.#options;
    const run = await runCase(one, this.#facts as TargetFacts, limits, repeat, target.dialIn);
    if (!spendsTarget(one) || run.result.verdict === "unimplemented") return run;
    // Whatever has become of it, the next case is about one to which nothing has been done.
    await this.#restart();
    return { ...run, life: "alive" };
  }
  #record(result: CaseResult): void {
    this.#results.set(result.id, result);
    this.#finishedAt.set(result.id, performance.now());
    this.#options.onResult?.(result);
  }

  /** Runs until a death shows, sorts out whose doing it was, and goes on with the rest. */
  async #pool(schedule: Schedule): Promise<void> {
    while (!schedule.empty && !this.#stopped) {
      const suspects: { one: Case; run: CaseRun }[] = [];
      let crisis = false;
      const worker = async () => {
        while (!crisis && !this.#stopped) {
          const one = schedule.next();
          if (one === undefined) {
            if (schedule.empty) return;
            await sleep(POLL_MS);
            continue;
          }
          const run = await untilAborted(this.#one(one), this.#options.signal);
          schedule.ended(one);
          if (run === undefined) return;
          if (run.life !== "alive" || (await this.#options.target.death(0)) !== undefined) crisis = true;
          // What ends while a death is being noticed proves nothing: its connection may have been closed by the death.
          if (crisis) suspects.push({ one, run });
          else this.#record(run.result);
        }
      };
      await Promise.all(Array.from({ length: schedule.workers }, worker));
      if (crisis && !this.#stopped) await this.#sortOut(suspects);
    }
  }

  async #sortOut(suspects: readonly { one: Case; run: CaseRun }[]): Promise<void> {
    const { target } = this.#options;
    const death = await target.death(DEATH_MS);
    const life = death === undefined ? await this.#life() : "gone";
    if (life === "alive") {
      // It lives after all: each verdict stands, also that of a case after which it did not answer in time.
      for (const { run } of suspects) this.#record(run.result);
      return;
    }
    const around = suspects.map(({ one }) => one.id);
    const lone = suspects.length === 1 ? suspects[0]?.run : undefined;
    const late = this.#recent(new Set(around));
    if (lone !== undefined && !late.some((one) => this.#endedShortlyBefore(one, lone))) {
      this.#blame(lone, { death, life });
      await this.#restart();
      return;
    }
    if (!(await this.#restart())) {
      if (lone !== undefined) return this.#blame(lone, { death, life });
      const reason = "the target died while this case and others ran; --concurrency 1 tells whose doing it is";
      for (const { one } of suspects) this.#record(nothing(one, "inconclusive", reason));
      this.#unexplained.push({ death: death ?? UNKNOWN, around });
      return;
    }
    // Those that saw the target down come first; a case that had just ended may have killed it as well, with a delay.
    const order = [...suspects].sort((a, b) => Number(a.run.life === "alive") - Number(b.run.life === "alive"));
    let explained = false;
    let before: Case | undefined;
    for (const { one } of order) {
      const died = await this.#alone(one, before);
      before = died ? undefined : one;
      explained ||= died;
    }
    if (explained || this.#stopped) return;
    for (const one of late) if (await this.#killsLate(one)) return;
    if (lone !== undefined) this.#blame(lone, { death, life });
    else this.#unexplained.push({ death: death ?? UNKNOWN, around });
  }

  /** What the run itself saw may be a process on its way out, which still accepts connections: a second look decides. */
  #blame(run: CaseRun, { death, life }: End): void {
    this.#record(life === "hung" ? asHang(run.result) : asCrash(run.result, death));
  }

  /** The death came while `run` was under way, whenever that was: a case that ended this short before may be behind it. */
  #endedShortlyBefore(one: Case, run: CaseRun): boolean {
    const began = performance.now() - run.result.durationMs - DEATH_MS;
    return (this.#finishedAt.get(one.id) ?? Number.NEGATIVE_INFINITY) > began - LATE_MS;
  }

  /** Cases that may have killed the target with a delay, the last one first. */
  #recent(except: ReadonlySet<string>): Case[] {
    const now = performance.now();
    const age = (one: Case) => now - (this.#finishedAt.get(one.id) ?? Number.NEGATIVE_INFINITY);
    const passed = this.#options.cases.filter(
      (one) => !except.has(one.id) && age(one) < LATE_MS + 10_000 && this.#results.get(one.id)?.death === undefined,
    );
    return passed.sort((a, b) => age(a) - age(b)).slice(0, LATE_SUSPECTS);
  }

  /** Runs one case with nothing beside it; true when the target died or hung. `before` ran alone just before, and the target lived. */
  async #alone(one: Case, before?: Case): Promise<boolean> {
    if (this.#stopped) return false;
    const run = await this.#one(one);
    await sleep(SETTLE_MS);
    const end = await this.#endOf(run);
    if (end === undefined) {
      this.#record(run.result);
      return false;
    }
    if (!(await this.#restart()) || before === undefined || !(await this.#killsLate(before))) {
      this.#blame(run, end);
      return true;
    }
    // It was the one before, late; this one is still to be seen.
    await this.#alone(one);
    return true;
  }

  /** Runs a case again whose verdict stands already, and waits; true when the target dies of it after all. */
  async #killsLate(one: Case): Promise<boolean> {
    if (this.#stopped) return false;
    const run = await this.#one(one);
    const late = await this.#options.target.death(LATE_MS);
    const end = late === undefined ? await this.#endOf(run) : { death: late, life: "gone" as const };
    if (end === undefined) return false;
    this.#blame(run, end);
    await this.#restart();
    return true;
  }

  /** Whether, and how, the target came to an end by a run that has just been. */
  async #endOf(run: CaseRun): Promise<End | undefined> {
    const death = await this.#options.target.death(run.life === "alive" ? 0 : DEATH_MS);
    if (death !== undefined) return { death, life: "gone" };
    const life = run.life === "alive" ? "alive" : await this.#life();
    return life === "alive" ? undefined : { death, life };
  }

  async #life(): Promise<Life["state"]> {
    return (await lookForLife(this.#facts as TargetFacts, this.#options.limits)).state;
  }

  /** With what the kit knows of a target that it has started. */
  #known(bare: TargetFacts): TargetFacts {
    const { gateway, control, owned: isOwned } = this.#options.target;
    const facts = { ...bare, isOwned };
    return gateway === undefined ? facts : { ...facts, gateway, ...(control === undefined ? {} : { control }) };
  }

  async #restart(): Promise<boolean> {
    try {
      const { facts, refuses } = await preflight(await this.#options.target.restart(), this.#options.limits);
      if (refuses !== undefined) throw new Error(refuses);
      // The address and the key may be new; the round trip was measured at the start and is not measured in a crisis.
      this.#facts = this.#known({ ...facts, roundTripMs: (this.#facts as TargetFacts).roundTripMs });
      return true;
    } catch (error) {
      this.#over = `the target died and could not be brought back: ${(error as Error).message}`;
      return false;
    }
  }
}

/** The value, or undefined as soon as the signal comes: a user who interrupts does not wait for a case's time limits. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return promise;
  if (signal.aborted) return undefined;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
