import { FIRST_REFRESH_MS, lookupFrom, PeerTable } from "flatend/dht";
import { KEY_LENGTH, type PeerId } from "flatend/wire";
import { Attackers } from "./attackers.ts";
import { SimulatedDiscovery } from "./discovery.ts";
import { Keys } from "./keys.ts";
import { ATTACKS, type Attack, addressOf, type Member } from "./members.ts";
import { Network } from "./network.ts";

/** Nodes that start at the first moment; then the mesh doubles in equal times. */
const FOUNDERS = 16;
const DOUBLING_MS = 3_000;
/** Addresses a node is told at its start. */
const BOOTSTRAPS = 5;
/** Attackers learn of a change so much later at most. */
const KNOWLEDGE_MS = 5_000;

export interface MeshOptions {
  readonly nodes: number;
  readonly seed: number;
  /** Share of nodes that lie, from 0 to below 1. */
  readonly malicious: number;
  /** What liars do; "mixed" for as many of each kind. */
  readonly attack: Attack | "mixed";
}

/** What came of one lookup. */
export interface Found {
  readonly found: boolean;
  /** Peers asked one after the other until the one that was looked for, itself included. */
  readonly hops: number;
  readonly asked: number;
  readonly dialed: number;
  readonly ms: number;
}

/** A mesh of bare tables and lookups that comes into being as a mesh in life does: each node knows three others at its start. */
export class Mesh {
  readonly network: Network;
  readonly #options: MeshOptions;
  readonly #discovery: SimulatedDiscovery;
  readonly #attackers: Attackers;
  readonly #living: Member[] = [];
  #attackerCount = 0;
  #known = Number.NEGATIVE_INFINITY;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.network = new Network(options.seed);
    this.#discovery = new SimulatedDiscovery(this.network);
    this.#attackers = new Attackers(this.network, new Keys([]), new Keys([]));
    this.network.reply = (member, asker, target) => {
      if (member.attack !== undefined) this.#inform();
      return this.#attackers.reply(member, asker, target);
    };
  }

  get living(): readonly Member[] {
    return this.#living;
  }

  honest(): Member[] {
    return this.#living.filter(({ attack }) => attack === undefined);
  }

  /** Starts all nodes, and lets so much time pass after the last one. */
  grow(settleMs: number): void {
    const { nodes } = this.#options;
    const { clock } = this.network;
    const startOf = (index: number) => (index < FOUNDERS ? 0 : DOUBLING_MS * Math.log2((index + 1) / FOUNDERS));
    for (let index = 0; index < nodes; index++) clock.after(startOf(index), () => this.start());
    clock.run(startOf(nodes - 1) + settleMs);
  }

  /** One node more. */
  start(): Member {
    const { network } = this;
    const index = network.members.length;
    const id: PeerId = { publicKey: network.bytes(KEY_LENGTH), address: addressOf(index), port: 9000 };
    const member: Member = {
      index,
      id,
      table: new PeerTable(id.publicKey),
      latencyMs: network.drawLatency(),
      attack: this.#drawAttack(index),
      bootstraps: this.#drawBootstraps(),
      dialed: [],
      accepted: [],
      alive: true,
      half: network.random() < 0.5 ? 0 : 1,
      refreshMs: FIRST_REFRESH_MS,
      looking: false,
      returned: [],
      cancelRefresh: undefined,
    };
    network.members.push(member);
    this.#living.push(member);
    this.#discovery.join(member);
    return member;
  }

  /** One node less; one in five ends with its host and without a word. */
  end(): void {
    const at = Math.floor(this.network.random() * this.#living.length);
    const member = this.#living[at] as Member;
    const last = this.#living.pop() as Member;
    if (last !== member) this.#living[at] = last;
    this.network.end(member, this.network.random() < 0.2);
  }

  /**
   * Looks for a node by its key. An answer leaves out the peer whose key is asked for (FLT-DHT-023), so the key beside it is looked
   * up; the node is found when it has answered itself.
   */
  find(member: Member, wanted: Member, done: (found: Found) => void): void {
    const key = wanted.id.publicKey;
    const beside = Uint8Array.from(key);
    beside[KEY_LENGTH - 1] = (beside[KEY_LENGTH - 1] as number) ^ 1;
    const { clock, random } = this.network;
    const begun = clock.now();
    const connected = member.dialed.length;
    const lookup = lookupFrom(member.table, member.id.publicKey, beside, random);
    const enough = () => lookup.hasAnswered(key);
    this.#discovery.run(member, lookup, enough, () =>
      done({
        found: enough(),
        hops: (lookup.depthOf(key) ?? 0) + 1,
        asked: lookup.asked,
        dialed: member.dialed.length - connected,
        ms: clock.now() - begun,
      }),
    );
  }

  /** All living nodes by their keys. */
  keys(): Keys {
    return new Keys(this.#living);
  }

  #inform(): void {
    const now = this.network.clock.now();
    if (now < this.#known + KNOWLEDGE_MS) return;
    this.#known = now;
    this.#attackers.everybody = this.keys();
    this.#attackers.accomplices = new Keys(this.#living.filter(({ attack }) => attack === "collude"));
  }

  /** Every so many-th node lies. The founder is honest: with a liar alone there is no mesh. */
  #drawAttack(index: number): Attack | undefined {
    const { malicious, attack } = this.#options;
    if (Math.floor(index * malicious) === Math.floor((index + 1) * malicious)) return undefined;
    return attack === "mixed" ? ATTACKS[this.#attackerCount++ % ATTACKS.length] : attack;
  }

  #drawBootstraps(): PeerId[] {
    const chosen = new Set<PeerId>();
    for (let n = 0; n < BOOTSTRAPS && this.#living.length > 0; n++) {
      chosen.add((this.#living[Math.floor(this.network.random() * this.#living.length)] as Member).id);
    }
    return [...chosen];
  }
}
