import { expect, test } from "vitest";
import { parseArguments, UsageError } from "./arguments.ts";

const DEFAULTS = { command: "run", config: "config.toml", host: "127.0.0.1", port: 9000, operands: [], json: false };

test.each([
  [[], DEFAULTS],
  [["run"], DEFAULTS],
  [["check", "-c", "a.toml"], { ...DEFAULTS, command: "check", config: "a.toml" }],
  [["--config=a.toml", "explain"], { ...DEFAULTS, command: "explain", config: "a.toml" }],
  [["-h", "::1", "-p", "0"], { ...DEFAULTS, host: "::1", port: 0 }],
  [["repl"], { ...DEFAULTS, command: "repl" }],
  [["peers", "--json"], { ...DEFAULTS, command: "peers", json: true }],
  [["call", "a", "{}", "b c"], { ...DEFAULTS, command: "call", operands: ["a", "{}", "b c"] }],
  [["--help", "check"], { ...DEFAULTS, command: "help" }],
  [["--version"], { ...DEFAULTS, command: "version" }],
])("%j", (argv, expected) => expect(parseArguments(argv)).toEqual(expected));

test.each([
  [
    ["serve"],
    "expected one command of run, check, explain, repl, status, peers, services, routes, call, trace, certificates, log-level, reload, drain, got serve",
  ],
  [
    ["check", "a.toml"],
    "expected one command of run, check, explain, repl, status, peers, services, routes, call, trace, certificates, log-level, reload, drain, got check a.toml",
  ],
  [["peers", "a"], "expected peers, got peers a"],
  [["call"], "expected call SERVICE [HEADERS [BODY]], got call"],
  [["trace", "GET", "/", "x"], "expected trace [METHOD] PATH|URL, got trace GET / x"],
  [["-p", "65536"], "--port: expected 0 to 65535, got 65536"],
  [["-p", "x"], "--port: expected 0 to 65535, got x"],
  [["--nope"], "Unknown option '--nope'"],
  [["-h"], "Option '-h, --host <value>' argument missing"],
])("%j: %s", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(message);
});
