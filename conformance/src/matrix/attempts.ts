// How each trial is made. An attempt that does not reject has passed.
import { setTimeout as sleep } from "node:timers/promises";
import { equal } from "../probe/bytes.ts";
import { Failure } from "../runner/failure.ts";
import { pattern, utf8 } from "../steps/index.ts";
import { type Call, callThrough, keyOf, peersOf } from "./driver.ts";
import type { Peer } from "./peer.ts";
import { LARGE, RESTART_SECONDS, type Trial } from "./trials.ts";

export interface Peers {
  readonly dialer: Peer;
  readonly listener: Peer;
}

const ANSWER_MS = 5000;
const LARGE_MS = 25_000;
/** One try among several; short, since a peer may wait for an answer that the killed one would have given. */
const TRY_MS = 2000;
const DIAL_MS = 10_000;
const AGAIN_MS = 200;

const greeting = utf8("from one peer to the other");
const ascii = [
  ["x-plain", "value"],
  ["x-empty", ""],
  ["x-long", "long ".repeat(100)],
] as const;
/** With one behind them: what loses count in a value loses its way there. */
const utf8Headers = [
  ["x-words", "grüße, 世界"],
  ["x-last", "value"],
] as const;

const CALLS: Readonly<Record<string, { readonly calls: readonly Call[]; readonly timeoutMs: number }>> = {
  call: { calls: [{ services: "echo", body: greeting, answer: { body: greeting } }], timeoutMs: ANSWER_MS },
  headers: { calls: [{ services: "headers", headers: ascii, answer: { headers: ascii } }], timeoutMs: ANSWER_MS },
  utf8: {
    calls: [{ services: "headers", headers: utf8Headers, answer: { headers: utf8Headers } }],
    timeoutMs: ANSWER_MS,
  },
  large: {
    calls: [{ services: "echo", body: pattern(LARGE), answer: { body: pattern(LARGE) } }],
    timeoutMs: LARGE_MS,
  },
  empty: {
    calls: [
      { services: "echo", answer: {} },
      { services: "empty", answer: {} },
    ],
    timeoutMs: ANSWER_MS,
  },
  unknown: {
    calls: [
      { services: "nobody-has-this", answer: { headers: [["call-error", "no-provider"]] } },
      { services: "nobody-has-this,echo", body: greeting, answer: { body: greeting } },
    ],
    timeoutMs: ANSWER_MS,
  },
};

export async function attempt(trial: Trial, peers: Peers): Promise<void> {
  switch (trial.id) {
    case "dial":
      return startAnew(peers);
    case "restart-listener":
      return restart(peers.listener, peers);
    case "restart-dialer":
      return restart(peers.dialer, peers);
  }
  const { calls = [], timeoutMs = 0 } = CALLS[trial.id.replace(/-(forth|back)$/, "")] ?? {};
  if (calls.length === 0) throw new Error(`nothing is known of how to try "${trial.id}"`);
  const caller = trial.direction === "forth" ? peers.dialer : peers.listener;
  for (const call of calls) await callThrough(caller.address, call, timeoutMs);
}

/** Both as new, and A connected to B. */
export async function startAnew({ dialer, listener }: Peers): Promise<void> {
  await Promise.all([dialer.kill(), listener.kill()]);
  await listener.start();
  await dialer.start();
  await until(DIAL_MS, async () => {
    await names(dialer, listener, "A names B among its peers");
    await names(listener, dialer, "B names A among its peers");
  });
}

/** A peer is named only by whom it has shown its signed Handshake. */
async function names(peer: Peer, other: Peer, expected: string): Promise<void> {
  const key = await keyOf(other.address, TRY_MS);
  const known = await peersOf(peer.address, TRY_MS);
  const found = known.some((id) => key !== undefined && equal(id.publicKey, key) && id.port === other.address.port);
  if (!found) throw new Failure("wrong", expected, `it is not among the ${known.length} it names`);
}

async function restart(peer: Peer, { dialer, listener }: Peers): Promise<void> {
  await peer.kill();
  await peer.start();
  const call: Call = { services: "echo", body: greeting, answer: { body: greeting } };
  await until(RESTART_SECONDS * 1000, async () => {
    await callThrough(dialer.address, call, TRY_MS);
    await callThrough(listener.address, call, TRY_MS);
  });
}

/** Tries until it passes, or rejects as the last try did. */
async function until(withinMs: number, work: () => Promise<void>): Promise<void> {
  for (const deadline = performance.now() + withinMs; ; ) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() >= deadline || !(error instanceof Failure)) throw error;
    }
    await sleep(AGAIN_MS);
  }
}
