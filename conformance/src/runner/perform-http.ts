import { setTimeout as sleep } from "node:timers/promises";
import { constants, gunzipSync } from "node:zlib";
import { concat, u8, u16, u32 } from "../probe/bytes.ts";
import { fromBase64 } from "../probe/grpc-web.ts";
import { type HttpAnswer, valuesOf } from "../probe/http-answer.ts";
import { type HttpClient, show } from "../probe/http-client.ts";
import type {
  ExpectDataHeldUpStep,
  ExpectFrameStep,
  ExpectHttpBodyStep,
  ExpectHttpFailedStep,
  ExpectHttpHeldUpStep,
  ExpectHttpStep,
  FieldWish,
  HttpStep,
} from "../steps/http.ts";
import { describeHttpStep } from "../steps/http-describe.ts";
import { type Text, utf8 } from "../steps/packets.ts";
import type { RunContext } from "./context.ts";
import { expectCall, expectNoCall, expectNoEnd } from "./expect-call.ts";
import { expectEnvelope } from "./expect-envelope.ts";
import { expectWebEnd } from "./expect-web-end.ts";
import { Failure, KitFault } from "./failure.ts";
import { configure, endGateway, expectNoConnection } from "./perform-control.ts";
import { dialHttp, expectTlsRefused } from "./perform-tls.ts";

const CLIENT = "client";
/** Bytes written at a time, and how long they have to stay where they are to count as held up, ms. */
const BATCH = 1 << 18;
const STUCK_MS = 500;
/** A connection that is to end does so within this, ms, unless the case says otherwise. */
const END_MS = 3000;

const bytesOf = (text: Text): Uint8Array => (typeof text === "string" ? utf8(text) : text);

/** Runs a step of a case about a gateway. Throws a Failure when the gateway does something else. */
export async function performHttp(step: HttpStep, context: RunContext): Promise<void> {
  switch (step.step) {
    case "http-dial":
      return dialHttp(step, context);
    case "gateway-configure":
      return configure(step, context);
    case "expect-http-no-connection":
      return expectNoConnection(step, context);
    case "gateway-end":
      return endGateway(context);
    case "expect-tls-refused":
      return expectTlsRefused(step, context);
    case "expect-call":
      return expectCall(step, context.connection(step.connection ?? "main"), context);
    case "expect-envelope":
      return expectEnvelope(step, context.connection(step.connection ?? "main"), context);
    case "expect-no-end":
      return expectNoEnd(step, context.connection(step.connection ?? "main"), context);
    case "expect-no-call":
      return expectNoCall(context.connection(step.connection ?? "main"), context);
    case "expect-data-held-up":
      return dataHeldUp(step, context);
    case "expect-http-web-end":
      return expectWebEnd(step, context);
  }
  const client = context.client(step.connection ?? CLIENT);
  switch (step.step) {
    case "http-send":
      return client.write(bytesOf(step.bytes));
    case "http-close":
      if (step.how === "half") return client.closeWrite();
      return step.how === "rst" ? client.reset() : client.leave();
    case "http-reading":
      if (step.on) client.socket.resume();
      else client.socket.pause();
      return;
    case "expect-http":
      return expectHttp(step, client, context);
    case "expect-http-body":
      return expectBody(step, client, context);
    case "expect-http-broken":
      return expectBroken(client, context);
    case "expect-http-failed":
      return expectFailed(step, client, context);
    case "expect-http-closed":
      return expectClosed(client, step.within ?? END_MS, context);
    case "expect-http-silence":
      return expectSilence(client, step.ms);
    case "expect-http-held-up":
      return heldUp(step, client);
    case "expect-frame":
      return expectFrame(step, client, context);
  }
}

/** Waits for `look`; an end of the connection, what is no HTTP, or the time limit is a Failure. */
async function awaitOrFail<T>(
  client: HttpClient,
  look: () => T | undefined,
  expected: string,
  timeoutMs: number,
): Promise<T> {
  type Outcome = { readonly value: T } | { readonly failure: Failure };
  const outcome = await client.until<Outcome>(() => {
    const value = look();
    if (value !== undefined) return { value };
    if (client.violation !== undefined)
      return { failure: new Failure("wrong", expected, `the gateway sent what is no HTTP: ${client.violation}`) };
    if (client.closed !== undefined)
      return { failure: new Failure("closed", expected, `the gateway ended the connection (${client.closed})`) };
    return undefined;
  }, timeoutMs);
  if (outcome === undefined) {
    const rest = client.unread.length > 0 ? `, but ${show(client.unread)}` : "";
    throw new Failure("timeout", expected, `nothing of the kind came within ${timeoutMs} ms${rest}`);
  }
  if ("failure" in outcome) throw outcome.failure;
  return outcome.value;
}

