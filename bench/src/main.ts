/** `npm run bench -- [--quick] [--json FILE] [--stacks a,b]`: see README.md. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { describeMachine, machine } from "./machine.ts";
import type { Memory } from "./messages.ts";
import { WORKLOADS } from "./messages.ts";
import { Pair, StackFailure } from "./pair.ts";
import { printed } from "./print.ts";
import { Rounds } from "./rounds.ts";
import { memoryRows, type Result, type Row, workloadRows } from "./rows.ts";
import { stackNames } from "./stacks/index.ts";

interface Plan {
  readonly rounds: number;
  /** Length of one measurement. */
  readonly ms: number;
  /** Idle connections by which memory is measured. */
  readonly connections: number;
}

const FULL: Plan = { rounds: 5, ms: 1_000, connections: 1_000 };
const QUICK: Plan = { rounds: 3, ms: 100, connections: 100 };

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    stacks: { type: "string", default: stackNames.join(",") },
  },
});
const stacks = options.stacks.split(",");
const unknown = stacks.filter((name) => !stackNames.includes(name));
if (unknown.length > 0) throw new Error(`expected stacks of ${stackNames.join(", ")}, got ${unknown.join(", ")}`);

const plan = options.quick ? QUICK : FULL;
const host = machine();
console.log(describeMachine(host));
console.log(`medians of ${plan.rounds} rounds of ${plan.ms} ms; memory by ${plan.connections} connections`);
const rows = [...(await measure(plan)), ...memoryRows(plan.connections, await memory(plan.connections))];
console.log(printed(rows));
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ machine: host, rows }, undefined, 2)}\n`);

async function measure({ rounds, ms }: Plan): Promise<Row[]> {
  const run = new Rounds(stacks, ms);
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

/** Of processes that have done nothing else yet. How fast they get there is not measured, so they may get there side by side. */
function memory(connections: number): Promise<Result<Memory>[]> {
  return Promise.all(stacks.map((stack) => memoryOf(stack, connections)));
}

async function memoryOf(stack: string, connections: number): Promise<Result<Memory>> {
  let pair: Pair | undefined;
  try {
    pair = await Pair.start(stack);
    const report = await pair.order({ kind: "memory", connections }, "memory");
    return { stack, rounds: [report.memory] };
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    return { stack, rounds: [], failure: error.message };
  } finally {
    pair?.stop();
  }
}
