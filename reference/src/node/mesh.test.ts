import { describe, expect, it } from "vitest";
import { Simulation } from "../testing/index.ts";
import { Node } from "./node.ts";
import type { Platform } from "./platform.ts";

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

  it("has calls of many services at once find each of them, before everybody has met", async () => {
    const simulation = new Simulation({ seed: 9, latencyMs: 25 });
    const first = await simulation.start(optionsOf(0));
    const others = await simulation.startAll(Array.from({ length: 39 }, (_, i) => optionsOf(i + 1)));
    const nodes = [first, ...others];
    const unknown = (node: Node) =>
      nodes.filter((other, index) => other !== node && node.providersFor(`service-${index}`).length === 0).length;
    const caller = nodes.reduce((most, node) => (unknown(node) > unknown(most) ? node : most));
    expect(unknown(caller)).toBeGreaterThan(1);
    expect(await simulation.clock.settle(failuresFrom(caller, nodes))).toEqual([]);
    await simulation.stop();
  }, 120_000);
});

describe("a start", () => {
  it("is delayed by a peer that does not answer for no more than a second", async () => {
    const simulation = new Simulation({ seed: 10 });
    const platform = simulation.platform("10.0.0.99");
    const { transport } = platform;
    const mute: Platform = {
      ...platform,
      transport: {
        dial: (...args) => transport.dial(...args),
        resolve: (host) => transport.resolve(host),
        listen: (host, port, onSocket) =>
          transport.listen(host, port, (socket) => {
            // Its key and its Handshake leave, and nothing after them.
            const write = socket.write.bind(socket);
            let writes = 0;
            socket.write = (bytes, left) => {
              if (++writes <= 2) write(bytes, left);
            };
            onSocket(socket);
          }),
      },
    };
    await Node.start({ bindAddrs: ["10.0.0.99:9000"], secretKey: platform.entropy(32) }, mute);
    const before = simulation.clock.now();
    const node = await simulation.start({ addrs: ["10.0.0.99:9000"] });
    expect(node.addresses.length).toBe(1);
    expect(simulation.clock.now() - before).toBeLessThan(1_100);
    await simulation.stop();
  });
});
