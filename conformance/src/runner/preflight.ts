import { Transcript } from "../probe/transcript.ts";
import { accept, connect, expectKey, expectRequest, send, sendKey } from "../steps/build.ts";
import { anonymous } from "../steps/packets.ts";
import type { DialIn } from "../targets/dial-in.ts";
import type { Address } from "../targets/target.ts";
import { type Limits, RunContext, type TargetFacts } from "./context.ts";
import { performAll, StepFailure } from "./judge.ts";
import { expectServed } from "./perform.ts";

/** Whoever is to dial may have to be started by hand, ms. */
const DIAL_IN_MS = 60_000;

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

/** The same of a target that only dials: its first connection says who it is. */
export async function preflightOfDialer(dialIn: DialIn, address: Address, limits: Limits): Promise<Preflight> {
  const bare: TargetFacts = { ...address, services: [], roundTripMs: 0 };
  const dialing = await dialIn.open();
  const context = new RunContext("preflight", bare, limits, new Transcript(), dialing);
  try {
    const steps = [
      accept({ within: DIAL_IN_MS }),
      expectKey(),
      sendKey(),
      expectRequest("handshake").as("theirs"),
      send({ packet: "handshake", identity: anonymous, services: [] }, { replyTo: "theirs" }),
    ];
    await performAll(steps, context);
    const packet = context.messages.get("theirs")?.message.packet;
    if (packet?.kind !== "handshake") return { facts: bare, refuses: "no Handshake" };
    const services = packet.services.map((name) => new TextDecoder().decode(name));
    const facts = { ...bare, services, ...(packet.id === undefined ? {} : { publicKey: packet.id.publicKey }) };
    return { facts: { ...facts, roundTripMs: await roundTrip(context) } };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { facts: bare, refuses: error.message };
  } finally {
    await context.close();
    await dialing.close();
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
