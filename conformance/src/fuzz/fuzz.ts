// Fuzzing of a live target: conversations one after the other, its life looked at after each, each kind of failure made as small
// as it gets and reported once.
import { sample } from "fast-check";
import type { Limits, TargetFacts } from "../runner/context.ts";
import { lookForLife } from "../runner/liveness.ts";
import { preflight } from "../runner/preflight.ts";
import type { Death } from "../runner/verdict.ts";
import type { Target } from "../targets/target.ts";
import { type Conversation, framesOf } from "./conversation.ts";
import { converse, type Misbehaviour } from "./converse.ts";
import { type Plan, plans, walk } from "./plan.ts";
import { shrink } from "./shrink.ts";
import { WAYS } from "./ways.ts";

/** What became of a conversation that did not go as the tables say. */
export interface Outcome {
  /** The same for failures that look alike: what a death printed, or which row was broken. */
  readonly kind: string;
  readonly misbehaviour?: Misbehaviour;
  /** The target died, or answers nobody. */
  readonly end?: { readonly how: "died" | "hangs"; readonly death?: Death };
}

/** One kind of failure, with the smallest conversation that brings it about. */
export interface Finding extends Outcome {
  readonly conversation: Conversation;
  readonly frames: number;
  readonly drawnFrames: number;
}

export interface FuzzOptions {
  readonly target: Target;
  readonly limits: Limits;
  readonly durationMs: number;
  readonly signal: AbortSignal;
  onFinding(finding: Finding): void;
}

export interface Tally {
  conversations: number;
  valid: number;
  deaths: number;
}

export interface FuzzResult {
  readonly tally: Tally;
  readonly findings: readonly Finding[];
  /** Why it ended before its time, if it did. */
  readonly stopped?: string;
}

/** How long the end of a process may take to be known once it answers no more, ms. */
const DEATH_MS = 1500;
/** Plans that were drawn in vain, one after the other, before something must be wrong. */
const MAX_UNFIT = 10_000;
/** Smaller conversations that are tried. A failure other than a death shows in its last write already, and waits for a close each time. */
const TRIES_OF_DEATH = 12;
const TRIES_OF_FAILURE = 5;
/** A fault whose outcome is known already is tried again this rarely: one in so many. */
const KNOWN_AGAIN = 8;

