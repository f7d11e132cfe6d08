import { expect, test } from "vitest";
import { type Address, collide, formatAddress, parseAddress } from "./address.ts";

test.each([
  [":3000", { host: "", port: 3000 }, "[::]:3000"],
  ["127.0.0.1:80", { host: "127.0.0.1", port: 80 }, "127.0.0.1:80"],
  ["[::1]:80", { host: "::1", port: 80 }, "[::1]:80"],
  ["LocalHost:0", { host: "localhost", port: 0 }, "localhost:0"],
])("%s", (text, address, formatted) => {
  expect(parseAddress(text)).toEqual(address);
  expect(formatAddress(address)).toBe(formatted);
});

test.each(["", "3000", "localhost", "::1:80", "[::1]", ":65536", ":-1", "a b:1", "key@host:1", "[host]:1"])(
  "%j is none",
  (text) => expect(parseAddress(text)).toBeUndefined(),
);

test.each([
  [":1", ":1", true],
  [":1", "127.0.0.1:1", true],
  ["[::]:1", "0.0.0.0:1", true],
  ["127.0.0.1:1", "127.0.0.2:1", false],
  [":1", ":2", false],
  ["127.0.0.1:0", "127.0.0.1:0", false],
])("%s and %s: %s", (one, other, expected) => {
  expect(collide(parseAddress(one) as Address, parseAddress(other) as Address)).toBe(expected);
});
