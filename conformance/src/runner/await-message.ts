import { setTimeout as sleep } from "node:timers/promises";
import { equal, toHex } from "../probe/bytes.ts";
import { describeMessage, type ProbeConnection, type Received } from "../probe/connection.ts";
import type { ReadPacket } from "../probe/decode.ts";
import { describeStep } from "../steps/describe.ts";
import { utf8 } from "../steps/packets.ts";
import type {
  ExpectAskedStep,
  ExpectDataStep,
  ExpectEndStep,
  ExpectReplyStep,
  ExpectRequestStep,
  ExpectResponseStep,
  ExpectVisitStep,
} from "../steps/types.ts";
import { checkReply, checkSignature } from "./check-reply.ts";
import type { RunContext } from "./context.ts";
import { Failure, KitFault } from "./failure.ts";
import { awaitOrFail } from "./perform.ts";

/** Chapter 92. */
const MAX_DATA_LENGTH = 2048;

type PacketOf<K extends ReadPacket["kind"]> = Extract<ReadPacket, { kind: K }>;

function readable(received: Received, expected: string): ReadPacket {
  received.taken = true;
  const { packet, problem } = received.message;
  if (packet === undefined) throw new Failure("wrong", expected, `a message came that cannot be read: ${problem}`);
  return packet;
}

function nothingBehind(received: Received, expected: string): void {
  const { trailing } = received.message;
  if (trailing.length > 0)
    throw new Failure(
      "wrong",
      `${expected} and nothing behind it`,
      `${trailing.length} bytes follow the packet: ${toHex(trailing, 16)}`,
    );
}

export async function expectReply(
  step: ExpectReplyStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const open = context.openRequests.get(connection.name) ?? [];
  const wanted =
    step.to === undefined
      ? open.find((one) => one.packet === step.packet)
      : open.find((one) => one.seq === context.sentAs.get(step.to as string));
  if (wanted === undefined)
    throw new KitFault(
      `a step expects a reply${step.to ? ` to "${step.to}"` : ""}, and no request of that kind is open`,
    );
  open.splice(open.indexOf(wanted), 1);
  const expected = describeStep(step);
  const received = await awaitOrFail(
    connection,
    () => {
      const reply = connection.inbox.find((one) => !one.taken && one.message.isReply && one.message.seq === wanted.seq);
      if (reply !== undefined) return reply;
      // A message that cannot be read may be the reply gone wrong: better to say so than to wait for another.
      return connection.inbox.find((one) => !one.taken && one.message.problem !== undefined);
    },
    expected,
    context.limits.timeoutMs,
  );
  const packet = readable(received, expected);
  if (packet.kind !== step.packet) throw new Failure("wrong", expected, `came: ${describeMessage(received.message)}`);
  if (step.exact === true) nothingBehind(received, expected);
  checkReply(step, packet, wanted.body, context, await identitiesOf(step, context));
  if (step.name !== undefined) context.messages.set(step.name, received);
}

async function identitiesOf(step: ExpectReplyStep, context: RunContext): Promise<Map<string, Uint8Array>> {
  const names = [...(step.where?.closest ?? []), ...Object.keys(step.where?.lists ?? {})];
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await context.identity(name)).publicKey] as const)),
  );
}

/** The next untaken message of the stream, or one that cannot be read at all. */
async function nextOf(
  stream: number,
  connection: ProbeConnection,
  expected: string,
  timeoutMs: number,
): Promise<Received> {
  return await awaitOrFail(
    connection,
    () =>
      connection.firstUntaken(({ packet }) => {
        if (packet === undefined) return true;
        return (packet.kind === "data" || packet.kind === "service-response") && packet.stream === stream;
      }),
    expected,
    timeoutMs,
  );
}

function ofKind<K extends "data" | "service-response">(kind: K, received: Received, expected: string): PacketOf<K> {
  const packet = readable(received, expected);
  if (packet.kind !== kind) throw new Failure("wrong", expected, `came: ${describeMessage(received.message)}`);
  return packet as PacketOf<K>;
}

export async function expectResponse(
  step: ExpectResponseStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeStep(step);
  const stream = context.streamNumber(step.stream);
  const received = await nextOf(stream, connection, expected, step.within ?? context.limits.timeoutMs);
  const packet = ofKind("service-response", received, expected);
  if (step.handled !== "either" && packet.handled !== step.handled)
    throw new Failure("wrong", expected, `came: ${describeMessage(received.message)}`);
  if (step.exact === true) nothingBehind(received, expected);
  if (step.headers !== undefined) checkHeaders(step.headers, packet.headers, expected);
  if (step.name !== undefined) context.messages.set(step.name, received);
}

function checkHeaders(
  wanted: readonly (readonly [string | Uint8Array, string | Uint8Array])[],
  came: readonly (readonly [Uint8Array, Uint8Array])[],
  expected: string,
): void {
  const line = ([key, value]: readonly [Uint8Array, Uint8Array]) => `${toHex(key)}:${toHex(value)}`;
  const want = wanted.map(([key, value]) => line([bytesOf(key), bytesOf(value)])).sort();
  const have = came.map(line).sort();
  if (want.join() === have.join()) return;
  const shown = came.map(([key, value]) => `${new TextDecoder().decode(key)}: ${new TextDecoder().decode(value)}`);
  throw new Failure(
    "wrong",
    `${expected} with the headers ${JSON.stringify(wanted)}`,
    `the headers were ${JSON.stringify(shown)}`,
  );
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? utf8(text) : text;
}

