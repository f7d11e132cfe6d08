import { expect, test } from "vitest";
import { LEVELS } from "./config/log-level.ts";
import { Threshold } from "./log.ts";

test.each([
  ["debug", ["Mesh: all {}", ...LEVELS]],
  ["info", ["info", "warn", "error"]],
  ["warn", ["warn", "error"]],
  ["error", ["error"]],
] as const)("level %s", (level, passed) => {
  const lines: string[] = [];
  const threshold = new Threshold((line) => void lines.push(line), "info");
  threshold.level = level;
  threshold.ofNode.error({}, "all");
  for (const one of LEVELS) threshold.log(one, one);
  expect(lines).toEqual(passed);
});

test("a line without a level is info, and what a node says cannot move the cursor", () => {
  const lines: string[] = [];
  const threshold = new Threshold((line) => void lines.push(line), "info");
  threshold.log("told");
  threshold.level = "warn";
  threshold.log("not told");
  threshold.level = "debug";
  threshold.ofNode.info({ err: new Error("a\nb"), text: "\u009b2J\u202e" }, "odd");
  expect(lines).toEqual(["told", 'Mesh: odd {"err":"a\\nb","text":"\\u{9b}2J\\u{202e}"}']);
});
