import { setTimeout as sleep } from "node:timers/promises";
import { attempt, type Peers, startAnew } from "./attempts.ts";
import { programOf } from "./implementations.ts";
import type { Outcome, Pair, PairResult } from "./outcome.ts";
import { Peer } from "./peer.ts";
import { TRIALS, type Trial } from "./trials.ts";

/** Longest time of a trial, whatever its own limits make of it, ms. */
const TRIAL_MS = 90_000;
/** A peer that dies of a trial may need a moment for it, ms. */
const DEATH_MS = 250;

/** Starts the two, tries everything in its order, and ends them. */
export async function runPair(pair: Pair, python: string): Promise<PairResult> {
  const listener = await Peer.create(programOf(pair.listener, python));
  const dialer = await Peer.create(programOf(pair.dialer, python), listener);
  const peers = { dialer, listener };
  const outcomes = new Map<string, Outcome>();
  /** The trial after which the two are not what they were. */
  let failed: string | undefined;
  try {
    for (const trial of TRIALS) {
      if (failed !== undefined && !(await renewed(peers, failed))) {
        outcomes.set(trial.id, { state: "not-run", because: failed });
        continue;
      }
      const outcome = await tryOnce(trial, peers);
      outcomes.set(trial.id, outcome);
      failed = outcome.state === "fail" ? trial.id : undefined;
    }
  } finally {
    await Promise.all([dialer.kill(), listener.kill()]);
  }
  return { ...pair, outcomes };
}

/** A peer that has failed may be dead or without a connection; what comes next should not have to suffer for it. */
async function renewed(peers: Peers, failed: string): Promise<boolean> {
  // A pair that never came together need not be waited for again and again.
  if (failed === "dial") return false;
  return startAnew(peers).then(
    () => true,
    () => false,
  );
}

async function tryOnce(trial: Trial, peers: Peers): Promise<Outcome> {
  const problems: string[] = [];
  try {
    await bounded(attempt(trial, peers));
  } catch (error) {
    problems.push((error as Error).message);
  }
  for (const [name, peer] of [
    ["A", peers.dialer],
    ["B", peers.listener],
  ] as const) {
    if (await peer.hasEnded(DEATH_MS)) problems.push(`${name} has ended: ${peer.lastWords || "without a word"}`);
  }
  return problems.length === 0 ? { state: "pass" } : { state: "fail", what: problems.join("; ") };
}

async function bounded(work: Promise<void>): Promise<void> {
  const done = new AbortController();
  const overtime = sleep(TRIAL_MS, undefined, { signal: done.signal }).then(
    () => {
      throw new Error(`it was not over after ${TRIAL_MS} ms`);
    },
    () => {},
  );
  try {
    await Promise.race([work, overtime]);
  } finally {
    done.abort();
  }
}