export class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #findings = new Map<string, Finding>();
  readonly #tally: Tally = { conversations: 0, valid: 0, deaths: 0 };
  /** Rows that are known to fail, so that time goes where nothing is known yet. */
  readonly #known = new Map<string, number>();
  #facts: TargetFacts;
  #index = 0;
  #stopped: string | undefined;

  private constructor(options: FuzzOptions, facts: TargetFacts) {
    this.#options = options;
    this.#facts = facts;
  }

  /** Rejects with TargetUnreachable when nothing answers at the start. */
  static async run(options: FuzzOptions): Promise<FuzzResult> {
    const { facts, refuses } = await preflight(await options.target.start(), options.limits);
    if (refuses !== undefined)
      return {
        tally: { conversations: 0, valid: 0, deaths: 0 },
        findings: [],
        stopped: `the target completed no Handshake: ${refuses}`,
      };
    return await new Fuzzer(options, facts).#run();
  }

  async #run(): Promise<FuzzResult> {
    const until = performance.now() + this.#options.durationMs;
    let unfit = 0;
    const over = () =>
      performance.now() >= until || this.#options.signal.aborted || this.#stopped !== undefined || unfit > MAX_UNFIT;
    while (!over()) {
      const index = this.#index++;
      const [plan] = sample(plans, { seed: (this.#options.limits.seed + index) | 0, numRuns: 1 }) as [Plan];
      const conversation = await this.#walk(plan);
      if (conversation === undefined || this.#tiresome(conversation)) {
        unfit++;
        continue;
      }
      unfit = 0;
      const outcome = await this.#try(conversation);
      if (conversation.expect.outcome === "serves") this.#tally.valid++;
      if (outcome !== undefined) await this.#found(plan, conversation, outcome);
    }
    if (this.#options.signal.aborted) this.#stopped ??= "interrupted";
    return {
      tally: this.#tally,
      findings: [...this.#findings.values()],
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }

  #walk(plan: Plan): Promise<Conversation | undefined> {
    return walk(plan, this.#facts, { seed: this.#options.limits.seed, index: this.#index });
  }

  #tiresome(conversation: Conversation): boolean {
    const seen = this.#known.get(subjectOf(conversation));
    if (seen === undefined) return false;
    this.#known.set(subjectOf(conversation), seen + 1);
    return seen % KNOWN_AGAIN !== 0;
  }

  async #found(plan: Plan, conversation: Conversation, outcome: Outcome): Promise<void> {
    this.#known.set(subjectOf(conversation), 1);
    if (this.#findings.has(outcome.kind)) return;
    // What came before the fault may have been enough; then it is not the fault that is to blame.
    if (outcome.end !== undefined && plan.fault !== null && plan.steps.length > 0) {
      const before = { ...plan, fault: null };
      const valid = await this.#walk(before);
      const earlier = valid && (await this.#try(valid));
      if (valid !== undefined && earlier?.end !== undefined) return await this.#found(before, valid, earlier);
    }
    let best = { conversation, outcome };
    const same = async (candidate: Plan): Promise<boolean | undefined> => {
      if (this.#stopped !== undefined || this.#options.signal.aborted) return undefined;
      this.#index++;
      const smaller = await this.#walk(candidate);
      if (smaller === undefined || eventOf(smaller) !== eventOf(conversation)) return undefined;
      if (!isSmaller(smaller, best.conversation)) return undefined;
      const again = await this.#try(smaller);
      if (again?.kind !== outcome.kind) return false;
      best = { conversation: smaller, outcome: again };
      return true;
    };
    await shrink(plans, plan, outcome.end === undefined ? TRIES_OF_FAILURE : TRIES_OF_DEATH, same);
    // The same event brought about in another way may need less before it.
    if (outcome.end !== undefined && plan.fault !== null && framesOf(best.conversation) > 2) {
      for (const way of WAYS.keys()) await same({ ...plan, steps: [], fault: { ...plan.fault, way } });
    }
    const finding: Finding = {
      ...best.outcome,
      conversation: best.conversation,
      frames: framesOf(best.conversation),
      drawnFrames: framesOf(conversation),
    };
    this.#known.set(subjectOf(best.conversation), 1);
    this.#findings.set(outcome.kind, finding);
    this.#options.onFinding(finding);
  }

  /** Holds a conversation and brings the target back if that was its end. */
  async #try(conversation: Conversation): Promise<Outcome | undefined> {
    this.#tally.conversations++;
    const outcome = await tryOnce(conversation, this.#facts, this.#options.target, this.#options.limits);
    if (outcome?.end === undefined) return outcome;
    this.#tally.deaths++;
    try {
      const { facts, refuses } = await preflight(await this.#options.target.restart(), this.#options.limits);
      if (refuses !== undefined) throw new Error(refuses);
      this.#facts = facts;
    } catch (error) {
      this.#stopped = `the target could not be brought back: ${(error as Error).message}`;
    }
    return outcome;
  }
}

/** One conversation, and the target's life afterwards. */
export async function tryOnce(
  conversation: Conversation,
  facts: TargetFacts,
  target: Target,
  limits: Limits,
): Promise<Outcome | undefined> {
  let misbehaviour: Misbehaviour | undefined;
  try {
    misbehaviour = (await converse(conversation, facts, limits.timeoutMs)).misbehaviour;
  } catch {
    // No connection: whether it lives is looked at next.
  }
  const life = await lookForLife(facts, limits);
  const death = await target.death(life.state === "alive" ? 0 : DEATH_MS);
  if (death === undefined && life.state === "alive")
    return misbehaviour === undefined
      ? undefined
      : { kind: `${subjectOf(conversation)}: ${withoutNumbers(misbehaviour.came)}`, misbehaviour };
  const how = death === undefined && life.state === "hung" ? "hangs" : "died";
  return {
    kind: `${how}: ${death === undefined ? subjectOf(conversation) : `${eventOf(conversation)}, ${kindOfDeath(death)}`}`,
    end: { how, ...(death === undefined ? {} : { death }) },
    ...(misbehaviour === undefined ? {} : { misbehaviour }),
  };
}

/** What a conversation is about: the row its last write meets, and the way in which it does. */
function subjectOf({ expect, writes }: Conversation): string {
  if (expect.outcome === "serves") return "a valid conversation";
  return `${expect.row}, by ${writes.findLast((one) => one.write !== "end")?.way ?? "nothing"}`;
}

/** A program that dies of everything in one place prints the same each time; what brought it about tells its deaths apart. */
function eventOf({ expect }: Conversation): string {
  return expect.outcome === "serves" ? "a valid conversation" : expect.row.replace(/ in state .*/, "");
}

/** The error a program ended with and the functions it came from, without places, numbers and values. */
function kindOfDeath(death: Death): string {
  const lines = death.stderr.split("\n").map((line) => line.trim());
  const frames = lines.filter((line) => /^at /.test(line) || /^File "/.test(line)).slice(0, 3);
  const error =
    lines.find((line) => /^[\w.]*(Error|Exception|panic)\b/.test(line)) ?? lines.find((line) => line !== "");
  return withoutNumbers([error ?? `exit ${death.exitCode ?? death.signal}`, ...frames].join(" | ")).slice(0, 400);
}

const withoutNumbers = (text: string) =>
  text.replaceAll(/\([^()]*[\\/][^()]*\)/g, "").replaceAll(/[0-9a-f]{8,}|\d+/g, "N");

function isSmaller(a: Conversation, b: Conversation): boolean {
  const size = (one: Conversation) => JSON.stringify(one.writes).length;
  return framesOf(a) < framesOf(b) || (framesOf(a) === framesOf(b) && size(a) < size(b));
}
