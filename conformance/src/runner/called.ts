import type { ProbeConnection } from "../probe/connection.ts";
import { describeStep } from "../steps/describe.ts";
import type { ExpectCalledStep } from "../steps/types.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";
import { awaitOrFail } from "./perform.ts";

/** Also a request that the kit has answered already counts: what matters is that it came. */
export async function expectCalled(
  step: ExpectCalledStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeStep(step);
  const came = () =>
    connection.inbox.flatMap(({ message }) => (message.packet?.kind === "service-request" ? [message.packet] : []));
  const names = await awaitOrFail(
    connection,
    () => {
      const lists = came().map((packet) => packet.services.map((name) => new TextDecoder().decode(name)));
      return lists.find((list) => list.includes(step.service));
    },
    expected,
    context.limits.timeoutMs,
  );
  if (step.alternatives !== undefined && names.join() !== step.alternatives.join())
    throw new Failure("wrong", `${expected} with the names ${step.alternatives.join(", ")}`, names.join(", "));
}
