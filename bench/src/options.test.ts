import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOptions, UsageError } from "./options.ts";

const known = ["tcp", "floor", "flatend"];

test("all stacks are run unless some are named, each once", () => {
  expect(readOptions([], known)).toEqual({ quick: false, json: undefined, stacks: known });
  const json = join(mkdtempSync(join(tmpdir(), "bench-")), "rows.json");
  expect(readOptions(["--quick", "--json", json, "--stacks", "floor, tcp,floor"], known)).toEqual({
    quick: true,
    json,
    stacks: ["floor", "tcp"],
  });
});

test.each([
  [["--stacks", "floor,nats"], '--stacks: expected some of tcp, floor, flatend, got "nats"'],
  [["--stacks", ""], '--stacks: expected some of tcp, floor, flatend, got ""'],
  [["--stacks"], /^Option '--stacks <value>' argument missing$/],
  [["--fast"], /^Unknown option '--fast'/],
  [["floor"], /^Unexpected argument 'floor'/],
  [
    ["--json", "/there/is/no/such/folder/rows.json"],
    '--json: expected a file in a folder that can be written, got "/there/is/no/such/folder/rows.json"',
  ],
])("%j is refused in one line", (args, message) => {
  expect(() => readOptions(args, known)).toThrow(UsageError);
  expect(() => readOptions(args, known)).toThrow(message);
  expect(() => readOptions(args, known)).toThrow(/^.+$/);
});
