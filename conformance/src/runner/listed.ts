import { setTimeout as sleep } from "node:timers/promises";
import { equal } from "../probe/bytes.ts";
import type { ProbeConnection } from "../probe/connection.ts";
import { type ReadId, showAddress, unmapped } from "../probe/decode.ts";
import { describeStep } from "../steps/describe.ts";
import type { ExpectListedStep } from "../steps/types.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";
import { askFindNode } from "./perform.ts";

/** How often the target is asked again while its table may still change, ms. */
const AGAIN_MS = 100;

/** Asks for a key that differs from the named one in its last bit, next to which no other key can be. */
export async function expectListed(
  step: ExpectListedStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const identity = await context.identity(step.who);
  const near = identity.publicKey.slice();
  near[31] = (near[31] ?? 0) ^ 1;
  const expected = describeStep(step);
  for (const end = performance.now() + step.within; ; ) {
    const closest = await askFindNode(connection, near, expected, context);
    const found = closest.find((id) => equal(id.publicKey, identity.publicKey));
    if ((found !== undefined) === step.listed) return checkAddress(step, found, identity.address, expected);
    if (performance.now() >= end) {
      const came = found === undefined ? `it is not among the ${closest.length} IDs` : "it is listed";
      throw new Failure("wrong", expected, step.within === 0 ? came : `${came} after ${step.within} ms`);
    }
    await sleep(AGAIN_MS);
  }
}

function checkAddress(step: ExpectListedStep, found: ReadId | undefined, address: Uint8Array, expected: string): void {
  if (step.whereItIs !== true || found === undefined || equal(unmapped(found.address), address)) return;
  throw new Failure("wrong", expected, `it is listed at ${showAddress(found.address)}`);
}
