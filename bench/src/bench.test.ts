import { describe, expect, test } from "vitest";
import { PIECE_LENGTH, pieces, Verifier } from "./bytes.ts";
import type { Measure } from "./messages.ts";
import { printed } from "./print.ts";
import { deathOf } from "./process.ts";
import { memoryRows, streamRows, workloadRows } from "./rows.ts";
import { median, percentile } from "./statistics.ts";

describe("a verifier", () => {
  const body = Buffer.concat([...pieces(3 * PIECE_LENGTH + 5)]);

  test("takes the bytes of a body in whatever chunks", () => {
    const verifier = new Verifier();
    for (let at = 0; at < body.length; at += 70_001) verifier.take(body.subarray(at, at + 70_001));
    verifier.take(new Uint8Array(0));
    expect(verifier.length).toBe(3 * PIECE_LENGTH + 5);
  });

  test.each([
    ["a changed byte", Buffer.concat([body.subarray(0, 100_000), Buffer.of(255), body.subarray(100_001)])],
    ["a lost byte", Buffer.concat([body.subarray(0, 100_000), body.subarray(100_001)])],
    ["a doubled piece", Buffer.concat([body.subarray(0, PIECE_LENGTH), body])],
  ])("throws on %s", (_, wrong) => {
    expect(() => new Verifier().take(wrong)).toThrow(/wrong bytes/);
  });
});

test("medians and percentiles", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(percentile(hundred, 0.5)).toBe(51);
  expect(percentile(hundred, 0.99)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
});

describe("rows", () => {
  const round = (perSecond: number): Measure => ({
    perSecond,
    cpu: 1 / perSecond,
    p50: 1 / perSecond,
    p99: 2 / perSecond,
  });
  const rows = workloadRows("inflight64", [
    { stack: "floor", rounds: [round(100), round(300), round(200)] },
    { stack: "other", rounds: [round(50), round(50), round(50)] },
    { stack: "broken", rounds: [round(50)], failure: "stalled" },
  ]);

  test("are medians, and compared with the floor's", () => {
    expect(rows.slice(0, 2)).toEqual([
      { stack: "floor", workload: "inflight64", value: 200, unit: "calls/s", floorRatio: 1 },
      { stack: "other", workload: "inflight64", value: 50, unit: "calls/s", floorRatio: 0.25 },
    ]);
    expect(rows.filter(({ stack }) => stack === "other").map(({ workload }) => workload)).toEqual([
      "inflight64",
      "inflight64 p50",
      "inflight64 p99",
      "inflight64 cpu",
    ]);
    expect(rows[7]).toEqual({
      stack: "other",
      workload: "inflight64 p99",
      value: 40,
      unit: "µs",
      floorRatio: 4,
    });
    expect(rows[10]).toEqual({
      stack: "other",
      workload: "inflight64 cpu",
      value: 0.02,
      unit: "µs/call",
      floorRatio: 4,
    });
  });

  test("of what failed have no value, and say why", () => {
    const { value, floorRatio, note } = rows[2] ?? {};
    expect({ value, floorRatio, note }).toEqual({ value: null, floorRatio: null, note: "stalled" });
    expect(printed(rows)).toMatch(/broken +- +stalled/);
  });

  test("have no ratio when the floor did not run", () => {
    const [row] = workloadRows("inflight64", [{ stack: "other", rounds: [round(50)] }]);
    expect(row?.floorRatio).toBeNull();
  });
});

test("memory is told for a thousand connections and a thousand streams, and of streams only where there are some", () => {
  const [idle, connections] = memoryRows([{ stack: "floor", rounds: [{ idle: 50_000_000, perConnection: 2_500 }] }]);
  expect(idle).toMatchObject({ workload: "memory idle", value: 50, unit: "MB" });
  expect(connections).toMatchObject({ workload: "memory per 1000 connections", value: 2.5, unit: "MB", floorRatio: 1 });
  const streams = streamRows([
    { stack: "floor", rounds: [4_000] },
    { stack: "tcp", rounds: [] },
    { stack: "broken", rounds: [], failure: "stalled" },
  ]);
  expect(streams.map(({ stack, value, note }) => [stack, value, note])).toEqual([
    ["floor", 4, undefined],
    ["broken", null, "stalled"],
  ]);
});

test("the error that ended a program is found in what it printed", () => {
  expect(deathOf("node:internal\n  throw err;\n\nTypeError [CODE]: no\n    at x\n")).toBe("died: TypeError [CODE]: no");
  expect(deathOf("")).toBe("died");
});
