import { Transcript } from "../probe/transcript.ts";
import { connect } from "../steps/build.ts";
import { anonymous } from "../steps/packets.ts";
import type { Address } from "../targets/target.ts";
import { type Limits, RunContext, type TargetFacts } from "./context.ts";
import { performAll, StepFailure } from "./judge.ts";
import { expectServed } from "./perform.ts";

export interface Preflight {
  readonly facts: TargetFacts;
  /** Why not even a well-behaved connection gets as far as a Handshake. */
  readonly refuses?: string;
}

/** One well-behaved connection: what the target offers, who it is, and how long an answer takes. */
export async function preflight(address: Address, limits: Limits): Promise<Preflight> {
  const bare: TargetFacts = { ...address, services: [], roundTripMs: 0 };
  const context = new RunContext("preflight", bare, limits, new Transcript());
  try {
    const steps = connect(anonymous).map((step) => (step.step === "expect-reply" ? { ...step, name: "reply" } : step));
    await performAll(steps, context);
    const reply = context.messages.get("reply")?.message.packet;
    if (reply?.kind !== "handshake") return { facts: bare, refuses: "no Handshake" };
    const services = reply.services.map((name) => new TextDecoder().decode(name));
    const facts = { ...bare, services, ...(reply.id === undefined ? {} : { publicKey: reply.id.publicKey }) };
    return { facts: { ...facts, roundTripMs: await roundTrip(context) } };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { facts: bare, refuses: error.message };
  } finally {
    await context.close();
  }
}

/** The median of five. A target that answers no FindNode is judged by its cases, not here. */
async function roundTrip(context: RunContext): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    try {
      await expectServed(context.connection("main"), context);
    } catch {
      return 0;
    }
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[2] ?? 0;
}
