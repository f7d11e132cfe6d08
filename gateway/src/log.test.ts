import { expect, test } from "vitest";
import { LEVELS } from "./config/log-level.ts";
import { logTo, MAX_WAITING, Threshold } from "./log.ts";

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

test("lines wait for a reader in a bounded part of memory, and those that are left out are counted", () => {
  const lines: string[] = [];
  const stream = { writableLength: 0, write: (text: string) => lines.push(text) };
  const log = logTo(stream, () => new Date(2020, 0, 2, 3, 4, 5));
  log("before");
  stream.writableLength = MAX_WAITING + 1;
  log("lost");
  log("lost");
  stream.writableLength = MAX_WAITING;
  log("again");
  log("after");
  expect(lines).toEqual([
    "2020/01/02 03:04:05 before\n",
    "2020/01/02 03:04:05 Lines that nobody has read in time and that are left out here: 2.\n",
    "2020/01/02 03:04:05 again\n",
    "2020/01/02 03:04:05 after\n",
  ]);
});
