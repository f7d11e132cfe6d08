// Asks peers over connections of its own. It announces no service: what a peer's `call` reaches can only be the other peer.
import type { ProbeConnection } from "../probe/connection.ts";
import type { ReadId } from "../probe/decode.ts";
import { Transcript } from "../probe/transcript.ts";
import { RunContext } from "../runner/context.ts";
import { askFindNode, perform } from "../runner/perform.ts";
import {
  anonymous,
  connect,
  end,
  expectBody,
  expectResponse,
  request,
  type Step,
  send,
  sendBody,
} from "../steps/index.ts";
import type { Address } from "../targets/target.ts";

type Headers = readonly (readonly [string, string])[];

/** What a peer is asked to call, and what has to come back. */
export interface Call {
  readonly services: string;
  readonly headers?: Headers;
  readonly body?: Uint8Array;
  readonly answer: { readonly headers?: Headers; readonly body?: Uint8Array };
}

const NOTHING = new Uint8Array(0);
/** Nobody's key, so that no peer is left out of an answer for being the one who was looked for. */
const NOWHERE = new Uint8Array(32);
const LEAVE_MS = 1000;
let count = 0;

async function connected<T>(
  address: Address,
  timeoutMs: number,
  work: (context: RunContext) => Promise<T>,
): Promise<T> {
  const target = { ...address, services: [], roundTripMs: 0 };
  const context = new RunContext(`matrix ${count++}`, target, { timeoutMs, seed: 0 }, new Transcript());
  try {
    for (const step of connect(anonymous)) await perform(step, context);
    return await work(context);
  } finally {
    for (const connection of context.connections.values()) await takeLeave(connection);
    await context.close();
  }
}

/**
 * Hears an answer out, and closes when the peer has seen the end. The original dies of a connection that is gone while it still
 * writes, and a pair is not to be judged by what the driver does to it.
 */
async function takeLeave(connection: ProbeConnection): Promise<void> {
  const packets = () => connection.inbox.flatMap(({ message }) => (message.packet ? [message.packet] : []));
  const begun = packets().some(({ kind }) => kind === "service-response");
  const ended = () => packets().some((packet) => packet.kind === "data" && packet.data.length === 0);
  if (begun) await connection.until(() => (ended() || connection.closed ? true : undefined), LEAVE_MS);
  await connection.closeWrite();
  await connection.until(() => connection.closed, LEAVE_MS);
}

/** The peer's own `call` makes the call. Rejects with a Failure when something else comes back. */
export async function callThrough(address: Address, call: Call, timeoutMs: number): Promise<void> {
  const { services, headers = [], body = NOTHING, answer } = call;
  // The peer's own time limit ends first, so that it is the one who says what went wrong.
  const limit: Headers = [["timeout", `${timeoutMs - 500}`]];
  const steps: Step[] = [
    send(request("call", [["services", services], ...limit, ...headers])),
    ...sendBody(body),
    send(end()),
    expectResponse({ headers: answer.headers ?? [] }),
    ...expectBody(answer.body ?? NOTHING),
  ];
  await connected(address, timeoutMs, async (context) => {
    for (const step of steps) await perform(step, context);
  });
}

/** The key that a peer announces. */
export async function keyOf(address: Address, timeoutMs: number): Promise<Uint8Array | undefined> {
  return connected(address, timeoutMs, async (context) => context.keyOn(context.connection("main")));
}

/** The peers that a peer names when it is asked. */
export async function peersOf(address: Address, timeoutMs: number): Promise<readonly ReadId[]> {
  return connected(address, timeoutMs, (context) =>
    askFindNode(context.connection("main"), NOWHERE, "an answer to a FindNodeRequest", context),
  );
}
