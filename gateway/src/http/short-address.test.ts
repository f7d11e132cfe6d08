import { expect, test } from "vitest";
import { shortAddress } from "./short-address.ts";

test.each([
  ["192.0.2.77", "192.0.2.0"],
  ["127.0.0.1", "127.0.0.0"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::"],
  ["2001:db8::1", "2001:db8::"],
  ["2001::1:2:3:4:5:6", "2001:0:1::"],
  ["::1", "::"],
  ["64:ff9b::192.0.2.1", "64:ff9b::"],
  ["fe80::1%eth0", "fe80::"],
  ["no address", ""],
])("%s: %s", (address, network) => {
  expect(shortAddress(address)).toBe(network);
});
