import { native } from "../crypto/index.ts";
import { Node, type NodeOptions, type Platform } from "../node/index.ts";
import { MemoryNetwork, VirtualClock } from "../transport/index.ts";

const UINT32 = 0x1_0000_0000;

/** xorshift32: the same numbers from the same seed, on every machine. Not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / UINT32;
  };
}

/** How the network in memory behaves. */
export interface SimulationOptions {
  /** The same seed gives the same run. Default 1. */
  readonly seed?: number;
  /** ms that bytes are under way. Default 1. */
  readonly latencyMs?: number;
  /** Most bytes that arrive as one piece. Default: as they were written. */
  readonly maxChunk?: number;
}

/** A mesh in memory under a virtual clock: no port is opened, and no time passes but on demand. */
export class Simulation {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly #random: () => number;
  readonly #nodes: Node[] = [];
  #hosts = 0;

  constructor(options: SimulationOptions = {}) {
    const { seed = 1, ...network } = options;
    this.#random = seededRandom(seed);
    this.network = new MemoryNetwork({ clock: this.clock, random: this.#random, ...network });
  }

  /** Everything a node on the host with this address takes from the world. */
  platform(address: string): Platform {
    return {
      transport: this.network.host(address),
      clock: this.clock,
      crypto: native,
      entropy: (length) => Uint8Array.from({ length }, () => Math.floor(this.#random() * 256)),
      random: this.#random,
    };
  }

  /**
   * Starts a keyed node on a host of its own, port 9000, and lets time pass until it has started. Without `secretKey` it gets
   * one from the seed; pass `undefined` for an anonymous node. `address` puts it on a host that was there before.
   */
  async start(options: NodeOptions = {}, address: string = this.nextAddress()): Promise<Node> {
    const [node] = await this.startAll([options], [address]);
    return node as Node;
  }

  /** Starts nodes at one moment, each as {@link start} does. */
  async startAll(options: readonly NodeOptions[], addresses: readonly string[] = []): Promise<Node[]> {
    const starting = options.map((one, index) => this.#launch(one, addresses[index] ?? this.nextAddress()));
    const nodes = await this.clock.settle(Promise.all(starting));
    this.#nodes.push(...nodes);
    return nodes;
  }
  #launch(options: NodeOptions, address: string): Promise<Node> {
    const platform = this.platform(address);
    const keyed = "secretKey" in options ? options : { ...options, secretKey: platform.entropy(32) };
    const binds = keyed.secretKey === undefined ? {} : { bindAddrs: [`${address}:9000`] };
    return Node.start({ ...binds, ...keyed }, platform);
  }

  /** The address of a host that no node is on yet, from 10.0.0.1 on. */
  nextAddress(): string {
    const number = ++this.#hosts;
    return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  }

  /** Stops every node that was started. */
  async stop(): Promise<void> {
    await this.clock.settle(Promise.all(this.#nodes.map((node) => node.shutdown({ timeout: 0 }))));
    await this.clock.advance(2_000);
  }
}
