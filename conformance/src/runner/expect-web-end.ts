import { Malformed } from "../probe/decode.ts";
import { fromBase64, readWebAnswer, type WebAnswer } from "../probe/grpc-web.ts";
import { show } from "../probe/http-client.ts";
import type { ExpectWebEndStep } from "../steps/http.ts";
import { describeHttpStep } from "../steps/http-describe.ts";
import { utf8 } from "../steps/packets.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";

/** An answer of gRPC-Web that has come to its end, over either version of HTTP. */
export async function expectWebEnd(step: ExpectWebEndStep, context: RunContext): Promise<void> {
  const expected = describeHttpStep(step);
  const body = await bodyOf(step, expected, context);
  const came = `came: ${show(body)}`;
  const { messages, trailers } = readOrFail(step.isText, body, expected);
  const wanted = typeof step.messages === "string" ? utf8(step.messages) : step.messages;
  const fields = { "grpc-status": String(step.status), ...step.fields };
  const isRight =
    Buffer.compare(messages, wanted) === 0 &&
    Object.entries(fields).every(([name, value]) => trailers?.get(name) === value) &&
    !(step.lacks ?? []).some((name) => trailers?.has(name));
  if (!isRight) throw new Failure("wrong", expected, came);
}

async function bodyOf(step: ExpectWebEndStep, expected: string, context: RunContext): Promise<Buffer> {
  const { timeoutMs } = context.limits;
  if (step.id !== undefined) {
    const client = context.http2Client(step.connection ?? "client");
    const exchange = client.exchange(step.id);
    await client.until(() => exchange.ended || exchange.closed !== undefined || undefined, timeoutMs);
    if (!exchange.ended) throw new Failure("wrong", expected, `came: ${show(exchange.body)} and no end`);
    return exchange.body;
  }
  const client = context.client(step.connection ?? "client");
  await client.until(() => client.answer?.complete || client.closed !== undefined || undefined, timeoutMs);
  const body = client.answer?.body ?? Buffer.alloc(0);
  if (client.answer?.complete !== true) throw new Failure("wrong", expected, `came: ${show(body)} and no end`);
  return body;
}

function readOrFail(isText: boolean, body: Buffer, expected: string): WebAnswer {
  try {
    if (isText && body.length % 4 !== 0) throw new Malformed("base64 that ends within four letters");
    return readWebAnswer(isText ? fromBase64(body) : body);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Failure("wrong", expected, `came: ${error.message}, in ${show(body)}`);
  }
}
