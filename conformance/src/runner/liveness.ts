import { Transcript } from "../probe/transcript.ts";
import { connect } from "../steps/build.ts";
import { anonymous } from "../steps/packets.ts";
import { type Limits, RunContext, type TargetFacts } from "./context.ts";
import { Failure } from "./failure.ts";
import { perform } from "./perform.ts";

export interface Life {
  /** alive: a Handshake was completed. hung: connections are accepted, none gets so far. gone: none is accepted. */
  readonly state: "alive" | "hung" | "gone";
  readonly reason: string;
  readonly context: RunContext;
}

let count = 0;

/** Tries a fresh, well-behaved connection. The one try is enough: it has the whole time limit. */
export async function lookForLife(target: TargetFacts, limits: Limits): Promise<Life> {
  const context = new RunContext(`liveness ${count++}`, target, limits, new Transcript());
  try {
    for (const step of connect(anonymous)) await perform(step, context);
    return { state: "alive", reason: "", context };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { state: error.kind === "refused" ? "gone" : "hung", reason: error.message, context };
  } finally {
    await context.close();
  }
}
