import { equal, toHex } from "../probe/bytes.ts";
import type { ReadHandshake } from "../probe/decode.ts";
import { describeStep } from "../steps/describe.ts";
import type { ExpectSameSignatureStep } from "../steps/types.ts";
import type { RunContext } from "./context.ts";
import { Failure, KitFault } from "./failure.ts";

/** Names may come in another order and the address may depend on the way in: then there is nothing to compare. */
export function expectSameSignature(step: ExpectSameSignatureStep, context: RunContext): void {
  const taken = (name: string): ReadHandshake => {
    const packet = context.messages.get(name)?.message.packet;
    if (packet?.kind !== "handshake") throw new KitFault(`a step compares "${name}", which is no Handshake`);
    return packet;
  };
  const [first, second] = [taken(step.first), taken(step.second)];
  if (first.signature === undefined || second.signature === undefined || !equal(first.signed, second.signed)) return;
  if (!equal(first.signature, second.signature))
    throw new Failure("wrong", describeStep(step), `${toHex(first.signature)} and ${toHex(second.signature)}`);
}
