import { concat, u8, u32 } from "../probe/bytes.ts";
import type { ProbeConnection } from "../probe/connection.ts";
import { encodePacket } from "../probe/encode.ts";
import { describeStep } from "../steps/describe.ts";
import type { ExpectHeldUpStep, ExpectTakenStep } from "../steps/types.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";

/** Bytes handed to the system at a time, and how long they have to stay where they are to count as held up. */
const BATCH = 1 << 18;
const STUCK_MS = 500;

/** Requests without end to a target whose replies nobody reads: it has to stop taking them, or hold replies without bound. */
export async function expectHeldUp(
  step: ExpectHeldUpStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const { opcode, body } = await encodePacket(step.packet, context);
  const padding = new Uint8Array(step.padding);
  const expected = describeStep(step);
  for (let sent = 0; sent < step.limit; ) {
    const frames: Uint8Array[] = [];
    for (let size = 0; size < BATCH; ) {
      const message = concat(u32(connection.takeSeq()), u8(opcode ?? 0), body, padding);
      const frame = connection.session.frame(message);
      frames.push(frame);
      size += frame.length;
    }
    const batch = concat(...frames);
    sent += batch.length;
    await connection.writeBytes(batch, `${frames.length} frames, ${sent} bytes in all`);
    if (await connection.heldUp(STUCK_MS)) return;
    if (connection.closed !== undefined)
      throw new Failure("closed", expected, `the target closed the connection after ${sent} bytes`);
  }
  throw new Failure("wrong", expected, `it took ${step.limit} bytes of requests while none of its replies was read`);
}

/** What the system itself holds on the way is taken at once: only what is more than that says something of the target. */
export async function expectTaken(
  step: ExpectTakenStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeStep(step);
  const stuck = context.limits.timeoutMs / 2;
  if (await connection.heldUp(stuck))
    throw new Failure("timeout", expected, `${connection.socket.writableLength} bytes could not leave for ${stuck} ms`);
  if (connection.closed !== undefined)
    throw new Failure("closed", expected, `the target closed the connection (${connection.closed.how})`);
}
