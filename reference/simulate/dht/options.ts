import { parseArgs } from "node:util";
import { ATTACKS } from "./members.ts";
import type { ScenarioOptions } from "./scenario.ts";

export const DHT_USAGE = `usage: npm run simulate -- dht [NODES] [options]

Tables and lookups of NODES nodes (from 32 to 1,000,000, default 10000) under a virtual clock. Without a
scenario: each of them, one after the other.

  --calm             nobody lies, nobody leaves
  --churn            nodes leave and others join
  --malicious SHARE  so great a share lies, from 0.01 to 0.9; with --churn both at once
  --partition        halves that cannot reach each other for two minutes
  --attack KIND      what liars do: mixed (default), ${ATTACKS.join(", ")}
  --half-life MIN    minutes in which churn replaces half of the nodes, default 10
  --lookups N        lookups that are measured, default 10000
  --settle S         virtual seconds from the last start to the scenario, default 30
  --window S         virtual seconds over which the measured lookups are spread, default 30
  --seed N           the same seed gives the same figures, default 1
  --svg FILE         the figures as a picture
  --json FILE        the figures as JSON
  --check            exit code 1 unless success and hops are within their targets
  --help             this text`;

export interface DhtCommand {
  readonly runs: readonly ScenarioOptions[];
  readonly svg: string | undefined;
  readonly json: string | undefined;
  readonly check: boolean;
}

/** Reads the arguments behind `dht`; `undefined` when help is wanted. Throws an Error with one line of text when they are wrong. */
export function parseDht(args: readonly string[]): DhtCommand | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      calm: { type: "boolean" },
      churn: { type: "boolean" },
      malicious: { type: "string" },
      partition: { type: "boolean" },
      attack: { type: "string", default: "mixed" },
      "half-life": { type: "string", default: "10" },
      lookups: { type: "string", default: "10000" },
      settle: { type: "string", default: "30" },
      window: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      svg: { type: "string" },
      json: { type: "string" },
      check: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  if (positionals.length > 1) throw new Error(`expected one number of nodes, got ${positionals.join(" ")}`);
  const attack = (["mixed", ...ATTACKS] as const).find((kind) => kind === values.attack);
  if (attack === undefined) throw new Error(`--attack: expected mixed, ${ATTACKS.join(", ")}, got ${values.attack}`);
  const base = {
    nodes: numberOf("NODES", positionals[0] ?? "10000", 32, 1_000_000),
    seed: numberOf("--seed", values.seed, 1, 0xffff_ffff),
    lookups: numberOf("--lookups", values.lookups, 1, 1_000_000),
    halfLifeMs: 60_000 * numberOf("--half-life", values["half-life"], 1, 10_000),
    settleMs: 1000 * numberOf("--settle", values.settle, 0, 3600),
    windowMs: 1000 * numberOf("--window", values.window, 1, 3600),
    attack,
  };
  const share = values.malicious === undefined ? 0 : numberOf("--malicious", values.malicious, 0.01, 0.9);
  if (values.partition && (values.churn || share > 0)) throw new Error("--partition stands alone");
  const runs: ScenarioOptions[] = [];
  if (values.calm) runs.push({ ...base, scenario: "calm", malicious: 0 });
  if (values.churn) runs.push({ ...base, scenario: "churn", malicious: share });
  else if (share > 0) runs.push({ ...base, scenario: "malicious", malicious: share });
  if (values.partition) runs.push({ ...base, scenario: "partition", malicious: 0 });
  return {
    runs: runs.length > 0 ? runs : everything(base),
    svg: values.svg,
    json: values.json,
    check: values.check,
  };
}

/** Each scenario, and the attackers that do most harm beside the mixture. */
function everything(base: Omit<ScenarioOptions, "scenario" | "malicious">): ScenarioOptions[] {
  return [
    { ...base, scenario: "calm", malicious: 0 },
    { ...base, scenario: "churn", malicious: 0 },
    { ...base, scenario: "partition", malicious: 0 },
    { ...base, scenario: "malicious", malicious: 0.3 },
    { ...base, scenario: "malicious", malicious: 0.3, attack: "collude" },
    { ...base, scenario: "malicious", malicious: 0.3, attack: "poison" },
  ];
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  const whole = Number.isInteger(least);
  if (text === "" || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Error(`${name}: expected ${whole ? "a whole" : "a"} number from ${least} to ${most}, got ${text}`);
  }
  return value;
}
