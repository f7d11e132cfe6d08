import { expect, test } from "vitest";
import { acceptedEncodings } from "./encodings.ts";

test.each([
  [undefined, []],
  ["", []],
  ["gzip, deflate, br, zstd", ["br", "gzip"]],
  ["gzip", ["gzip"]],
  ["X-GZIP", ["gzip"]],
  ["br;q=0.5, gzip;q=0.8", ["gzip", "br"]],
  ["br; q=0, gzip", ["gzip"]],
  ["*", ["br", "gzip"]],
  ["br;q=0, *", ["gzip"]],
  ["*;q=0, gzip;q=0.1", ["gzip"]],
  ["identity, gzip;q=0.5", []],
  ["identity;q=0.5, gzip", ["gzip"]],
  ["gzip;q=nonsense", []],
  ["deflate, zstd", []],
  [`${"a,".repeat(100)}gzip`, []],
])("%j: %j", (accept, expected) => {
  expect(acceptedEncodings(accept)).toEqual(expected);
});
