// Prometheus's own program reads what the gateway says of itself, and what the dashboard of Grafana asks.
import { spawnSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { grafanaExpressions, HTTPS, start } from "./administered.ts";
import { goProgram } from "./go.ts";

let promtool: string | undefined;
beforeAll(async () => {
  promtool = await goProgram("promtool", "Metrics are not checked by promtool");
}, 900_000);

/** The exit code, and the lines it prints to standard error. */
function run(args: readonly string[], input: string): readonly [code: number | null, lines: readonly string[]] {
  const { status, stderr } = spawnSync(promtool ?? "", args, { input, encoding: "utf8" });
  return [status, stderr.trim().split("\n")];
}

/** What it finds in the names that processes of Node have everywhere, and that dashboards for them look for. */
const OF_EVERY_NODE = ["handles", "requests", "resources"].map(
  (name) => `nodejs_active_${name}_total non-counter metrics should not have "_total" suffix`,
);

test("metrics as Prometheus wants them", async ({ skip }) => {
  if (promtool === undefined) skip();
  const { url, admin } = await start(HTTPS);
  await (await fetch(`${url}/hello/a`)).text();
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  const check = (text: string) => run(["check", "metrics"], text);
  expect(check(metrics)).toEqual([3, OF_EVERY_NODE]);
  const [code, [fault]] = check(metrics.replaceAll("flatend_bytes_total", "flatend_bytes"));
  expect([code, fault]).toEqual([3, 'flatend_bytes counter metrics should have "_total" suffix']);
});

test("the dashboard asks what Prometheus can answer", ({ skip }) => {
  if (promtool === undefined) skip();
  // What Grafana puts in for its variables.
  const filled = (expression: string) => expression.replace(/\$__rate_interval/g, "5m").replace(/\$\w+/g, ".+");
  const rules = (expressions: readonly string[]) => {
    const each = expressions.map((expr, index) => ({ record: `asked_${index}`, expr: filled(expr) }));
    return JSON.stringify({ groups: [{ name: "grafana", rules: each }] });
  };
  const check = (text: string) => run(["check", "rules"], text);
  const expressions = grafanaExpressions();
  expect(check(rules(expressions))[0]).toBe(0);
  const [code, faults] = check(rules([...expressions, "rate(flatend_bytes_total)"]));
  expect([code, faults.join()]).toEqual([1, expect.stringContaining("expected type range vector in call to function")]);
});
