import { BUCKET_SIZE } from "flatend/wire";
import { connectionsOf, type Member } from "./members.ts";
import { type Found, Mesh, type MeshOptions } from "./mesh.ts";
import { mean, quantile } from "./statistics.ts";

export type Scenario = "calm" | "churn" | "malicious" | "partition";

export interface ScenarioOptions extends MeshOptions {
  readonly scenario: Scenario;
  /** Lookups that are measured. */
  readonly lookups: number;
  /** Time in which half of the nodes have been replaced, in ms; for churn. */
  readonly halfLifeMs: number;
  /** Time between the last start and the scenario, in ms. */
  readonly settleMs: number;
  /** Time over which the measured lookups are spread, in ms. */
  readonly windowMs: number;
}

/** One line of the report. All but the real time and the memory depend on the options alone. */
export interface Measured {
  readonly scenario: string;
  readonly nodes: number;
  readonly seed: number;
  /** Share of nodes that lie. */
  readonly malicious: number;
  readonly lookups: number;
  readonly found: number;
  /** Found of all lookups, from 0 to 1. */
  readonly success: number;
  readonly hopsMean: number;
  readonly hopsP99: number;
  /** Half of the logarithm of the number of nodes: what hops are to stay below. */
  readonly hopsTarget: number;
  /** Peers asked per lookup. */
  readonly asked: number;
  /** Connections made per lookup. */
  readonly dialed: number;
  /** Packets per lookup: two for each request, four for each connection. */
  readonly messages: number;
  readonly msMean: number;
  readonly msP99: number;
  /** Of the 16 nodes that are nearest to a node, those in its table, from 0 to 1. */
  readonly nearInTable: number;
  /** Of the peers in a table, those that are gone or out of reach, from 0 to 1. */
  readonly stale: number;
  readonly connectionsMean: number;
  readonly connectionsMax: number;
  /** Requests and dials of all nodes from the first start on. */
  readonly requests: number;
  readonly dials: number;
  readonly virtualSeconds: number;
  readonly realSeconds: number;
  readonly memoryMb: number;
}

const STEP_MS = 1_000;
const CHURN_BEFORE_MS = 180_000;
const PARTITION_BEFORE_MS = 120_000;
const HEALED_BEFORE_MS = 60_000;
/** Tables that are compared with the truth. */
const TABLES = 1_000;

/** Runs one scenario and measures; a partition is measured twice, while it lasts and after it. */
export function measure(options: ScenarioOptions): Measured[] {
  const began = performance.now();
  const mesh = new Mesh(options);
  mesh.grow(options.settleMs);
  const { clock } = mesh.network;
  const take = (name: string, reach: Reach): Measured => {
    const found = lookUp(mesh, options, reach);
    return report(name, options, mesh, found, reach, (performance.now() - began) / 1000);
  };
  switch (options.scenario) {
    case "calm":
      return [take("calm", anybody)];
    case "malicious":
      return [take(`${Math.round(options.malicious * 100)} % malicious, ${options.attack}`, anybody)];
    case "churn": {
      churn(mesh, options.halfLifeMs);
      clock.run(CHURN_BEFORE_MS);
      const { malicious } = options;
      const liars = malicious > 0 ? `, ${Math.round(malicious * 100)} % malicious, ${options.attack}` : "";
      return [take(`churn, half-life ${options.halfLifeMs / 60_000} min${liars}`, anybody)];
    }
    case "partition": {
      mesh.network.part(true);
      clock.run(PARTITION_BEFORE_MS);
      const during = take("partition, within the halves", sameHalf);
      mesh.network.part(false);
      clock.run(HEALED_BEFORE_MS);
      return [during, take("a minute after it", anybody)];
    }
  }
}

type Reach = (a: Member, b: Member) => boolean;
const anybody: Reach = () => true;
const sameHalf: Reach = (a, b) => a.half === b.half;

/** Honest nodes look for honest nodes, evenly over the window. Those that have ended before they were found do not count. */
function lookUp(mesh: Mesh, { lookups: count, windowMs }: ScenarioOptions, reach: Reach): Found[] {
  const { clock, random } = mesh.network;
  const found: Found[] = [];
  let open = count;
  const draw = (from: readonly Member[]) => from[Math.floor(random() * from.length)] as Member;
  const one = () => {
    const asker = draw(mesh.living);
    const wanted = draw(mesh.living);
    const liars = asker.attack !== undefined || wanted.attack !== undefined;
    if (liars || asker === wanted || !reach(asker, wanted)) {
      one();
      return;
    }
    mesh.find(asker, wanted, (result) => {
      open--;
      if (asker.alive && wanted.alive) found.push(result);
    });
  };
  for (let n = 0; n < count; n++) clock.after((n / count) * windowMs, one);
  while (open > 0) clock.run(STEP_MS);
  return found;
}

/** Nodes end and others start so that their number stays and half of them are new after the half-life. */
function churn(mesh: Mesh, halfLifeMs: number): void {
  const { clock, random } = mesh.network;
  const meanWaitMs = halfLifeMs / Math.LN2 / mesh.living.length;
  const next = () => {
    mesh.end();
    mesh.start();
    clock.after(-Math.log(1 - random()) * meanWaitMs, next);
  };
  next();
}

function report(
  scenario: string,
  options: ScenarioOptions,
  mesh: Mesh,
  lookups: readonly Found[],
  reach: Reach,
  realSeconds: number,
): Measured {
  const good = lookups.filter(({ found }) => found);
  const honest = mesh.honest();
  const step = Math.max(1, Math.floor(honest.length / TABLES));
  const sample = honest.filter((_, at) => at % step === 0);
  const keys = mesh.keys();
  const near: number[] = [];
  const stale: number[] = [];
  for (const member of sample) {
    const nearest = keys
      .nearest(member.id.publicKey, 2 * BUCKET_SIZE + 64)
      .filter((other) => reach(member, other))
      .slice(0, BUCKET_SIZE);
    near.push(nearest.filter(({ id }) => member.table.find(id.publicKey) !== undefined).length / nearest.length);
    const peers = member.table.peers();
    const usable = peers.filter((id) => {
      const other = mesh.network.memberAt(id);
      return other?.alive === true && reach(member, other);
    });
    stale.push(peers.length === 0 ? 0 : 1 - usable.length / peers.length);
  }
  const connections = mesh.living.map(connectionsOf);
  return {
    scenario,
    nodes: options.nodes,
    seed: options.seed,
    malicious: options.malicious,
    lookups: lookups.length,
    found: good.length,
    success: good.length / lookups.length,
    hopsMean: mean(good.map(({ hops }) => hops)),
    hopsP99: quantile(
      good.map(({ hops }) => hops),
      0.99,
    ),
    hopsTarget: Math.log2(options.nodes) / 2,
    asked: mean(lookups.map(({ asked }) => asked)),
    dialed: mean(lookups.map(({ dialed }) => dialed)),
    messages: mean(lookups.map(({ asked, dialed }) => 2 * asked + 4 * dialed)),
    msMean: mean(lookups.map(({ ms }) => ms)),
    msP99: quantile(
      lookups.map(({ ms }) => ms),
      0.99,
    ),
    nearInTable: mean(near),
    stale: mean(stale),
    connectionsMean: mean(connections),
    connectionsMax: connections.reduce((most, one) => Math.max(most, one), 0),
    requests: mesh.network.requests,
    dials: mesh.network.dials,
    virtualSeconds: mesh.network.clock.now() / 1000,
    realSeconds,
    memoryMb: process.memoryUsage().rss / 2 ** 20,
  };
}
