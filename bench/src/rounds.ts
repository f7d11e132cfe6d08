import type { Measure, WarmUp, Workload } from "./messages.ts";
import { Pair, StackFailure } from "./pair.ts";
import type { Result } from "./rows.ts";

/**
 * Rounds of workloads, each round with every stack in turn: what the machine does beside comes over all of them alike.
 * The pairs live through all rounds, so that what is measured has been optimised.
 */
export class Rounds {
  readonly #stacks: readonly string[];
  readonly #ms: number;
  readonly #warmUp: WarmUp;
  readonly #pairs = new Map<string, Pair>();
  readonly #measures = new Map<string, Measure[]>();
  readonly #failures = new Map<string, string>();

  constructor(stacks: readonly string[], ms: number, warmUp: WarmUp) {
    this.#stacks = stacks;
    this.#ms = ms;
    this.#warmUp = warmUp;
  }

  /** Starts all pairs side by side, which takes no longer than two of them do; one that fails is started again when its turn comes. */
  async start(): Promise<void> {
    await Promise.allSettled(this.#stacks.map((stack) => this.#pairOf(stack)));
  }

  async round(workload: Workload): Promise<void> {
    for (const stack of this.#stacks) {
      // What a stack could not do once, it is not asked to do again.
      if (this.#failures.has(keyOf(stack, workload))) continue;
      try {
        this.#measuresOf(stack, workload).push(await this.#measure(stack, workload));
      } catch (error) {
        if (!(error instanceof StackFailure)) throw error;
        this.#failures.set(keyOf(stack, workload), error.message);
        this.#pairs.get(stack)?.stop();
        this.#pairs.delete(stack);
      }
    }
  }

  results(workload: Workload): Result<Measure>[] {
    return this.#stacks.map((stack) => ({
      stack,
      rounds: this.#measuresOf(stack, workload),
      failure: this.#failures.get(keyOf(stack, workload)),
    }));
  }

  stop(): void {
    for (const pair of this.#pairs.values()) pair.stop();
  }

  async #measure(stack: string, workload: Workload): Promise<Measure> {
    const pair = await this.#pairOf(stack);
    return (await pair.order({ kind: "run", workload, ms: this.#ms, warmUp: this.#warmUp }, "measure")).measure;
  }

  async #pairOf(stack: string): Promise<Pair> {
    const pair = this.#pairs.get(stack) ?? (await Pair.start(stack));
    this.#pairs.set(stack, pair);
    return pair;
  }

  #measuresOf(stack: string, workload: Workload): Measure[] {
    const key = keyOf(stack, workload);
    const known = this.#measures.get(key);
    if (known !== undefined) return known;
    const measures: Measure[] = [];
    this.#measures.set(key, measures);
    return measures;
  }
}

const keyOf = (stack: string, workload: Workload): string => `${stack} ${workload}`;
