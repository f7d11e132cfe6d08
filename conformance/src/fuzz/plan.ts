// Draws conversations. A plan is a list of numbers, which fast-check can make smaller; walking it along the state tables gives a
// conversation that is valid by construction up to its last write, which the tables may allow or not.
import * as fc from "fast-check";
import { native as crypto } from "flatend/crypto";
import { toHex } from "../probe/bytes.ts";
import type { EncodeContext } from "../probe/encode.ts";
import { derive } from "../probe/random.ts";
import type { TargetFacts } from "../runner/context.ts";
import type { Conversation, StreamOutcome, Write } from "./conversation.ts";
import { Situation } from "./situation.ts";
import { type Act, type Draw, HANDSHAKE_NEW, KEY, WAYS, type Way, type Writer } from "./ways.ts";

interface Choice extends Draw {
  readonly way: number;
}

export interface Plan {
  readonly keyed: boolean;
  /** Steps on the way to an open connection that are taken without being drawn: key, Handshake. */
  readonly prelude: number;
  readonly steps: readonly Choice[];
  /** The last write, which the tables answer with a close; null for a conversation that is valid throughout. */
  readonly fault: Choice | null;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  way: fc.nat(WAYS.length - 1),
  value: fc.nat(0x7fff_ffff),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
});

export const plans: fc.Arbitrary<Plan> = fc.record({
  keyed: fc.boolean(),
  prelude: fc.constantFrom(2, 2, 2, 2, 1, 0),
  steps: fc.array(choice, { maxLength: 24 }),
  // Not an option of fast-check, which would shrink a fault away.
  fault: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 4, arbitrary: choice }),
});

const FIRST_STREAM = 2_147_483_649;

/** Keys of the sessions and identities of a run; one conversation after the other gets its own. */
export interface Keys {
  readonly seed: number;
  readonly index: number;
}

/** The conversation that a plan gives against this target, or undefined where its fault does not fit the place it has come to. */
export async function walk(plan: Plan, target: TargetFacts, keys: Keys): Promise<Conversation | undefined> {
  const situation = new Situation();
  const writes: Write[] = [];
  let seq = -1;
  let stream = FIRST_STREAM - 2;
  const writer: Writer = {
    situation,
    context: contextOf(keys),
    keyed: plan.keyed,
    hosted: target.services,
    takeSeq: () => {
      seq += 2;
      return seq;
    },
    takeStream: () => {
      stream += 2;
      return stream;
    },
    get sealed() {
      return writes.filter((one) => one.write === "message").length;
    },
  };
  const take = async (way: Way, draw: Draw, harmless: boolean): Promise<Act | undefined> => {
    const counted = { seq, stream };
    const act = await way.act(writer, draw);
    if (act !== undefined && (situation.rowFor(act.event).row.next !== "closed") === harmless) return act;
    seq = counted.seq;
    stream = counted.stream;
    return undefined;
  };
  const go = (act: Act | undefined): void => {
    if (act === undefined) return;
    situation.apply(act.event, situation.rowFor(act.event), act.service);
    writes.push(...act.writes);
  };
  const plain: Draw = { value: 0, bytes: Uint8Array.of(0) };
  for (const way of [KEY, HANDSHAKE_NEW].slice(0, plan.prelude)) go(await take(way, plain, true));
  if (plan.prelude > 0) for (const step of plan.steps) go(await take(WAYS[step.way] as Way, step, true));
  const conversation = { format: "flatend-conversation/1" as const, sessionKey: toHex(sessionKey(keys)) };
  if (plan.fault === null)
    return { ...conversation, writes, expect: { outcome: "serves", streams: outcomes(situation) } };
  const fault = await take(WAYS[plan.fault.way] as Way, plan.fault, false);
  if (fault === undefined) return undefined;
  const { table, row } = situation.rowFor(fault.event);
  writes.push(...fault.writes);
  const expect = {
    outcome: "closes" as const,
    requirement: row.requirement,
    row: `${table}: ${row.event} in state ${row.state}`,
  };
  return { ...conversation, writes, expect };
}

function outcomes(situation: Situation): StreamOutcome[] {
  return [...situation.streams].flatMap(([stream, { state, service }]): StreamOutcome[] => {
    if (service === undefined) return [{ stream, handled: false, complete: false }];
    return state === "ended" ? [{ stream, handled: true, complete: true }] : [];
  });
}

const sessionKey = (keys: Keys) => derive(keys.seed, "fuzz session", keys.index);

/** A keyed conversation announces a port at which nobody listens: the target's table is not what is looked at here. */
function contextOf(keys: Keys): EncodeContext {
  return {
    identity: async (name) => {
      const seed = derive(keys.seed, "fuzz identity", keys.index, name ?? "own");
      return { seed, publicKey: crypto.ed25519PublicKey(seed), address: Uint8Array.of(127, 0, 0, 1), port: 9 };
    },
    targetKey: () => new Uint8Array(32),
    streamNumber: (wish) => (typeof wish === "number" ? wish : 0),
    recorded: () => new Uint8Array(0),
  };
}
