/** The rows of a report, made of what the rounds gave. */
import type { Measure, Memory, Workload } from "./messages.ts";
import { median } from "./statistics.ts";

export interface Row {
  readonly stack: string;
  readonly workload: string;
  /** `null`: the stack could not do it, and `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** The value divided by that of `floor` in the same workload. */
  readonly floorRatio: number | null;
  readonly note?: string;
}

/** What a stack gave in one workload: a value for each round, or the reason why there is none. */
export interface Result<T> {
  readonly stack: string;
  readonly rounds: readonly T[];
  readonly failure?: string | undefined;
}

const FLOOR = "floor";

interface Column<T> {
  readonly workload: string;
  readonly unit: string;
  readonly value: (round: T) => number;
}

function table<T>(results: readonly Result<T>[], { workload, unit, value }: Column<T>): Row[] {
  const typical = ({ rounds, failure }: Result<T>) =>
    failure === undefined && rounds.length > 0 ? median(rounds.map(value)) : null;
  const floor = results.find(({ stack }) => stack === FLOOR);
  const floorValue = floor === undefined ? null : typical(floor);
  return results.map((result) => {
    const got = typical(result);
    return {
      stack: result.stack,
      workload,
      value: got === null ? null : rounded(got),
      unit,
      floorRatio: got === null || !floorValue ? null : rounded(got / floorValue),
      ...(result.failure === undefined ? {} : { note: result.failure }),
    };
  });
}

/** Four digits are more than a measurement of this kind holds. */
const rounded = (value: number): number => Number(value.toPrecision(4));

const BYTES_PER_MB = 1_000_000;

export function workloadRows(workload: Workload, results: readonly Result<Measure>[]): Row[] {
  const rows = (name: string, unit: string, value: (round: Measure) => number) =>
    table(results, { workload: `${workload}${name}`, unit, value });
  if (workload === "upload" || workload === "download") {
    return [
      ...rows("", "MB/s", ({ perSecond }) => perSecond / BYTES_PER_MB),
      ...rows(" cpu", "µs/MB", ({ cpu }) => cpu * BYTES_PER_MB),
    ];
  }
  const calls = rows("", "calls/s", ({ perSecond }) => perSecond);
  const cpu = rows(" cpu", "µs/call", (round) => round.cpu);
  const latency = (name: "p50" | "p99") => rows(` ${name}`, "µs", (round) => (round[name] ?? 0) * 1_000);
  return [...calls, ...latency("p50"), ...latency("p99"), ...cpu];
}

export function memoryRows(results: readonly Result<Memory>[]): Row[] {
  const per1000 = ({ perConnection }: Memory) => (perConnection * 1_000) / BYTES_PER_MB;
  return [
    ...table(results, { workload: "memory idle", unit: "MB", value: ({ idle }) => idle / BYTES_PER_MB }),
    ...table(results, { workload: "memory per 1000 connections", unit: "MB", value: per1000 }),
  ];
}

/** Stacks without streams have no round and no failure, and get no row. */
export function streamRows(results: readonly Result<number>[]): Row[] {
  const having = results.filter(({ rounds, failure }) => rounds.length > 0 || failure !== undefined);
  const per1000 = (bytesEach: number) => (bytesEach * 1_000) / BYTES_PER_MB;
  return table(having, { workload: "memory per 1000 streams", unit: "MB", value: per1000 });
}
