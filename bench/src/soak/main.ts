/**
 * `npm run soak -- [--gib N] [--streams N] [--peers N]`: what a node holds in memory while it is used hard, and after. Ends with 1
 * when memory grows with what has passed through, or does not return. See ../../README.md.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateSecretKey, Node } from "flatend";
import { percentile } from "../statistics.ts";

const MIB = 1_048_576;
const GIB = 1_024 * MIB;
/** Resident memory that either process may hold while bodies pass, in bytes. */
const MAX_RESIDENT = 200 * MIB;
/** Heap that may be left over by what is gone, in bytes: code that was compiled meanwhile, and no more. */
const MAX_LEFT = 16 * MIB;
/** What a call beside a stalled one must not take, in ms: far above what it takes on a busy machine, far below what one takes that waits for the stalled one. */
const MAX_DELAY_MS = 1_000;
const PIECE = Buffer.alloc(65_536);

const { values: options } = parseArgs({
  options: {
    gib: { type: "string", default: "10" },
    streams: { type: "string", default: "10000" },
    peers: { type: "string", default: "1000" },
  },
});
const gib = positive(options.gib);
const streams = positive(options.streams);
const peers = positive(options.peers);
const total = Math.round(gib * GIB);

const server = fork(fileURLToPath(new URL("server.js", import.meta.url)), { execArgv: ["--expose-gc"] });
const [addr] = (await once(server, "message")) as [string];
const node = await Node.start({ secretKey: generateSecretKey(), addrs: [addr], bindAddrs: ["127.0.0.1:0"] });
let passed = 0;
let failed = 0;

await body("through a pipe and back", async () => {
  let back = 0;
  for await (const piece of await node.call("pipe", { body: upload() })) back += (piece as Buffer).length;
  return back;
});
await body("to a handler that rests", async () => {
  const response = await node.call("slow", { body: upload() });
  return Number(await response.bytes());
});
await besideStalled();
await left(`${streams} streams opened and dropped`, dropStreams);
await left(`${peers} peers connected and lost`, losePeers);

await node.shutdown({ timeout: 0 });
server.disconnect();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function positive(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  console.error(`expected a number above 0, got ${text}`);
  process.exit(2);
}

function judge(good: boolean, text: string): void {
  if (good) passed++;
  else failed++;
  console.log(`${good ? "ok" : "FAILED"}: ${text}`);
}

async function* upload(): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < total; sent += PIECE.length) {
    yield sent + PIECE.length <= total ? PIECE : PIECE.subarray(0, total - sent);
  }
}

/** Moves a body while the memory of both processes is watched. */
async function body(name: string, move: () => Promise<number>): Promise<void> {
  let most = 0;
  let mostThere = 0;
  let open = true;
  const watched = (async () => {
    while (open) {
      most = Math.max(most, process.memoryUsage.rss());
      mostThere = Math.max(mostThere, (await memoryThere()).rss);
      await pause(250);
    }
  })();
  const start = performance.now();
  const moved = await move();
  const seconds = (performance.now() - start) / 1_000;
  open = false;
  await watched;
  judge(
    moved === total && most < MAX_RESIDENT && mostThere < MAX_RESIDENT,
    `${gib} GiB ${name}: ${moved} of ${total} bytes arrived, ${mib(total / seconds)} MiB/s, at most ${mib(most)} MiB resident here and ${mib(mostThere)} MiB there`,
  );
}

/** How long calls take while another one to the same peer does not read what it is sent, and one here does not read what it gets. */
async function besideStalled(): Promise<void> {
  const abort = new AbortController();
  const stalled = await node.call("stalled", { body: upload(), signal: abort.signal });
  const unread = await node.call("endless", { signal: abort.signal });
  await pause(500);
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const start = performance.now();
    await (await node.call("quick")).bytes();
    times.push(performance.now() - start);
  }
  abort.abort();
  for (const response of [stalled, unread]) response.on("error", () => {}).destroy();
  const slowest = Math.max(...times);
  const median = percentile(times, 0.5).toFixed(2);
  judge(
    slowest < MAX_DELAY_MS,
    `beside two stalled calls: a call takes ${median} ms in the median, ${slowest.toFixed(1)} ms at most`,
  );
}

async function dropStreams(count: number): Promise<void> {
  for (let begun = 0; begun < count; begun += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - begun) }, async (_, i) => {
        // Some are given up before their answer, some in the middle of it, some in the middle of their request.
        const abort = new AbortController();
        const call = node.call(i % 3 === 0 ? "stalled" : "endless", {
          signal: abort.signal,
          body: i % 3 === 1 ? Readable.from([PIECE, PIECE]) : PIECE,
        });
        if (i % 4 === 0) setImmediate(() => abort.abort());
        try {
          const response = await call;
          response.on("error", () => {}).destroy();
        } catch {
          // It was given up.
        }
        abort.abort();
      }),
    );
  }
}

async function losePeers(count: number): Promise<void> {
  for (let begun = 0; begun < count; begun += 20) {
    const some = Array.from({ length: Math.min(20, count - begun) }, () =>
      Node.start({ secretKey: generateSecretKey(), addrs: [addr], bindAddrs: ["127.0.0.1:0"] }),
    );
    for (const one of await Promise.all(some)) await one.shutdown({ timeout: 0 });
  }
}

/** The heap of both processes before and after, each once it has settled. */
async function left(name: string, work: (count: number) => Promise<void>): Promise<void> {
  const count = Number(name.split(" ")[0]);
  // Once before it counts: what is compiled and kept for ever is there by then.
  await work(Math.ceil(count / 10));
  const before = await settled();
  await work(count);
  const after = await settled();
  const [here, there] = [after.here - before.here, after.there - before.there];
  judge(here < MAX_LEFT && there < MAX_LEFT, `${name}: ${mib(here)} MiB of heap left here and ${mib(there)} MiB there`);
}

/** Bytes of heap and buffers in use, once what goes by timers is gone. */
async function settled(): Promise<{ here: number; there: number }> {
  // A call that was given up and is never answered keeps its connection for ten seconds, and that takes a few more to close.
  await pause(18_000);
  await memoryThere();
  globalThis.gc?.();
  // What a collection has found is given back beside the program, and counted as gone when the next one begins.
  await pause(500);
  const there = await memoryThere();
  globalThis.gc?.();
  const here = process.memoryUsage();
  return { here: here.heapUsed + here.arrayBuffers, there: there.heapUsed + there.arrayBuffers };
}

async function memoryThere(): Promise<NodeJS.MemoryUsage> {
  return JSON.parse(String(await (await node.call("memory")).bytes())) as NodeJS.MemoryUsage;
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
