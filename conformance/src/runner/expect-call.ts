import { describeMessage, type ProbeConnection } from "../probe/connection.ts";
import type { ReadHeaders } from "../probe/decode.ts";
import type { ExpectCallStep } from "../steps/http.ts";
import { describeHttpStep } from "../steps/http-describe.ts";
import { utf8 } from "../steps/packets.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";
import { awaitOrFail, expectServed } from "./perform.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** The next ServiceRequest of the gateway. */
export async function expectCall(
  step: ExpectCallStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeHttpStep(step);
  const received = await awaitOrFail(
    connection,
    () => connection.firstUntaken(({ packet }) => packet === undefined || packet.kind === "service-request"),
    expected,
    step.within ?? context.limits.timeoutMs,
  );
  received.taken = true;
  const { packet, problem } = received.message;
  if (packet?.kind !== "service-request")
    throw new Failure("wrong", expected, `a message that cannot be read: ${problem}`);
  const names = packet.services.map(text);
  if (step.services !== undefined && names.join() !== step.services.join())
    throw new Failure("wrong", expected, `came: ${names.join(", ")}`);
  const fault = faultOf(step, packet.headers);
  if (fault !== undefined) throw new Failure("wrong", expected, `${fault}, in ${show(packet.headers)}`);
  if (step.name !== undefined) context.messages.set(step.name, received);
}

function faultOf({ has = {}, lacks = [], only }: ExpectCallStep, headers: ReadHeaders): string | undefined {
  const keys = headers.map(([key]) => text(key));
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  if (twice !== undefined) return `the key ${twice} stands twice`;
  for (const [key, wish] of Object.entries(has)) {
    const value = headers[keys.indexOf(key)]?.[1];
    if (value === undefined) return `the key ${key} is missing`;
    // Bytes are compared, so that what is no UTF-8 is no match for anything.
    const right =
      typeof wish === "string"
        ? Buffer.compare(value, utf8(wish)) === 0
        : new RegExp(wish.matches, "s").test(text(value));
    if (!right) return `the value of ${key} is ${JSON.stringify(text(value))}`;
  }
  const extra = keys.find((key) => lacks.includes(key) || (only === true && !Object.hasOwn(has, key)));
  return extra === undefined ? undefined : `the key ${extra} is there`;
}

const show = (headers: ReadHeaders): string =>
  `{${headers.map(([key, value]) => `${JSON.stringify(text(key))}: ${JSON.stringify(text(value.subarray(0, 100)))}`).join(", ")}}`;

/** A call that were on its way would come before the answer to what is asked behind it. */
export async function expectNoCall(connection: ProbeConnection, context: RunContext): Promise<void> {
  await expectServed(connection, context);
  const call = connection.firstUntaken(({ packet }) => packet?.kind === "service-request");
  if (call !== undefined) throw new Failure("wrong", "no call", `came: ${describeMessage(call.message)}`);
}
