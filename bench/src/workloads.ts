import { pieces } from "./bytes.ts";
import type { Workload } from "./messages.ts";
import type { Client } from "./stack.ts";
import { percentile } from "./statistics.ts";

const PAYLOAD_LENGTH = 64;
const IN_FLIGHT = 64;
/** Long enough that opening the call is lost in it, short enough for a slow stack to do one within its round. */
const BODY_LENGTH = 1_048_576;

const [payloadBytes] = pieces(PAYLOAD_LENGTH);
let calls = 0;

/** What was done in a round. */
interface Work {
  /** Calls or bytes. */
  readonly amount: number;
  readonly seconds: number;
  /** In ms, of calls alone. */
  readonly p50?: number;
  readonly p99?: number;
}

/** One echo. Each carries its own number, so that an answer to another call does not pass. */
async function checked(call: (payload: Uint8Array) => Promise<Uint8Array>): Promise<void> {
  const payload = Buffer.from(payloadBytes as Buffer);
  payload.writeUInt32BE(calls++);
  const answer = await call(payload);
  if (Buffer.compare(payload, answer) !== 0) throw new Error(`expected ${PAYLOAD_LENGTH} bytes back, got others`);
}

/** Calls for `ms` in `lanes` at a time. */
async function echoes(call: Client["echo"], ms: number, lanes: number): Promise<Work> {
  const latencies: number[] = [];
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let begun = performance.now(); begun - start < ms; ) {
      await checked(call);
      const now = performance.now();
      latencies.push(now - begun);
      begun = now;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const seconds = secondsSince(start);
  return { amount: latencies.length, seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

/** Opens so many streams, some at a time, and leaves them open. */
export async function openStreams(open: Client["echo"], count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await checked(open);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** Bodies one after the other for `ms`, the last of them to its end. */
async function bodies(move: (total: number) => Promise<number>, ms: number): Promise<Work> {
  const start = performance.now();
  let moved = 0;
  while (performance.now() - start < ms) {
    const arrived = await move(BODY_LENGTH);
    if (arrived !== BODY_LENGTH) throw new Error(`expected a body of ${BODY_LENGTH} bytes to arrive, got ${arrived}`);
    moved += arrived;
  }
  return { amount: moved, seconds: secondsSince(start) };
}

const secondsSince = (start: number): number => (performance.now() - start) / 1_000;

export function run(client: Client, workload: Workload, ms: number): Promise<Work> {
  switch (workload) {
    case "serial":
      return echoes((payload) => client.echo(payload), ms, 1);
    case "inflight64":
      return echoes((payload) => client.echo(payload), ms, IN_FLIGHT);
    case "upload":
      return bodies((total) => client.upload(total), ms);
    case "download":
      return bodies((total) => client.download(total), ms);
  }
}
