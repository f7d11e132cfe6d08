import { expect, test } from "vitest";
import { checkHeaders } from "./messages.ts";

const named = (keys: readonly string[]): [string, string][] => keys.map((key) => [key, "value"]);

test.each([2, 16, 17, 100])("of %i headers none may stand twice, and none without a key", (count) => {
  const keys = Array.from({ length: count }, (_, index) => `key-${index}`);
  expect(() => checkHeaders(named(keys))).not.toThrow();
  for (const wrong of [keys[0] ?? "", ""]) {
    const last = [...keys.slice(0, -1), wrong];
    expect(() => checkHeaders(named(last))).toThrow(`stand once, got ${JSON.stringify(wrong)}`);
  }
});
