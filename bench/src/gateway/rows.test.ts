import { expect, test } from "vitest";
import { loadRows, printed } from "./rows.ts";

const load = (perSecond: number) => ({ perSecond, p50: 1_000 / perSecond, p99: 10 });
const rows = loadRows("small", "caddy", [
  { stack: "gateway", rounds: [load(300), load(100), load(200)] },
  { stack: "caddy", rounds: [load(100)] },
  { stack: "original", rounds: [], missing: "it died" },
]);

test("a row has the median of the rounds and its share of the other's", () => {
  expect(rows[0]).toEqual({ stack: "gateway", workload: "small", value: 200, unit: "req/s", ratio: 2, of: "caddy" });
  expect(rows[3]).toMatchObject({ workload: "small p50", value: 5, unit: "ms", ratio: 0.5 });
});

test("what is missing has no value, and is said loudly", () => {
  expect(rows[2]).toMatchObject({ value: null, ratio: null, note: "it died" });
  expect(printed(rows)).toMatch(/original +- +!!! MISSING: it died/);
});

test("without the other there is no ratio", () => {
  const [row] = loadRows("small", "caddy", [
    { stack: "gateway", rounds: [load(1)] },
    { stack: "caddy", rounds: [], missing: "needs Go" },
  ]);
  expect(row).toMatchObject({ value: 1, ratio: null });
});