async function expectHttp(step: ExpectHttpStep, client: HttpClient, context: RunContext): Promise<void> {
  const expected = describeHttpStep(step);
  const start = performance.now();
  const statuses = [step.status].flat();
  const next = (): HttpAnswer | undefined => {
    if (client.answer !== undefined && !client.answer.complete) return undefined;
    const answer = client.takeHead(step.toHead === true);
    // An interim response may come before any other.
    const interim = answer !== undefined && answer.head.status < 200 && answer.head.status !== 101;
    return interim && !statuses.includes(answer.head.status) ? next() : answer;
  };
  const { head } = await awaitOrFail(client, next, expected, step.within ?? context.limits.timeoutMs);
  const after = Math.round(performance.now() - start);
  const came = `${head.status}, ${head.fields.map(({ name, value }) => `${name}: ${value}`).join(", ")}`;
  if (!statuses.includes(head.status)) throw new Failure("wrong", expected, `came: ${came}`);
  if (after < (step.notBefore ?? 0))
    throw new Failure("wrong", `${expected}, not before ${step.notBefore} ms`, `it came after ${after} ms`);
  for (const [name, wish] of Object.entries(step.fields ?? {})) {
    const values = valuesOf(head, name);
    const wishes = Array.isArray(wish) ? (wish as readonly string[]) : [wish as FieldWish];
    if (values.length === 0 && typeof wish === "object" && "optional" in wish) continue;
    if (values.length !== wishes.length || !wishes.every((one, index) => fits(one, values[index] ?? "")))
      throw new Failure("wrong", expected, `came: ${came}`);
  }
  const extra = (step.lacks ?? []).find((name) => valuesOf(head, name).length > 0);
  if (extra !== undefined) throw new Failure("wrong", expected, `${extra} stands in it: ${came}`);
}

/** Values are bytes; a wish is text, of which the bytes are UTF-8. */
function fits(wish: FieldWish, value: string): boolean {
  if (typeof wish === "string") return Buffer.from(wish, "utf8").toString("latin1") === value;
  return new RegExp(wish.matches, "s").test(value);
}

async function expectBody(step: ExpectHttpBodyStep, client: HttpClient, context: RunContext): Promise<void> {
  const expected = describeHttpStep(step);
  const { body } = step;
  const pattern = typeof body === "object" && "matches" in body ? new RegExp(body.matches, "s") : undefined;
  const wanted = pattern === undefined ? bytesOf(body as Text) : undefined;
  const most = wanted?.length ?? Number.POSITIVE_INFINITY;
  const answer = answerOf(client);
  await awaitOrFail(
    client,
    () => {
      if (step.whole) return answer.complete || (!step.coding && answer.received > most) ? true : undefined;
      const received = step.coding === undefined ? answer.received : unpacked(answer, step.coding).length;
      return received >= (wanted?.length ?? 0) ? true : undefined;
    },
    expected,
    context.limits.timeoutMs,
  );
  const came = step.coding === undefined ? answer.body : unpacked(answer, step.coding);
  const right =
    wanted === undefined
      ? pattern?.test(came.toString("utf8"))
      : Buffer.compare(step.whole ? came : came.subarray(0, wanted.length), wanted) === 0;
  if (right !== true) throw new Failure("wrong", expected, `came: ${show(came)}`);
}

