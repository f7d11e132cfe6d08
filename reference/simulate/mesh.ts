// Whole nodes in memory under a virtual clock, one bootstrap, one service each, all but the first
// started at the same moment. Ten seconds later every node calls every service.
import { parseArgs } from "node:util";
import type { Node } from "flatend";
import { Simulation } from "flatend/testing";

const SETTLE_MS = 10_000;

const MESH_USAGE = "usage: npm run simulate -- mesh [NODES from 2, default 100] [SEED, default 1]";

/** Runs the mesh that the arguments behind `mesh` ask for. Throws an Error with one line of text when they are wrong. */
export async function runMesh(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(MESH_USAGE);
    return;
  }
  const [count = "100", seed = "1"] = positionals;
  const size = Number(count);
  if (!Number.isInteger(size) || size < 2) throw new Error(`expected a number of nodes from 2, got ${count}`);
  if (!Number.isInteger(Number(seed))) throw new Error(`expected a whole number as the seed, got ${seed}`);
  await simulate(size, Number(seed));
}

async function simulate(nodeCount: number, seedNumber: number): Promise<void> {
  const began = performance.now();
  const simulation = new Simulation({ seed: seedNumber });
  const options = (index: number) => ({
    addrs: index === 0 ? [] : ["10.0.0.1:9000"],
    services: {
      [`service-${index}`]: (context: { send(text: string): unknown }) => void context.send(`from ${index}`),
    },
  });
  const first = await simulation.start(options(0));
  const others = await simulation.startAll(Array.from({ length: nodeCount - 1 }, (_, i) => options(i + 1)));
  const nodes = [first, ...others];
  await simulation.clock.advance(SETTLE_MS);
  const known = nodes.map((node) => nodes.filter((_, i) => node.providersFor(`service-${i}`).length > 0).length);
  const errors = new Map<string, number>();
  let answered = 0;
  for (const caller of nodes) {
    for (const error of await simulation.clock.settle(callAll(caller, nodes))) {
      if (error === undefined) answered++;
      else errors.set(error, (errors.get(error) ?? 0) + 1);
    }
  }
  const calls = nodeCount * (nodeCount - 1);
  console.log(`nodes                       ${nodeCount}, seed ${seedNumber}`);
  console.log(`services known before calls ${Math.min(...known)} at least, ${Math.max(...known)} at most, per node`);
  console.log(`calls answered              ${answered} of ${calls}`);
  for (const [error, times] of errors) console.log(`  ${times} × ${error}`);
  console.log(`virtual time                ${(simulation.clock.now() / 1000).toFixed(1)} s`);
  console.log(`real time                   ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (answered !== calls) process.exitCode = 1;
  await simulation.stop();
}

/** What went wrong with each call of one node to all others; undefined where nothing did. */
async function callAll(caller: Node, nodes: readonly Node[]): Promise<(string | undefined)[]> {
  const calls = nodes.flatMap((node, index) => (node === caller ? [] : [index]));
  return await Promise.all(
    calls.map(async (index) => {
      try {
        const text = new TextDecoder().decode(await (await caller.call(`service-${index}`)).bytes());
        return text === `from ${index}` ? undefined : "another service's answer";
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    }),
  );
}
