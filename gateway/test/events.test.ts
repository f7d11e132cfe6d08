// Server-sent events: a response without end, of which each piece is there at once.
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { atEnd, start } from "./server.ts";

const LONG = { timeout: 20_000 };
const KEYS = `[http.timeout]
read = "300ms"
read_header = "300ms"
write = "300ms"
idle = "300ms"
[[http.routes]]
path = "GET /events"
service = "events"
`;

/** A service that says what `say` is given. */
async function events() {
  let say = (_: string): void => {};
  const { url, node } = await start(KEYS, {
    events: (ctx) => {
      ctx.header("content-type", "text/event-stream").flushHeaders();
      say = (text) => void ctx.write(`data: ${text}\n\n`);
    },
  });
  return { url, node, say: (text: string) => say(text) };
}

/** What comes, piece by piece; each is asked for before it is said. */
async function follow(pieces: AsyncIterable<unknown>, say: (text: string) => void): Promise<void> {
  const reading = pieces[Symbol.asyncIterator]();
  for (const text of ["one", "two", "three"]) {
    const next = reading.next();
    // Longer than any of the times, in silence.
    await wait(1_000);
    say(text);
    expect(String((await next).value)).toBe(`data: ${text}\n\n`);
  }
}

test("come one by one, for longer than any timeout, and a client that leaves ends the call", async () => {
  const { url, node, say } = await events();
  const leave = new AbortController();
  const response = await fetch(`${url}/events`, {
    headers: { accept: "text/event-stream" },
    signal: leave.signal,
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  await follow(response.body?.pipeThrough(new TextDecoderStream()) as AsyncIterable<string>, say);
  leave.abort();
  await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: 1 }), LONG);
}, 30_000);

test("come by HTTP/2 as well", async () => {
  const { url, node, say } = await events();
  const session = connectHttp2(url);
  atEnd(() => session.destroy());
  const stream = session.request({ ":path": "/events" });
  stream.on("error", () => {});
  const [headers] = await once(stream, "response");
  expect(headers["content-type"]).toBe("text/event-stream");
  await follow(stream.iterator({ destroyOnReturn: false }), say);
  stream.close(8);
  await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: 1 }), LONG);
}, 30_000);

describe("on a route of events", () => {
  const open = async (onLeft: (end: () => void) => void) => {
    const say: ((text: string) => void)[] = [];
    const { url, node } = await start(KEYS.replace('service = "events"', 'service = "events"\nevents = true'), {
      events: (ctx) => {
        ctx.header("content-type", "text/event-stream").flushHeaders();
        say.push((text) => void ctx.write(`data: ${text}\n\n`));
        ctx.resume().once("end", () => onLeft(() => ctx.end()));
      },
    });
    const enter = async () => {
      const leave = new AbortController();
      const response = await fetch(`${url}/events`, { signal: leave.signal });
      const text = response.body?.pipeThrough(new TextDecoderStream()) as AsyncIterable<string>;
      return { leave, pieces: text[Symbol.asyncIterator]() };
    };
    return { url, node, say, enter };
  };

  test("a client that leaves is told of to the service alone (FLT-GWY-068)", async () => {
    let left = 0;
    const { url, node, say, enter } = await open((end) => {
      left++;
      end();
    });
    const [one, other] = [await enter(), await enter()];
    expect(left).toBe(0);
    one.leave.abort();
    await vi.waitFor(() => expect(left).toBe(1), LONG);
    await vi.waitFor(() => expect(node.metrics().calls).toMatchObject({ finished: 1, failed: {} }), LONG);
    const next = other.pieces.next();
    say[1]?.("still here");
    expect((await next).value).toBe("data: still here\n\n");
    // Nothing is left of one that asks for the head alone.
    expect((await fetch(`${url}/events`, { method: "HEAD" })).status).toBe(200);
    await vi.waitFor(() => expect(left).toBe(2), LONG);
    await vi.waitFor(() => expect(node.metrics().calls).toMatchObject({ finished: 2, failed: {} }), LONG);
    other.leave.abort();
    await vi.waitFor(() => expect(left).toBe(3), LONG);
  });

  test("a service that goes on all the same has ten seconds", async () => {
    const { node, enter } = await open(() => {});
    (await enter()).leave.abort();
    await vi.waitFor(() => expect(node.metrics().calls.failed).toEqual({ ABORTED: 1 }), LONG);
  }, 30_000);
});
