import { setTimeout as sleep } from "node:timers/promises";
import { HttpClient } from "../probe/http-client.ts";
import type { ExpectHttpNoConnectionStep, GatewayConfigureStep } from "../steps/http.ts";
import { get } from "../steps/http-build.ts";
import { describeHttpStep } from "../steps/http-describe.ts";
import type { GatewayControl } from "../targets/target.ts";
import type { RunContext } from "./context.ts";
import { Failure, KitFault } from "./failure.ts";

/** How long a gateway may take until another configuration is in use, ms. */
const TAKE_MS = 10_000;
/** In which one would have been taken, ms. */
const LEAVE_MS = 2000;
const POLL_MS = 50;
/** In which a connection that nobody wanted is closed, ms. */
const AT_ONCE_MS = 300;
/** A path that only the other configuration has a route for. */
const CHANGED = "/changed";

/** Throws a Failure when another configuration is not taken in time. */
export async function configure(step: GatewayConfigureStep, context: RunContext): Promise<void> {
  await controlOf(context, "configure")(step.other);
  context.transcript.note("client", describeHttpStep(step));
  if (step.other !== "other") {
    await sleep(LEAVE_MS);
    return;
  }
  const deadline = performance.now() + TAKE_MS;
  while ((await statusOf(context)) === 404) {
    if (performance.now() > deadline)
      throw new Failure("timeout", "another configuration in use", `${CHANGED} had no route after ${TAKE_MS} ms`);
    await sleep(POLL_MS);
  }
}

export function endGateway(context: RunContext): void {
  controlOf(context, "end")();
  context.transcript.note("client", "the gateway is asked to end");
}

/** Throws a Failure when the server takes one more connection and keeps it. */
export async function expectNoConnection(step: ExpectHttpNoConnectionStep, context: RunContext): Promise<void> {
  const { transcript, limits } = context;
  const client = await HttpClient.dial("look", context.server("main"), transcript, limits.timeoutMs).catch(
    () => undefined,
  );
  if (client === undefined) return;
  const closed = await client.until(() => client.closed, AT_ONCE_MS);
  client.destroy();
  if (closed === undefined) throw new Failure("wrong", describeHttpStep(step), "the gateway took it, and kept it");
}

function controlOf<Name extends keyof GatewayControl>(
  context: RunContext,
  name: Name,
): NonNullable<GatewayControl[Name]> {
  const control = context.target.control?.[name];
  if (control === undefined) throw new KitFault(`a step wants to "${name}" a gateway that the kit has not started`);
  return control;
}

/** What the server answers at that path, over a connection of its own. */
async function statusOf(context: RunContext): Promise<number> {
  const { transcript, limits } = context;
  const client = await HttpClient.dial("look", context.server("main"), transcript, limits.timeoutMs).catch(
    (error: unknown) => {
      throw new Failure("refused", "a connection while the configuration changes", (error as Error).message);
    },
  );
  client.write(Buffer.from(get(CHANGED, "connection: close")));
  const answer = await client.until(
    () => client.takeHead(false) ?? (client.closed ? null : undefined),
    limits.timeoutMs,
  );
  client.destroy();
  if (!answer)
    throw new Failure("closed", "an answer while the configuration changes", client.violation ?? "there was none");
  return answer.head.status;
}
