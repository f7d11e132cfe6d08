import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Context, Handler, Headers, Node, Response } from "../node/index.ts";
import { FlatendError } from "../node/index.ts";

const MAX_SOURCE_LENGTH = 1_073_741_824;
const PATTERN_PERIOD = 251;
const MAX_WAIT_MS = 10_000;
const MAX_CALL_TIMEOUT_MS = 30_000;

/** As many whole Data packets as are written at a time, so that none but the last of a body is short (FLT-STR-076). */
const PIECE_LENGTH = 8 * 2_048;
/** A period more than a piece, so that a piece can begin anywhere. */
const pattern = Buffer.from(Array.from({ length: PIECE_LENGTH + PATTERN_PERIOD }, (_, i) => i % PATTERN_PERIOD));

class BadRequest extends Error {}

/** The number in a header, decimal and without leading zeros. Throws {@link BadRequest}. */
function numberIn(headers: Headers, key: string, most: number, otherwise?: number): number {
  const text = headers[key];
  if (text === undefined && otherwise !== undefined) return otherwise;
  if (text === undefined || !/^(0|[1-9]\d{0,15})$/.test(text) || Number(text) > most) throw new BadRequest(key);
  return Number(text);
}

const write = (ctx: Context, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => ctx.write(bytes, (error) => (error ? reject(error) : resolve())));

async function writePattern(ctx: Context, length: number): Promise<void> {
  ctx.flushHeaders();
  for (let sent = 0; sent < length; ) {
    const start = sent % PATTERN_PERIOD;
    const piece = pattern.subarray(start, start + Math.min(PIECE_LENGTH, length - sent));
    await write(ctx, piece);
    sent += piece.length;
  }
}

/** Runs a handler so that wrong headers are answered as FLT-TST-001 asks. */
const checked =
  (handler: Handler): Handler =>
  async (ctx) => {
    try {
      await handler(ctx);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      ctx.header("error", "bad-request");
      ctx.end();
    }
  };

async function sink(ctx: Context): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of ctx) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  ctx.json({ bytes, sha256: hash.digest("hex") });
}

async function fail(ctx: Context): Promise<void> {
  const message = ctx.headers.message ?? "boom";
  if (ctx.headers.after === undefined) {
    if (!/^[ !#-[\]-~]*$/.test(message)) throw new BadRequest("message");
    throw new Error(message);
  }
  await writePattern(ctx, numberIn(ctx.headers, "after", MAX_SOURCE_LENGTH));
  throw new Error(message);
}

async function slow(ctx: Context): Promise<void> {
  const delay = numberIn(ctx.headers, "delay", MAX_WAIT_MS, 0);
  const count = numberIn(ctx.headers, "count", MAX_WAIT_MS, 1);
  const interval = numberIn(ctx.headers, "interval", MAX_WAIT_MS, 0);
  await wait(delay);
  ctx.flushHeaders();
  for (let i = 0; i < count; i++) {
    if (interval > 0) await wait(interval);
    await write(ctx, Buffer.from("."));
  }
  ctx.end();
}

/** How a failed call is told apart (FLT-TST-082). */
function callError(error: unknown): string {
  switch (error instanceof FlatendError ? error.code : undefined) {
    case "NO_PROVIDER":
      return "no-provider";
    case "UNHANDLED":
      return "unhandled";
    case "TIMEOUT":
      return "timeout";
    default:
      return "lost";
  }
}

async function call(ctx: Context, node: Node): Promise<void> {
  const services = ctx.headers.services?.split(",") ?? [];
  if (services.length === 0 || services.includes("")) throw new BadRequest("services");
  const timeout = numberIn(ctx.headers, "timeout", MAX_CALL_TIMEOUT_MS, 5_000);
  if (timeout === 0) throw new BadRequest("timeout");
  const headers = Object.fromEntries(Object.entries(ctx.headers).filter(([key]) => key.startsWith("x-")));
  let response: Response;
  try {
    response = await node.call(services, { headers, timeout, body: ctx });
  } catch (error) {
    ctx.header("call-error", callError(error));
    ctx.end();
    return;
  }
  for (const [key, value] of Object.entries(response.headers)) ctx.header(key, value);
  ctx.flushHeaders();
  for await (const chunk of response as AsyncIterable<Buffer>) await write(ctx, chunk);
  ctx.end();
}

async function shutdown(ctx: Context, node: Node): Promise<void> {
  const timeout = numberIn(ctx.headers, "within", MAX_WAIT_MS, 5_000);
  if (timeout === 0) throw new BadRequest("within");
  void node.shutdown({ timeout });
  ctx.end();
}

/** The test services of appendix B. `node` gives the node that hosts them, for `call`. */
export function testServices(node: () => Promise<Node>): Record<string, Handler> {
  return {
    echo: async (ctx) => {
      ctx.flushHeaders();
      for await (const chunk of ctx) await write(ctx, chunk);
      ctx.end();
    },
    sink,
    source: checked(async (ctx) => {
      await writePattern(ctx, numberIn(ctx.headers, "bytes", MAX_SOURCE_LENGTH));
      ctx.end();
    }),
    empty: (ctx) => ctx.end(),
    headers: (ctx) => {
      for (const [key, value] of Object.entries(ctx.headers)) ctx.header(key, value);
      ctx.end();
    },
    error: checked(fail),
    slow: checked(slow),
    call: checked(async (ctx) => call(ctx, await node())),
    shutdown: checked(async (ctx) => shutdown(ctx, await node())),
  };
}