export async function expectData(
  step: ExpectDataStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeStep(step);
  let offset = 0;
  while (offset < step.bytes.length) {
    const received = await nextOf(
      context.streamNumber(step.stream),
      connection,
      `${expected} (${offset} have come)`,
      step.within ?? context.limits.timeoutMs,
    );
    const { data } = ofKind("data", received, expected);
    if (data.length === 0) throw new Failure("wrong", expected, `the body ended after ${offset} bytes`);
    const wanted = step.bytes.subarray(offset, offset + data.length);
    if (!equal(data.subarray(0, wanted.length), wanted))
      throw new Failure("wrong", expected, `other bytes from offset ${offset} on: ${toHex(data, 24)}`);
    if (data.length > wanted.length)
      throw new Failure(
        "wrong",
        expected,
        `${data.length - wanted.length} bytes too many: ${toHex(data.subarray(wanted.length), 24)}`,
      );
    offset += data.length;
    if (step.full === true && data.length < MAX_DATA_LENGTH && offset < step.bytes.length)
      throw new Failure("wrong", expected, `a Data packet of ${data.length} bytes that was not the last`);
  }
}

export async function expectEnd(step: ExpectEndStep, connection: ProbeConnection, context: RunContext): Promise<void> {
  const expected = describeStep(step);
  const stream = context.streamNumber(step.stream);
  const received = await nextOf(stream, connection, expected, step.within ?? context.limits.timeoutMs);
  const { data } = ofKind("data", received, expected);
  if (data.length > 0) throw new Failure("wrong", expected, `${data.length} more body bytes came: ${toHex(data, 24)}`);
}

/** A request of the target's own, which the case answers by hand. */
export async function expectRequest(
  step: ExpectRequestStep,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const expected = describeStep(step);
  const received = await awaitOrFail(
    connection,
    () =>
      connection.firstUntaken(
        ({ packet, isReply }) => packet === undefined || (packet.kind === step.packet && !isReply),
      ),
    expected,
    step.within ?? context.limits.timeoutMs,
  );
  const packet = readable(received, expected);
  if (step.name !== undefined) context.messages.set(step.name, received);
  if (packet.kind === "service-request") {
    const names = packet.services.map((name) => toHex(name));
    const wanted = step.services?.map((name) => toHex(utf8(name)));
    if (wanted !== undefined && names.join() !== wanted.join())
      throw new Failure(
        "wrong",
        expected,
        `the names were ${packet.services.map((name) => JSON.stringify(new TextDecoder().decode(name))).join(", ")}`,
      );
    if (step.headers !== undefined) checkHeaders(step.headers, packet.headers, expected);
    const { stream } = step;
    if (stream !== undefined && (packet.stream < stream.from || packet.stream % 2 !== stream.parity))
      throw new Failure(
        "wrong",
        `${expected} on an ${stream.parity === 0 ? "even" : "odd"} stream from ${stream.from} on`,
        `it is on stream ${packet.stream}`,
      );
  } else if (packet.kind === "find-node-request" && step.forItself === true) {
    const own = context.keyOn(connection) ?? new Uint8Array(32);
    if (!equal(packet.target, own)) throw new Failure("wrong", expected, `it asks for ${toHex(packet.target)}`);
  } else if (packet.kind === "handshake") {
    checkSignature(packet);
  }
}

/** The target has come to an identity's listener and said who it is, or keeps away for the time. */
export async function expectVisit(step: ExpectVisitStep, context: RunContext): Promise<void> {
  const came = async () =>
    (await context.visits(step.who)).some((visit) =>
      step.visited ? visit.inbox.some(({ message }) => message.packet?.kind === "handshake") : true,
    );
  for (const end = performance.now() + step.within; ; await sleep(20)) {
    if (await came()) {
      if (step.visited) return;
      throw new Failure("wrong", describeStep(step), "it came");
    }
    if (performance.now() < end) continue;
    if (!step.visited) return;
    throw new Failure("timeout", describeStep(step), `it did not within ${step.within} ms`);
  }
}

export async function expectAsked(step: ExpectAskedStep, context: RunContext): Promise<void> {
  const end = performance.now() + context.limits.timeoutMs;
  while ((await askedOf(step.who, context)) === 0) {
    if (performance.now() > end) throw new Failure("timeout", describeStep(step), "nobody was asked");
    await sleep(20);
  }
  await sleep(step.within);
  const asked = await askedOf(step.who, context);
  if (asked > step.most) throw new Failure("wrong", describeStep(step), `${asked} were asked`);
}

/** How many of these identities the target has asked for the neighbours of its own key. */
async function askedOf(who: readonly string[], context: RunContext): Promise<number> {
  const own = Buffer.from(context.targetKey());
  let asked = 0;
  for (const name of who) {
    const visits = await context.visits(name);
    const isAsked = visits.some(({ inbox }) =>
      inbox.some(({ message: { packet } }) => packet?.kind === "find-node-request" && own.equals(packet.target)),
    );
    if (isAsked) asked++;
  }
  return asked;
}
