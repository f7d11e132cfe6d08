import { constants } from "node:http2";
import { show } from "../probe/http-client.ts";
import type { Http2Client } from "../probe/http2-client.ts";
import type { FieldWish } from "../steps/http.ts";
import {
  describeHttp2Step,
  type ExpectGrpcEndStep,
  type ExpectHttp2BodyStep,
  type ExpectHttp2ResetStep,
  type ExpectHttp2Step,
  type Http2Step,
} from "../steps/http2.ts";
import { type Text, utf8 } from "../steps/packets.ts";
import type { RunContext } from "./context.ts";
import { Failure, KitFault } from "./failure.ts";

const bytesOf = (text: Text): Uint8Array => (typeof text === "string" ? utf8(text) : text);

/** Runs a step of an HTTP/2 client. Throws a Failure when the gateway does something else. */
export async function performHttp2(step: Http2Step, context: RunContext): Promise<void> {
  const name = step.connection ?? "client";
  if (step.step === "http2-dial") {
    try {
      await context.dialHttp2(name, step.server, step.tls);
    } catch (error) {
      if (error instanceof KitFault) throw error;
      throw new Failure("refused", "a connection of HTTP/2", `it failed: ${(error as Error).message}`);
    }
    return;
  }
  const client = context.http2Client(name);
  switch (step.step) {
    case "http2-request":
      return client.request(step.id, step.headers, !step.open);
    case "http2-send":
      return client.send(step.id, bytesOf(step.bytes), step.end);
    case "http2-reset":
      return client.reset(step.id);
    case "expect-http2":
      return expectHead(step, client, context);
    case "expect-http2-body":
      return expectBody(step, client, context);
    case "expect-http2-grpc-end":
      return expectGrpcEnd(step, client, context);
    case "expect-http2-reset":
      return expectReset(step, client, context);
    case "expect-http2-connect":
      if (!client.takesConnect)
        throw new Failure("wrong", describeHttp2Step(step), `came: ${JSON.stringify(client.settings)}`);
      return;
    case "expect-http2-goaway": {
      const code = await client.until(
        () => client.goaway ?? (client.closed ? -1 : undefined),
        context.limits.timeoutMs,
      );
      if (code === undefined) throw new Failure("timeout", describeHttp2Step(step), "none came");
      if (code < 0) throw new Failure("closed", describeHttp2Step(step), "the connection ended without one");
      if (code !== constants.NGHTTP2_NO_ERROR)
        throw new Failure("wrong", describeHttp2Step(step), `it came with error ${code}`);
      return;
    }
    case "expect-http2-gone": {
      const gone = await client.until(() => (client.closed ? true : undefined), context.limits.timeoutMs);
      if (gone === undefined) throw new Failure("timeout", describeHttp2Step(step), "the connection is still open");
    }
  }
}

async function expectHead(step: ExpectHttp2Step, client: Http2Client, context: RunContext): Promise<void> {
  const expected = describeHttp2Step(step);
  const exchange = client.exchange(step.id);
  const headers = await client.until(
    () => exchange.headers ?? (exchange.closed === undefined ? undefined : null),
    context.limits.timeoutMs,
  );
  if (headers === undefined) throw new Failure("timeout", expected, "nothing came");
  if (headers === null) throw new Failure("closed", expected, `the stream was reset, error ${exchange.closed}`);
  const came = `came: ${JSON.stringify(headers)}`;
  const wrong = Object.entries(step.fields ?? {}).some(
    ([name, value]) => [headers[name] ?? []].flat().join("\n") !== [value].flat().join("\n"),
  );
  const extra = (step.lacks ?? []).some((name) => headers[name] !== undefined);
  if (Number(headers[":status"]) !== step.status || wrong || extra) throw new Failure("wrong", expected, came);
}

async function expectBody(step: ExpectHttp2BodyStep, client: Http2Client, context: RunContext): Promise<void> {
  const expected = describeHttp2Step(step);
  const exchange = client.exchange(step.id);
  const wanted = bytesOf(step.body);
  await client.until(
    () =>
      exchange.closed !== undefined ||
      exchange.ended ||
      (step.part && exchange.body.length >= wanted.length) ||
      undefined,
    context.limits.timeoutMs,
  );
  const right = Buffer.compare(step.part ? exchange.body.subarray(0, wanted.length) : exchange.body, wanted) === 0;
  const end = exchange.ended
    ? "and the end"
    : exchange.closed === undefined
      ? "and no end"
      : `and a reset, error ${exchange.closed}`;
  if (!right || (!step.part && !exchange.ended))
    throw new Failure("wrong", expected, `came: ${show(exchange.body)} ${end}`);
}

async function expectReset(step: ExpectHttp2ResetStep, client: Http2Client, context: RunContext): Promise<void> {
  const expected = describeHttp2Step(step);
  const exchange = client.exchange(step.id);
  const closed = await client.until(() => exchange.closed, context.limits.timeoutMs);
  if (closed === undefined) throw new Failure("timeout", expected, "the stream is still open");
  const isError = closed !== constants.NGHTTP2_NO_ERROR;
  // Node tells no END_STREAM before a reset from none: the length does.
  const whole = exchange.ended || Number(exchange.headers?.["content-length"] ?? -1) === exchange.body.length;
  if (step.whole ? isError || !whole : !isError)
    throw new Failure(
      "wrong",
      expected,
      `the stream ended with error ${closed}, its response ${whole ? "whole" : "not whole"}`,
    );
}

async function expectGrpcEnd(step: ExpectGrpcEndStep, client: Http2Client, context: RunContext): Promise<void> {
  const expected = describeHttp2Step(step);
  const exchange = client.exchange(step.id);
  const hasEnded = await client.until(
    () =>
      exchange.trailers !== undefined || exchange.endedWithHead || exchange.closed !== undefined ? true : undefined,
    step.within ?? context.limits.timeoutMs,
  );
  const came = `came: ${show(exchange.body)}`;
  if (hasEnded === undefined) throw new Failure("timeout", expected, `${came} and no end`);
  const end = exchange.trailers ?? (exchange.endedWithHead ? exchange.headers : undefined);
  if (end === undefined)
    throw new Failure("closed", expected, `${came} and an end without trailers, error ${exchange.closed}`);
  const told = `${came} and ${JSON.stringify(end)}`;
  const fields = { "grpc-status": String(step.status), ...step.fields };
  if (Buffer.compare(exchange.body, bytesOf(step.body)) !== 0) throw new Failure("wrong", expected, told);
  if (!Object.entries(fields).every(([name, wish]) => fits(wish, end[name])))
    throw new Failure("wrong", expected, told);
  if ((step.lacks ?? []).some((name) => end[name] !== undefined)) throw new Failure("wrong", expected, told);
}

function fits(wish: FieldWish, value: string | string[] | undefined): boolean {
  if (typeof value !== "string") return typeof wish === "object" && wish.optional === true && value === undefined;
  return typeof wish === "string" ? value === wish : new RegExp(wish.matches, "s").test(value);
}
