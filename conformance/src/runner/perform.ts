import { setTimeout as sleep } from "node:timers/promises";
import { equal } from "../probe/bytes.ts";
import { describeMessage, type ProbeConnection } from "../probe/connection.ts";
import type { ReadId, ReadMessage } from "../probe/decode.ts";
import type { EditedStep } from "../steps/change.ts";
import { describeStep } from "../steps/describe.ts";
import type { HttpStep } from "../steps/http.ts";
import { isHttp2Step } from "../steps/http2.ts";
import type { Step } from "../steps/types.ts";
import {
  expectAsked,
  expectData,
  expectEnd,
  expectReply,
  expectRequest,
  expectResponse,
  expectVisit,
} from "./await-message.ts";
import { expectCalled } from "./called.ts";
import type { RunContext } from "./context.ts";
import { Failure, KitFault } from "./failure.ts";
import { expectHeldUp, expectTaken } from "./held-up.ts";
import { expectListed } from "./listed.ts";
import { performHttp } from "./perform-http.ts";
import { performHttp2 } from "./perform-http2.ts";
import { expectSameSignature } from "./same-signature.ts";
import { sendMessageStep } from "./send.ts";
import { checkTidy } from "./tidy.ts";

/** Runs one step. Throws a Failure when the target does something else, a KitFault when the case makes no sense. */
export async function perform(step: EditedStep, context: RunContext): Promise<void> {
  const name = step.connection ?? "main";
  if (step.step === "dial") return dial(name, context, step.announcedIn);
  if (step.step === "accept") return accept(name, context, step.within ?? ACCEPT_MS, step.notBefore ?? 0);
  if (step.step === "expect-no-dial") return expectNoDial(name, context, step.within);
  if (step.step === "expect-no-connection") return expectNoConnection(name, context);
  if (step.step === "silence") {
    for (const who of step.who) (await context.bystander(who)).isSilent = true;
    return;
  }
  if (step.step === "offer") {
    (await context.bystander(step.who)).services = step.services;
    return;
  }
  if (step.step === "expect-asked") return expectAsked(step, context);
  if (step.step === "expect-visit") return expectVisit(step, context);
  if (isHttp2Step(step)) return performHttp2(step, context);
  if (isHttp(step)) return performHttp(step, context);
  const connection = context.connection(name);
  switch (step.step) {
    case "by-hand":
      connection.answersRequests = false;
      return;
    case "expect-request":
      return expectRequest(step, connection, context);
    case "send-key": {
      const wish = step.edit?.edit === "key" ? step.edit.key : (step.key ?? connection.session.publicKey);
      const key =
        wish === "reflected" ? reflected(connection) : typeof wish === "string" ? connection.session.keyIn(wish) : wish;
      return connection.writeBytes(key, `public key${step.edit === undefined ? "" : " (changed)"}`);
    }
    case "expect-key": {
      const expected = describeStep(step);
      const key = await awaitOrFail(connection, () => connection.takeKey(), expected, context.limits.timeoutMs);
      // Whatever sends back all it gets would else have the session key, and every message open as if it were an answer.
      if (equal(key, connection.session.publicKey))
        throw new Failure("wrong", expected, "the target sent back the probe's own key");
      return;
    }
    case "send":
    case "send-plaintext":
      return sendMessageStep(step, connection, context);
    case "send-raw":
      // What follows raw bytes is the case's own business: an answer in between would change what they mean.
      connection.answersRequests = false;
      return connection.writeBytes(step.bytes, describeStep(step));
    case "fragment":
      return connection.setFragment(step.size, step.everyMs);
    case "hold":
      return connection.hold();
    case "release":
      return connection.release();
    case "pause":
      await sleep(step.ms);
      return;
    case "close-write":
      return connection.closeWrite();
    case "reset":
      return connection.reset();
    case "stop-reading":
      connection.socket.pause();
      return;
    case "resume-reading":
      connection.socket.resume();
      return;
    case "expect-reply":
      return expectReply(step, connection, context);
    case "expect-response":
      return expectResponse(step, connection, context);
    case "expect-data":
      return expectData(step, connection, context);
    case "expect-end":
      return expectEnd(step, connection, context);
    case "expect-close":
      return expectClose(connection, step.within ?? CLOSE_TIMEOUT_MS, step.notBefore ?? 0, context);
    case "expect-silence":
      return expectSilence(connection, step.ms ?? silenceWindow(context));
    case "expect-served":
      return expectServed(connection, context);
    case "expect-listed":
      return expectListed(step, connection, context);
    case "expect-called":
      return expectCalled(step, connection, context);
    case "expect-same-signature":
      return expectSameSignature(step, context);
    case "expect-other-key": {
      const other = context.connection(step.than).peerKey;
      if (other === undefined || connection.peerKey === undefined)
        throw new KitFault("expect-other-key before both key exchanges");
      if (Buffer.compare(other, connection.peerKey) === 0)
        throw new Failure("wrong", describeStep(step), "the target used the same ephemeral key twice");
      return;
    }
    case "expect-taken":
      return expectTaken(step, connection, context);
    case "expect-tidy":
      return checkTidy(connection);
    case "expect-held-up":
      return expectHeldUp(step, connection, context);
  }
}

