import { describeMessage, type ProbeConnection } from "../probe/connection.ts";
import type { EditedStep } from "../steps/change.ts";
import { describeExpectation, describeStep } from "../steps/describe.ts";
import type { Expectation } from "../steps/expectation.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";
import { CLOSE_TIMEOUT_MS, expectClose, expectServed, perform } from "./perform.ts";

const KEY_LENGTH = 32;

/** A Failure, and at which step of the case. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly step: string;
  readonly failure: Failure;

  constructor(step: string, failure: Failure) {
    super(`${step}: ${failure.message}`);
    this.step = step;
    this.failure = failure;
  }
}

export async function performAll(steps: readonly EditedStep[], context: RunContext): Promise<void> {
  for (const step of steps) {
    try {
      await perform(step, context);
    } catch (error) {
      if (error instanceof Failure) throw new StepFailure(describeStep(step), error);
      throw error;
    }
  }
}

export interface Changed {
  readonly steps: readonly EditedStep[];
  /** Index of the first step that is changed or inserted, and of the first one after those. */
  readonly start: number;
  readonly resume: number;
  /** The connection the change is on. */
  readonly connection: string;
}

/** Runs the changed steps and holds what follows to the expectation. Throws a StepFailure when the target does otherwise. */
export async function judge(changed: Changed, expectation: Expectation, context: RunContext): Promise<void> {
  const { steps, start, resume } = changed;
  await performAll(steps.slice(0, start), context);
  const connection = context.connections.get(changed.connection);
  const seen = connection?.inbox.length ?? 0;
  const closesAllowed = expectation.expect === "closes" || expectation.expect === "closes-or";
  try {
    await performAll(steps.slice(start, resume), context);
  } catch (error) {
    if (!(closesAllowed && error instanceof StepFailure && error.failure.kind === "closed")) throw error;
  }
  const stage = describeExpectation(expectation);
  try {
    await meet(expectation, steps.slice(resume), context, () => context.connection(changed.connection), seen);
  } catch (error) {
    if (error instanceof Failure) throw new StepFailure(stage, error);
    throw error;
  }
}

async function meet(
  expectation: Expectation,
  rest: readonly EditedStep[],
  context: RunContext,
  connectionOf: () => ProbeConnection,
  seen: number,
): Promise<void> {
  switch (expectation.expect) {
    case "succeeds":
      return performAll(rest, context);
    case "answers":
      return performAll(expectation.steps, context);
    case "closes": {
      const connection = connectionOf();
      await expectClose(connection, expectation.within ?? CLOSE_TIMEOUT_MS, expectation.notBefore ?? 0, context);
      if (expectation.tolerates !== true) nothingSaid(connection, seen, "nothing more before the close");
      return;
    }
    case "ignores":
      await expectServed(connectionOf(), context);
      return nothingSaid(connectionOf(), seen, "no answer to what is to be ignored");
    case "closes-or":
      try {
        return await meet(expectation.other, rest, context, connectionOf, seen);
      } catch (error) {
        const failure = error instanceof StepFailure ? error.failure : error;
        if (!(failure instanceof Failure) || failure.kind !== "closed") throw error;
        return nothingSaid(connectionOf(), seen, "nothing more before the close");
      }
  }
}

/** Requests of the target's own, such as its FindNodeRequest to a keyed peer, are no answer to anything. */
function nothingSaid(connection: ProbeConnection, seen: number, expected: string): void {
  if (connection.violation !== undefined)
    throw new Failure("wrong", expected, `the target broke the session: ${connection.violation}`);
  // Where no step took the target's key, it and what follows it are still unread.
  if (connection.peerKey === undefined && connection.unreadBytes.length > KEY_LENGTH)
    throw new Failure(
      "wrong",
      expected,
      `the target sent ${connection.unreadBytes.length} bytes, a key is ${KEY_LENGTH}`,
    );
  const said = connection.inbox.slice(seen).find(({ taken, message }) => {
    const request =
      !message.isReply && (message.packet?.kind === "handshake" || message.packet?.kind === "find-node-request");
    return !taken && !request;
  });
  if (said !== undefined) {
    const what =
      said.message.problem === undefined
        ? describeMessage(said.message)
        : `a message that cannot be read: ${said.message.problem}`;
    throw new Failure("wrong", expected, `the target sent ${what}`);
  }
}
