import { describe, expect, it } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { Node } from "./node.ts";

const BOOTSTRAP = "10.0.0.1:9000";
const optionsOf = (index: number) => ({
  addrs: index === 0 ? [] : [BOOTSTRAP],
  services: { [`service-${index}`]: (context: { send(text: string): unknown }) => void context.send(`from ${index}`) },
});

/** Calls every service of the mesh from one node; the services that did not answer as they should. */
async function failuresFrom(caller: Node, nodes: readonly Node[]): Promise<string[]> {
  const results = await Promise.all(
    nodes.map(async (provider, index) => {
      if (provider === caller) return undefined;
      const service = `service-${index}`;
      try {
        const text = new TextDecoder().decode(await (await caller.call(service)).bytes());
        return text === `from ${index}` ? undefined : `${service}: ${text}`;
      } catch (error) {
        return `${service}: ${(error as Error).message}`;
      }
    }),
  );
  return results.filter((result) => result !== undefined);
}

describe("a mesh of more nodes than one lookup finds", () => {
  it("that all join at the same moment has every node call every service within 10 s", async () => {
    const simulation = new Simulation({ seed: 7 });
    const first = await simulation.start(optionsOf(0));
    const others = await simulation.startAll(Array.from({ length: 39 }, (_, i) => optionsOf(i + 1)));
    const nodes = [first, ...others];
    await simulation.clock.advance(10_000);
    for (const caller of nodes) {
      expect(await simulation.clock.settle(failuresFrom(caller, nodes))).toEqual([]);
    }
    await simulation.stop();
  }, 120_000);

  it("that join one after the other has the last one call every service as soon as it has started", async () => {
    const simulation = new Simulation({ seed: 8 });
    const nodes: Node[] = [];
    for (let index = 0; index < 40; index++) nodes.push(await simulation.start(optionsOf(index)));
    const last = nodes.at(-1) as Node;
    expect(await simulation.clock.settle(failuresFrom(last, nodes))).toEqual([]);
    await simulation.stop();
  }, 120_000);
});