/** As much as has come of a body that is packed; nothing of what is not packed so. */
function unpacked({ body }: HttpAnswer, coding: "gzip" | "base64"): Buffer {
  try {
    if (coding === "base64") return fromBase64(body);
    return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

function answerOf(client: HttpClient): HttpAnswer {
  if (client.answer === undefined) throw new KitFault("a step looks at a response before one has come");
  return client.answer;
}

async function expectBroken(client: HttpClient, context: RunContext): Promise<void> {
  const expected = "an end of the connection in the middle of the response";
  const { answer } = client;
  const ended = await client.until(
    () => client.closed ?? (answer?.complete ? "whole" : undefined),
    context.limits.timeoutMs,
  );
  if (ended === undefined)
    throw new Failure("timeout", expected, "the connection is open, and the response not at its end");
  if (answer?.complete)
    throw new Failure("wrong", expected, `the response looks complete after ${answer.received} bytes`);
}

async function expectFailed(step: ExpectHttpFailedStep, client: HttpClient, context: RunContext): Promise<void> {
  const expected = describeHttpStep(step);
  let answer: HttpAnswer | undefined;
  const end = await client.until(() => {
    answer ??= client.takeHead(false);
    return client.closed ?? (answer?.complete ? "whole" : undefined);
  }, context.limits.timeoutMs);
  if (client.violation !== undefined) throw new Failure("wrong", expected, `came: ${client.violation}`);
  if (end === undefined) throw new Failure("timeout", expected, "neither came");
  const came = answer as HttpAnswer | undefined;
  if (came === undefined || !came.complete) return;
  const extra = step.lacks.filter((name) => valuesOf(came.head, name).length > 0);
  if (came.head.status !== 502 || extra.length > 0)
    throw new Failure("wrong", expected, `came: ${[came.head.status, ...extra].join(", ")}`);
}

async function expectClosed(client: HttpClient, within: number, context: RunContext): Promise<void> {
  const expected = `an end of the connection within ${within} ms, and nothing more before it`;
  const bound = within + Math.max(0, context.limits.timeoutMs - 5000);
  const closed = await client.until(() => client.closed ?? (client.unread.length > 0 ? "more" : undefined), bound);
  if (closed === undefined) throw new Failure("timeout", expected, `the connection was still open after ${bound} ms`);
  if (client.unread.length > 0) throw new Failure("wrong", expected, `came: ${show(client.unread)}`);
  if (client.answer?.complete === false)
    throw new Failure("wrong", expected, `the response ends after ${client.answer.received} bytes of its body`);
}

async function expectSilence(client: HttpClient, ms: number): Promise<void> {
  const expected = `nothing for ${ms} ms on an open connection`;
  const before = client.answer?.received ?? 0;
  const event = await client.until(() => {
    if (client.closed !== undefined) return `the gateway ended the connection (${client.closed})`;
    if (client.unread.length > 0) return `came: ${show(client.unread)}`;
    const more = (client.answer?.received ?? 0) - before;
    return more > 0 ? `${more} more bytes of the body came` : undefined;
  }, ms);
  if (event !== undefined) throw new Failure("wrong", expected, event);
}

async function heldUp(step: ExpectHttpHeldUpStep, client: HttpClient): Promise<void> {
  const { limit, piece = new Uint8Array(BATCH) } = step;
  const expected = describeHttpStep(step);
  const batch = concat(...Array.from({ length: Math.ceil(BATCH / piece.length) }, () => piece));
  for (let sent = 0; sent < limit; sent += batch.length) {
    client.write(batch);
    if (await client.heldUp(STUCK_MS)) return;
    if (client.closed !== undefined)
      throw new Failure("closed", expected, `the gateway ended the connection after ${sent} bytes`);
  }
  throw new Failure("wrong", expected, `it took ${limit} bytes of a body of which the service reads nothing`);
}

/** Bytes of a Data packet, chapter 92. */
const DATA = 2048;

async function dataHeldUp(step: ExpectDataHeldUpStep, context: RunContext): Promise<void> {
  const connection = context.connection(step.connection ?? "main");
  const stream = context.streamNumber(step.stream);
  const { piece = new Uint8Array(DATA) } = step;
  const message = concat(u32(0), u8(3), u32(stream), u16(piece.length), piece);
  const expected = describeHttpStep(step);
  for (let sent = 0; sent < step.limit; ) {
    const frames = Array.from({ length: Math.ceil(BATCH / piece.length) }, () => connection.session.frame(message));
    sent += BATCH;
    await connection.writeBytes(concat(...frames), `Data, stream ${stream}, ${sent} bytes in all`);
    if (await connection.heldUp(STUCK_MS)) return;
    if (connection.closed !== undefined)
      throw new Failure("closed", expected, `the gateway closed the connection after ${sent} bytes`);
    await sleep(0);
  }
  throw new Failure("wrong", expected, `it took ${step.limit} bytes of a response of which the client reads nothing`);
}

async function expectFrame(step: ExpectFrameStep, client: HttpClient, context: RunContext): Promise<void> {
  const expected = describeHttpStep(step);
  const frame = await awaitOrFail(client, () => client.takeFrame(), expected, context.limits.timeoutMs);
  const came = `came: opcode ${frame.opcode}${frame.fin ? "" : ", not the last fragment"}, ${show(frame.payload)}`;
  if (frame.opcode !== step.opcode || !frame.fin) throw new Failure("wrong", expected, came);
  if (step.payload !== undefined && Buffer.compare(frame.payload, bytesOf(step.payload)) !== 0)
    throw new Failure("wrong", expected, came);
  const code = frame.payload.length < 2 ? undefined : frame.payload.readUInt16BE(0);
  if (step.code !== undefined && code !== step.code) throw new Failure("wrong", expected, came);
}
