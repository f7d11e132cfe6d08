/**
 * `npm run abuse -- [--quick]`: bad clients, services that die, and an end under load. The gateway lives on, others are served meanwhile, and its memory
 * returns. Ends with 1 where it does not. See ../../README.md.
 */
import { parseArgs } from "node:util";
import { GoodClients } from "./clients.ts";
import { Gateway } from "./processes.ts";
import * as scenes from "./scenes.ts";

/** Heap that may be left over by what is gone, in bytes: code that was compiled meanwhile, and no more. */
const MOST_LEFT = 16 * 1_048_576;
/** The longest that an answer to others may take on a busy machine, in ms. */
const SLOWEST_MS = 5_000;

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const times = values.quick ? 0.1 : 1;
let passed = 0;
let failed = 0;

const gateway = await Gateway.start();
try {
  await gateway.service();
  await settled();
  const before = await gateway.program.heap();
  await beside("slow heads", scenes.slowHeads, 2_000);
  await beside("bodies that stop", scenes.stalledBodies, 500);
  await beside("floods of fields", scenes.headFloods, 1_000);
  await beside("pipelining", scenes.pipelining, 200);
  await beside("idle connections", scenes.idleConnections, 10_000);
  await beside("clients that read nothing", scenes.readNothing, 100);
  await beside("clients that leave", scenes.leaving, 3_000);
  await settled();
  const left = (await gateway.program.heap()) - before;
  judge(left < MOST_LEFT, `${(left / 1_048_576).toFixed(1)} MiB of heap are left over`);
  for (const finding of await scenes.killedService(gateway, 32)) judge(...finding);
  judge(gateway.program.alive, "the gateway lives");
  for (const finding of await scenes.stopped(gateway, 32)) judge(...finding);
} finally {
  gateway.remove();
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** A scene, while two good clients go on asking. */
async function beside(name: string, scene: scenes.Scene, count: number): Promise<void> {
  const others = new GoodClients(gateway.port, "/quick", 2, 10);
  const findings = await scene(gateway, Math.ceil(count * times));
  const { answered, failures, slowest } = await others.stop();
  for (const finding of findings) judge(...finding);
  const good = failures.length === 0 && answered > 0 && slowest < SLOWEST_MS;
  judge(
    good,
    `${name}: others got ${answered} answers, the slowest in ${slowest.toFixed(0)} ms, failures: [${failures}]`,
  );
}

/** Code is compiled and what is idle has gone. */
async function settled(): Promise<void> {
  const clients = new GoodClients(gateway.port, "/quick", 8);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await clients.stop();
}

function judge(good: boolean, text: string): void {
  if (good) passed++;
  else failed++;
  console.log(`${good ? "ok" : "FAILED"}: ${text}`);
}
