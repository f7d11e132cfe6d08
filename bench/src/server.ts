/** `server.js STACK`: serves one stack for the client that forked it, and ends with it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Question, ServerReport } from "./messages.ts";
import { cpuMicros } from "./process.ts";
import { loadStack } from "./stacks/index.ts";

/** Time in which freed memory goes back to the system. */
const SETTLE_MS = 200;

const tell = (report: ServerReport): void => void process.send?.(report);

process.on("disconnect", () => process.exit());
process.on("message", (question: Question) => {
  if (question === "cpu") tell({ kind: "cpu", micros: cpuMicros() });
  else void residentMemory().then((bytes) => tell({ kind: "memory", bytes }));
});

async function residentMemory(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await sleep(SETTLE_MS);
  }
  return process.memoryUsage.rss();
}

const stack = await loadStack(process.argv[2]);
tell({ kind: "listening", port: await stack.serve() });
