import { describe, expect, it } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { PeerEvent } from "./events.ts";
import type { Node } from "./node.ts";
import type { Provider } from "./provider.ts";

const BOOTSTRAP = "10.0.0.1:9000";
const echo = (context: { send(text: string): unknown }) => void context.send("here");

describe("events of a node", () => {
  it("tell of listening, of peers that come and go, and of services that appear and vanish", async () => {
    const simulation = new Simulation({ seed: 1 });
    const seen: string[] = [];
    const peers: PeerEvent[] = [];
    const listener = await simulation.start({
      on: {
        listening: (address) => seen.push(`listening ${address}`),
        peer: (event) => {
          peers.push(event);
          seen.push(`${event.state} ${event.services.join()}`);
        },
        provider: (service, available) => seen.push(`${service} ${available}`),
      },
    });
    const other = await simulation.start({ addrs: [BOOTSTRAP], services: { a: echo, b: echo } });
    await simulation.clock.settle(other.shutdown());
    await simulation.clock.advance(100);
    expect(seen).toEqual([
      `listening ${BOOTSTRAP}`,
      "a true",
      "b true",
      "connected a,b",
      "a false",
      "b false",
      "disconnected a,b",
    ]);
    expect(peers.map(({ id, outbound }) => [id?.key, outbound])).toEqual([
      [other.id?.key, false],
      [other.id?.key, false],
    ]);
    expect(peers[1]?.reason).toBeInstanceOf(Error);
    expect(listener.providersFor("a")).toEqual([]);
    await simulation.stop();
  });

  it("tell of a bootstrap address that is down, and of each attempt; without a listener nothing is thrown", async () => {
    const simulation = new Simulation({ seed: 2 });
    const errors: string[] = [];
    const attempts: number[] = [];
    const addrs = ["10.9.9.9:9000"];
    await simulation.start({
      addrs,
      on: { error: (error) => errors.push(error.code), reconnecting: ({ inMs }) => attempts.push(inMs) },
    });
    await simulation.start({ addrs });
    await simulation.clock.advance(5000);
    expect(errors).toEqual(["CONNECT_FAILED"]);
    expect(attempts.length).toBeGreaterThan(3);
    expect(Math.min(...attempts)).toBeGreaterThanOrEqual(450);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(1000);
    await simulation.stop();
  });
});

describe("the choice of a provider", () => {
  const started = async () => {
    const simulation = new Simulation({ seed: 3 });
    const caller = await simulation.start();
    for (const name of ["x", "y", "z"]) {
      const handler = (context: { send(text: string): unknown }) => void context.send(name);
      await simulation.start({ addrs: [BOOTSTRAP], services: { shared: handler } });
    }
    const ask = async (choose?: Parameters<Node["call"]>[1]) => {
      const response = await caller.call("shared", choose);
      return new TextDecoder().decode(await response.bytes());
    };
    return { simulation, caller, ask };
  };

  it("takes each in turn, on request", async () => {
    const { simulation, ask } = await started();
    const names: string[] = [];
    for (let i = 0; i < 6; i++) names.push(await simulation.clock.settle(ask({ choose: "round-robin" })));
    expect(new Set(names.slice(0, 3)).size).toBe(3);
    expect(names.slice(3)).toEqual(names.slice(0, 3));
    await simulation.stop();
  });

  it("takes the one with the fewest calls under way by default", async () => {
    const { simulation, ask } = await started();
    const names = await simulation.clock.settle(Promise.all(Array.from({ length: 9 }, () => ask())));
    for (const name of ["x", "y", "z"]) expect(names.filter((one) => one === name).length).toBe(3);
    await simulation.stop();
  });

  it("avoids providers, but never all, and tells who is asked", async () => {
    const { simulation, caller, ask } = await started();
    const keys = caller.providersFor("shared").map(({ id }) => id?.key);
    const asked: (string | undefined)[] = [];
    const onAsk = ({ id }: Provider) => void asked.push(id?.key);
    const avoid = ({ id }: Provider) => id?.key !== keys[2];
    for (let i = 0; i < 5; i++) await simulation.clock.settle(ask({ avoid, onAsk }));
    expect(new Set(asked)).toEqual(new Set([keys[2]]));
    for (let i = 0; i < 9; i++) await simulation.clock.settle(ask({ avoid: () => true, choose: "round-robin", onAsk }));
    expect(new Set(asked.slice(5))).toEqual(new Set(keys));
    await simulation.stop();
  });

  it("takes whom a function picks", async () => {
    const { simulation, caller, ask } = await started();
    const wanted = caller.providersFor("shared")[1]?.id?.key;
    const names = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const choose = (providers: readonly Provider[]) => {
        const found = providers.find((one) => one.id?.key === wanted);
        if (found === undefined) throw new Error("the wanted one is not offered");
        return found;
      };
      names.add(await simulation.clock.settle(ask({ choose })));
    }
    expect(names.size).toBe(1);
    await simulation.stop();
  });
});
