import type { ProbeConnection } from "../probe/connection.ts";
import { show } from "../probe/http-client.ts";
import type { ExpectEnvelopeStep } from "../steps/http.ts";
import { describeHttpStep } from "../steps/http-describe.ts";
import { utf8 } from "../steps/packets.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";
import { awaitOrFail } from "./perform.ts";

/** Flags and length. */
const HEAD = 5;

/** The next envelope of chapter 13 in a request body. */
export async function expectEnvelope(
  step: ExpectEnvelopeStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeHttpStep(step);
  const stream = context.streamNumber(step.stream);
  const rest = `${connection.name} ${stream}`;
  let bytes = context.envelopes.get(rest) ?? Buffer.alloc(0);
  let ended = false;
  const whole = (): true | undefined => {
    for (;;) {
      if (bytes.length >= HEAD && bytes.length >= HEAD + bytes.readUInt32BE(1)) return true;
      const received = connection.firstUntaken(({ packet }) => packet?.kind === "data" && packet.stream === stream);
      if (received?.message.packet?.kind !== "data") return undefined;
      ended = received.message.packet.data.length === 0;
      if (ended) return true;
      received.taken = true;
      bytes = Buffer.concat([bytes, received.message.packet.data]);
    }
  };
  await awaitOrFail(connection, whole, expected, step.within ?? context.limits.timeoutMs);
  if (ended) throw new Failure("wrong", expected, `the body ended, behind ${show(bytes)}`);
  const length = HEAD + bytes.readUInt32BE(1);
  const payload = bytes.subarray(HEAD, length);
  context.envelopes.set(rest, bytes.subarray(length));
  const came = `came: flags ${bytes[0]}, ${show(payload)}`;
  if (bytes[0] !== step.flags) throw new Failure("wrong", expected, came);
  const wanted = typeof step.payload === "string" ? utf8(step.payload) : step.payload;
  if (wanted !== undefined && Buffer.compare(payload, wanted) !== 0) throw new Failure("wrong", expected, came);
  if (step.code !== undefined && (payload.length < 2 || payload.readUInt16BE(0) !== step.code))
    throw new Failure("wrong", expected, came);
}
