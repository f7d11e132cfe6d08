import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Stream } from "../connection/index.ts";
import { InboundBody } from "./inbound-body.ts";
import type { Link } from "./link.ts";

/** One read of a socket, of which bodies are views. */
const READ = Uint8Array.from({ length: 65_536 }, (_, i) => i);

function inbound() {
  const consumed: number[] = [];
  const connection = { consumed: (_: Stream, length: number) => void consumed.push(length) };
  const link = { run: (operation: (on: typeof connection, now: number) => void) => operation(connection, 0) };
  const readable: Readable = new Readable({ read: () => body.wanted() });
  const body = new InboundBody(link as unknown as Link, {} as Stream, readable);
  return { body, readable, consumed };
}

const held = (chunks: readonly Buffer[]): number =>
  [...new Set(chunks.map((chunk) => chunk.buffer))].reduce((sum, buffer) => sum + buffer.byteLength, 0);

describe("what arrives of a body", () => {
  it("is joined while nobody reads, so that single bytes hold no more than about twice their number", async () => {
    const { body, readable, consumed } = inbound();
    for (let i = 0; i < 5_000; i++) body.arrived(READ.slice().subarray(i, i + 1));
    expect(body.readyLength).toBeUndefined();
    expect(consumed).toEqual([]);
    body.ended();
    expect(body.readyLength).toBe(5_000);
    const chunks = (await readable.toArray()) as Buffer[];
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(READ.subarray(0, 5_000)));
    expect(chunks.length).toBeLessThan(30);
    expect(held(chunks)).toBeLessThan(20_000);
    expect(consumed.reduce((sum, length) => sum + length, 0)).toBe(5_000);
  });

  it("is given as it came to a reader who waits, unless it would hold much more than itself", () => {
    const { body, readable } = inbound();
    const chunks: Buffer[] = [];
    readable.on("data", (chunk: Buffer) => chunks.push(chunk));
    readable.read();
    body.arrived(READ.subarray(0, 8_000));
    body.arrived(READ.subarray(8_000, 8_100));
    expect(chunks.map((chunk) => chunk.length)).toEqual([8_000, 100]);
    expect(chunks[0]?.buffer).toBe(READ.buffer);
    expect(chunks[1]?.buffer.byteLength).toBe(100);
  });

  it("comes in order when it waits in part", async () => {
    const { body, readable } = inbound();
    body.arrived(READ.subarray(0, 40_000));
    const reading = readable.toArray();
    await new Promise(setImmediate);
    body.arrived(READ.subarray(40_000, 60_000));
    body.arrived(READ.subarray(60_000));
    body.ended();
    expect(Buffer.concat((await reading) as Buffer[])).toEqual(Buffer.from(READ));
  });
});
