import fc from "fast-check";
import { compareDistance, PeerTable } from "flatend/dht";
import { describe, expect, it } from "vitest";
import { Keys } from "./keys.ts";
import { addressOf, indexOf, type Member } from "./members.ts";
import { parseDht } from "./options.ts";
import { formatTable, percent, reaches } from "./report.ts";
import { type Measured, measure, type Scenario } from "./scenario.ts";
import { renderSvg } from "./svg.ts";

const run = (scenario: Scenario, nodes: number, malicious = 0, seed = 1): Measured[] =>
  measure({
    scenario,
    nodes,
    seed,
    malicious,
    attack: "mixed",
    lookups: 300,
    halfLifeMs: 600_000,
    settleMs: 30_000,
    windowMs: 30_000,
  });

/** Seconds of work; a machine that has much else to do may take many times as long. */
const PATIENCE = { timeout: 240_000 };

/** What depends on the options alone. */
const figures = (rows: readonly Measured[]) => rows.map(({ realSeconds, memoryMb, ...rest }) => rest);

describe("the simulated mesh", () => {
  it.each<[Scenario, number]>([
    ["calm", 0],
    ["churn", 0],
    ["partition", 0],
    ["malicious", 0.3],
  ])("has its lookups find whom they look for: %s", PATIENCE, (scenario, malicious) => {
    const rows = run(scenario, 150, malicious);
    expect(rows.length).toBe(scenario === "partition" ? 2 : 1);
    for (const row of rows) {
      expect(row.lookups).toBeGreaterThan(280);
      expect(row.success).toBeGreaterThanOrEqual(malicious > 0 ? 0.95 : 0.995);
      expect(row.hopsMean).toBeLessThanOrEqual(row.hopsTarget);
      expect(row.nearInTable).toBeGreaterThan(0.9);
    }
  });

  it("is the same from the same seed, to the bit, and another from another", PATIENCE, () => {
    const first = run("malicious", 64, 0.3);
    expect(figures(run("malicious", 64, 0.3))).toEqual(figures(first));
    expect(figures(run("malicious", 64, 0.3, 2))).not.toEqual(figures(first));
  });
});

describe("the truth", () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const member = (publicKey: Uint8Array, index: number): Member => ({
    index,
    id: { publicKey, address: addressOf(index), port: 9000 },
    table: new PeerTable(publicKey),
    latencyMs: 1,
    attack: undefined,
    bootstraps: [],
    dialed: [],
    accepted: [],
    alive: true,
    half: 0,
    refreshMs: 1,
    looking: false,
    returned: [],
    cancelRefresh: undefined,
  });

  it("is what a sort of everybody gives", () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { selector: String, maxLength: 80 }), key, fc.nat(20), (keys, random, count) => {
        const members = keys.map(member);
        for (const target of [random, keys[0] ?? random]) {
          const expected = [...keys]
            .filter((one) => String(one) !== String(target))
            .sort((a, b) => compareDistance(target, a, b))
            .slice(0, count);
          const found = new Keys(members).nearest(target, count).map(({ id }) => id.publicKey);
          expect(found).toEqual(expected);
        }
      }),
    );
  });

  it("knows a host by its address", () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), (index) => {
        expect(indexOf({ publicKey: new Uint8Array(32), address: addressOf(index), port: 1 })).toBe(index);
      }),
    );
  });
});

describe("the arguments", () => {
  it("stand for each scenario unless one is named", () => {
    expect(parseDht([])?.runs.map(({ scenario }) => scenario)).toEqual([
      "calm",
      "churn",
      "partition",
      "malicious",
      "malicious",
      "malicious",
    ]);
    const both = parseDht(["500", "--churn", "--malicious", "0.3", "--attack", "mute", "--seed", "7"]);
    expect(both?.runs).toEqual([
      {
        nodes: 500,
        seed: 7,
        lookups: 10_000,
        halfLifeMs: 600_000,
        settleMs: 30_000,
        windowMs: 30_000,
        attack: "mute",
        scenario: "churn",
        malicious: 0.3,
      },
    ]);
    expect(parseDht(["--settle", "5", "--window", "2"])?.runs[0]).toMatchObject({ settleMs: 5000, windowMs: 2000 });
    expect(parseDht(["--help"])).toBeUndefined();
  });

  it.each([
    [["many"], "NODES: expected a whole number from 32 to 1000000, got many"],
    [["3"], "NODES: expected a whole number from 32 to 1000000, got 3"],
    [["100", "200"], "expected one number of nodes, got 100 200"],
    [["--malicious", "2"], "--malicious: expected a number from 0.01 to 0.9, got 2"],
    [["--attack", "bite"], "--attack: expected mixed, invent, poison, collude, empty, mute, slow, got bite"],
    [["--partition", "--churn"], "--partition stands alone"],
    [["--seed", ""], "--seed: expected a whole number from 1 to 4294967295, got "],
  ])("%j: %s", (args, message) => {
    expect(() => parseDht(args)).toThrow(message);
  });
});

describe("the report", () => {
  const row: Measured = {
    scenario: "calm <1>",
    nodes: 1000,
    seed: 1,
    malicious: 0,
    lookups: 10_000,
    found: 9_990,
    success: 0.99899,
    hopsMean: 2.5,
    hopsP99: 4,
    hopsTarget: 4.98,
    asked: 8,
    dialed: 2,
    messages: 24,
    msMean: 400,
    msP99: 1200,
    nearInTable: 0.99,
    stale: 0,
    connectionsMean: 200,
    connectionsMax: 300,
    requests: 1,
    dials: 1,
    virtualSeconds: 1,
    realSeconds: 1,
    memoryMb: 1,
  };

  it("never rounds up to what was not reached", () => {
    expect(percent(row.success, 2)).toBe("99.89 %");
    expect(percent(1, 2)).toBe("100.00 %");
    expect(formatTable([row]).split("\n").length).toBe(3);
  });

  it("holds each row against the target for its kind", () => {
    expect(reaches(row)).toBe(false);
    expect(reaches({ ...row, success: 0.9991 })).toBe(true);
    expect(reaches({ ...row, malicious: 0.3, success: 0.95 })).toBe(true);
    expect(reaches({ ...row, success: 1, hopsMean: 5 })).toBe(false);
  });

  it("draws a picture that needs nothing from elsewhere, and shows a missed target", () => {
    const picture = renderSvg([row, { ...row, success: 1 }]);
    expect(picture).toContain("calm &lt;1>");
    expect(picture.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|@import|@font-face|url\(/);
    expect(picture.match(/class="bad"/g)?.length).toBe(1);
    expect(picture).toContain("prefers-color-scheme:dark");
  });
});
