import { expect, test } from "vitest";
import { parseArguments, UsageError } from "./arguments.ts";

const DEFAULTS = { command: "run", config: "config.toml", host: "127.0.0.1", port: 9000 };

test.each([
  [[], DEFAULTS],
  [["run"], DEFAULTS],
  [["check", "-c", "a.toml"], { ...DEFAULTS, command: "check", config: "a.toml" }],
  [["--config=a.toml", "explain"], { ...DEFAULTS, command: "explain", config: "a.toml" }],
  [["-h", "::1", "-p", "0"], { ...DEFAULTS, host: "::1", port: 0 }],
  [["--help", "check"], { ...DEFAULTS, command: "help" }],
  [["--version"], { ...DEFAULTS, command: "version" }],
])("%j", (argv, expected) => expect(parseArguments(argv)).toEqual(expected));

test.each([
  [["serve"], "expected one command of run, check, explain, got serve"],
  [["check", "a.toml"], "expected one command of run, check, explain, got check a.toml"],
  [["-p", "65536"], "--port: expected 0 to 65535, got 65536"],
  [["-p", "x"], "--port: expected 0 to 65535, got x"],
  [["--nope"], "Unknown option '--nope'"],
  [["-h"], "Option '-h, --host <value>' argument missing"],
])("%j: %s", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(message);
});
