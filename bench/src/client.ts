/**
 * `client.js STACK`: forks a server of the stack and does what the program orders. Each stack has a client of its own, so that
 * one that dies or hangs takes no other along, and none runs on code that another has made Node optimise differently.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Memory, Order, Question, Report, ServerReport, WarmUp, Workload } from "./messages.ts";
import { cpuMicros, deathOf } from "./process.ts";
import type { Client } from "./stack.ts";
import { loadStack } from "./stacks/index.ts";
import { openStreams, run } from "./workloads.ts";

/** Fewer than any listener's queue holds. */
const CONCURRENT_DIALS = 32;

const WARM_UP_STEP_MS = 100;

/** The share of connections or streams that are opened before memory is looked at first, so that code loaded for the first of them does not count. */
const FIRST = 0.1;

const name = process.argv[2] as string;
const stack = await loadStack(name);
const server = fork(fileURLToPath(new URL("server.js", import.meta.url)), [name], {
  execArgv: ["--expose-gc"],
  stdio: ["ignore", "ignore", "pipe", "ipc"],
});
let stderr = "";
server.stderr?.on("data", (chunk: Buffer) => {
  stderr = (stderr + chunk.toString()).slice(-4_096);
});
server.once("close", () => fail(new Error(`the server ${deathOf(stderr)}`)));
const listening = await reportOf(server, "listening");
const warm = new Set<string>();
let client: Client | undefined;

process.on("disconnect", () => process.exit());
process.on("uncaughtException", fail);
process.on("message", (order: Order) => {
  act(order).then(tell, fail);
});
tell({ kind: "ready", server: server.pid });

function tell(report: Report): void {
  process.send?.(report);
}

/** Nothing is to be expected of this process any more. */
function fail(error: unknown): void {
  const note = error instanceof Error ? error.message : String(error);
  process.send?.({ kind: "failed", note } satisfies Report, () => process.exit(1));
}

async function act(order: Order): Promise<Report> {
  if (order.kind === "memory") return { kind: "memory", memory: await memoryWith(order.connections) };
  if (order.kind === "streams") return { kind: "streams", bytesEach: await memoryOfStreams(order.streams) };
  const { workload, ms, warmUp } = order;
  client ??= await stack.connect(listening.port);
  if (!warm.has(workload)) await prepare(client, workload, warmUp);
  warm.add(workload);
  const before = await cpuOfBoth();
  const { amount, seconds, ...latency } = await run(client, workload, ms);
  const cpu = ((await cpuOfBoth()) - before) / amount;
  return { kind: "measure", measure: { perSecond: amount / seconds, cpu, ...latency } };
}

async function prepare(on: Client, workload: Workload, { cpuMs, atMostMs }: WarmUp): Promise<void> {
  const start = performance.now();
  const spent = cpuMicros();
  while (cpuMicros() - spent < 1_000 * cpuMs && performance.now() - start < atMostMs) {
    await run(on, workload, WARM_UP_STEP_MS);
  }
}

async function memoryWith(wanted: number): Promise<Memory> {
  const idle = await residentMemory();
  const growth = await growthPerOne(Math.min(wanted, stack.maxClients ?? wanted), connectMany);
  return { idle, perConnection: growth };
}

/** All on one connection. */
async function memoryOfStreams(count: number): Promise<number | undefined> {
  const on = await stack.connect(listening.port);
  if (on.openEcho === undefined) return undefined;
  const open = on.openEcho.bind(on);
  return await growthPerOne(count, (some) => openStreams(open, some));
}

/** Resident bytes of the server that each of `count` takes. */
async function growthPerOne(count: number, open: (some: number) => Promise<void>): Promise<number> {
  const first = Math.ceil(count * FIRST);
  await open(first);
  const before = await residentMemory();
  await open(count - first);
  return ((await residentMemory()) - before) / (count - first);
}

async function connectMany(count: number): Promise<void> {
  let last: Client | undefined;
  for (let left = count; left > 0; left -= CONCURRENT_DIALS) {
    const dials = Array.from({ length: Math.min(CONCURRENT_DIALS, left) }, () => stack.connect(listening.port));
    last = (await Promise.all(dials)).at(-1);
  }
  // The last one shows that the server took them.
  await last?.echo(Buffer.from("all are here"));
}

async function cpuOfBoth(): Promise<number> {
  const { micros } = await ask("cpu");
  return micros + cpuMicros();
}

async function residentMemory(): Promise<number> {
  return (await ask("memory")).bytes;
}

function ask<Q extends Question>(question: Q): Promise<Extract<ServerReport, { kind: Q }>> {
  server.send(question);
  return reportOf(server, question);
}

async function reportOf<K extends ServerReport["kind"]>(
  from: ChildProcess,
  kind: K,
): Promise<Extract<ServerReport, { kind: K }>> {
  const [report] = (await once(from, "message")) as [ServerReport];
  if (report.kind !== kind) throw new Error(`expected the server to say ${kind}, got ${report.kind}`);
  return report as Extract<ServerReport, { kind: K }>;
}