const HTTP_WORDS = /^(?:http-|gateway-|expect-(?:http|tls-|frame$|envelope$|call$|no-call$|no-end$|data-held-up$))/;
const isHttp = (step: Step): step is HttpStep => HTTP_WORDS.test(step.step);

/** Chapter 92; the tolerance is that of chapter 01. */
export const CLOSE_TIMEOUT_MS = 1000;
export const TOLERANCE_MS = 1000;

/** Long enough that an answer would have come: never below a floor, and many round trips on a slow link. */
export function silenceWindow(context: RunContext): number {
  return Math.max(200, 10 * context.target.roundTripMs);
}

async function dial(name: string, context: RunContext, announcedIn?: string): Promise<void> {
  try {
    await context.dial(name, announcedIn);
  } catch (error) {
    throw new Failure("refused", "a TCP connection", `the connection failed: ${(error as Error).message}`);
  }
}

function reflected(connection: ProbeConnection): Uint8Array {
  if (connection.peerKey === undefined) throw new KitFault("a step sends the target's key back before it has come");
  return connection.peerKey;
}

/** A program has to start before it can dial, and one that is watched waits a second before it dials again. */
const ACCEPT_MS = 15_000;

async function accept(name: string, context: RunContext, withinMs: number, notBeforeMs: number): Promise<void> {
  const start = performance.now();
  if ((await context.accept(name, withinMs)) !== undefined) {
    const after = Math.round(performance.now() - start);
    if (after >= notBeforeMs) return;
    throw new Failure("wrong", `no connection before ${notBeforeMs} ms`, `it came after ${after} ms`);
  }
  const death = await context.dialIn?.death(0);
  const came = death === undefined ? "" : `; it has ended (exit code ${death.exitCode}, signal ${death.signal})`;
  throw new Failure("refused", "a TCP connection from the target", `none came within ${withinMs} ms${came}`);
}

async function expectNoDial(name: string, context: RunContext, withinMs: number): Promise<void> {
  const start = performance.now();
  if ((await context.accept(name, withinMs)) === undefined) return;
  const after = Math.round(performance.now() - start);
  throw new Failure("wrong", `no TCP connection from the target within ${withinMs} ms`, `one came after ${after} ms`);
}

/** In which a connection that nobody wants is closed, ms. */
const UNWANTED_MS = 300;

async function expectNoConnection(name: string, context: RunContext): Promise<void> {
  const connection = await context.dial(name).catch(() => undefined);
  if (connection === undefined) return;
  const closed = await connection.until(() => connection.closed, UNWANTED_MS);
  if (closed === undefined)
    throw new Failure("wrong", "no further connection to the target", "the target took it, and kept it");
}

