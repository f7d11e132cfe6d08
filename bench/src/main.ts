/** `npm run bench -- [--quick] [--json FILE] [--stacks a,b]`: see README.md. */
import { writeFileSync } from "node:fs";
import { describeMachine, machine } from "./machine.ts";
import { type Memory, type WarmUp, WORKLOADS } from "./messages.ts";
import { type Options, readOptions, UsageError } from "./options.ts";
import { Pair, StackFailure } from "./pair.ts";
import { printed } from "./print.ts";
import { Rounds } from "./rounds.ts";
import { memoryRows, type Result, type Row, streamRows, workloadRows } from "./rows.ts";
import { stackNames } from "./stacks/index.ts";

interface Plan {
  readonly rounds: number;
  /** Length of one measurement. */
  readonly ms: number;
  /** Until what is called most has been optimised: stacks of more code need longer, and would be judged by how they begin. */
  readonly warmUp: WarmUp;
  /** Idle connections, and open streams of one connection, by which memory is measured. */
  readonly connections: number;
  readonly streams: number;
}

const FULL: Plan = {
  rounds: 5,
  ms: 1_000,
  warmUp: { cpuMs: 3_000, atMostMs: 8_000 },
  connections: 1_000,
  streams: 1_000,
};
const QUICK: Plan = {
  rounds: 2,
  ms: 100,
  warmUp: { cpuMs: 500, atMostMs: 2_500 },
  connections: 50,
  streams: 100,
};
/** Pairs that have their memory measured side by side: they wait much, and each takes more than one core while it opens connections. */
const SIDE_BY_SIDE = 3;

const options = optionsOrExit();
const { stacks: names } = options;
const plan = options.quick ? QUICK : FULL;
const host = machine();
console.log(describeMachine(host));
console.log(
  `medians of ${plan.rounds} rounds of ${plan.ms} ms; memory by ${plan.connections} connections and ${plan.streams} streams`,
);
const rows = [
  ...(await measure(plan)),
  ...memoryRows(await ofFresh((pair) => memory(pair, plan.connections))),
  ...streamRows(await ofFresh((pair) => memoryOfStreams(pair, plan.streams))),
];
console.log(printed(rows));
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ machine: host, rows }, undefined, 2)}\n`);

async function measure({ rounds, ms, warmUp }: Plan): Promise<Row[]> {
  const run = new Rounds(names, ms, warmUp);
  try {
    await run.start();
    for (let round = 0; round < rounds; round++) {
      for (const workload of WORKLOADS) await run.round(workload);
    }
  } finally {
    run.stop();
  }
  return WORKLOADS.flatMap((workload) => workloadRows(workload, run.results(workload)));
}

/** Of processes that have done nothing else yet. How fast they get there is not measured, so some may get there side by side. */
async function ofFresh<T>(ask: (pair: Pair) => Promise<T[]>): Promise<Result<T>[]> {
  const results: Result<T>[] = [];
  const turns = names.entries();
  const lane = async (): Promise<void> => {
    for (const [index, stack] of turns) results[index] = await ofOne(stack, ask);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return results;
}

async function ofOne<T>(stack: string, ask: (pair: Pair) => Promise<T[]>): Promise<Result<T>> {
  let pair: Pair | undefined;
  try {
    pair = await Pair.start(stack);
    return { stack, rounds: await ask(pair) };
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    return { stack, rounds: [], failure: error.message };
  } finally {
    pair?.stop();
  }
}

async function memory(pair: Pair, connections: number): Promise<Memory[]> {
  return [(await pair.order({ kind: "memory", connections }, "memory")).memory];
}

async function memoryOfStreams(pair: Pair, streams: number): Promise<number[]> {
  const { bytesEach } = await pair.order({ kind: "streams", streams }, "streams");
  return bytesEach === undefined ? [] : [bytesEach];
}

/** Whoever mistypes an argument is told so in one line. */
function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2), stackNames);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