/** Waits for `look`; a close, a broken frame or the time limit is a Failure. */
export async function awaitOrFail<T>(
  connection: ProbeConnection,
  look: () => T | undefined,
  expected: string,
  timeoutMs: number,
): Promise<T> {
  type Outcome = { value: T } | { failure: Failure };
  const outcome = await connection.until<Outcome>(() => {
    const value = look();
    if (value !== undefined) return { value };
    if (connection.violation !== undefined)
      return { failure: new Failure("wrong", expected, `the target broke the session: ${connection.violation}`) };
    if (connection.closed !== undefined)
      return {
        failure: new Failure("closed", expected, `the target closed the connection (${connection.closed.how})`),
      };
    return undefined;
  }, timeoutMs);
  if (outcome === undefined) {
    const partial =
      connection.unreadBytes.length > 0 ? `, ${connection.unreadBytes.length} bytes that make nothing whole` : "";
    throw new Failure("timeout", expected, `nothing of the kind came within ${timeoutMs} ms${partial}`);
  }
  if ("failure" in outcome) throw outcome.failure;
  return outcome.value;
}

/** A close no earlier and no later than stated, in either form. */
export async function expectClose(
  connection: ProbeConnection,
  within: number,
  notBefore: number,
  context: RunContext,
): Promise<void> {
  const start = performance.now();
  // A longer --timeout than the default stretches this bound as well: the user says that the target or the way to it is slow.
  const bound = within + TOLERANCE_MS + Math.max(0, context.limits.timeoutMs - 5000);
  const expected = `a close (FIN or RST) within ${within} ms`;
  const closed = await connection.until(() => connection.closed, bound);
  if (closed === undefined)
    throw new Failure("timeout", expected, `the connection was still open after ${Math.round(bound)} ms`);
  const after = closed.at - start;
  if (notBefore > 0 && after < notBefore)
    throw new Failure(
      "wrong",
      `no close before ${notBefore} ms`,
      `the target closed after ${Math.max(0, Math.round(after))} ms`,
    );
}

async function expectSilence(connection: ProbeConnection, ms: number): Promise<void> {
  const expected = `silence on an open connection for ${Math.round(ms)} ms`;
  const { received } = connection;
  const heard = connection.inbox.length;
  const event = await connection.until(() => {
    if (connection.closed !== undefined) return "closed";
    if (connection.violation !== undefined) return connection.violation;
    if (!shookHands(connection)) return connection.received > received ? "bytes" : undefined;
    const message = connection.inbox.slice(heard).find((one) => !looksForPeers(one.message));
    return message === undefined ? undefined : describeMessage(message.message);
  }, ms);
  if (event === undefined) return;
  if (event === "closed")
    throw new Failure("closed", expected, `the target closed the connection (${connection.closed?.how})`);
  throw new Failure(
    "wrong",
    expected,
    event === "bytes" ? `the target sent ${connection.received - received} bytes` : `the target sent: ${event}`,
  );
}

/** A node may look through the mesh at any time once it knows whom it talks to (FLT-DHT-046). */
const looksForPeers = ({ packet, isReply, seq }: ReadMessage): boolean =>
  packet?.kind === "find-node-request" && !isReply && seq !== 0;

const shookHands = ({ inbox }: ProbeConnection): boolean =>
  inbox.some(({ message }) => message.packet?.kind === "handshake");

export async function expectServed(connection: ProbeConnection, context: RunContext): Promise<void> {
  await askFindNode(connection, new Uint8Array(32), "an answer to a FindNodeRequest on the same connection", context);
}

/** A FindNodeRequest of the probe's own, and the IDs in its reply. */
export async function askFindNode(
  connection: ProbeConnection,
  target: Uint8Array,
  expected: string,
  context: RunContext,
): Promise<readonly ReadId[]> {
  const seq = connection.takeSeq();
  connection.expectReplyTo(seq, "find-node-response");
  await connection.sendMessage(seq, 4, target, `FindNodeRequest of the kit's own (number ${seq})`);
  const reply = await awaitOrFail(
    connection,
    () => connection.inbox.find((one) => !one.taken && one.message.isReply && one.message.seq === seq),
    expected,
    context.limits.timeoutMs,
  );
  reply.taken = true;
  const { packet, problem } = reply.message;
  if (packet?.kind !== "find-node-response")
    throw new Failure("wrong", expected, `a reply that cannot be read: ${problem}`);
  return packet.closest;
}
