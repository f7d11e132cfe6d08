import { fromHex, hex } from "../bytes.ts";
import { bytesOf, type Headers } from "../packets.ts";
import { Suite } from "../suite.ts";

export function headers(): Suite {
  const suite = new Suite("headers", "Which value a key has when a packet is read: the last one, byte for byte.");
  const group = suite.group(
    "Headers",
    "A list of keys and values, and the value of each key. The order of the result means nothing.",
  );
  const add = (slug: string, comment: string, requirement: string, list: Headers, flags: string[] = []) => {
    const values = new Map(list.map(([key, value]) => [hex(bytesOf(key)), hex(bytesOf(value))]));
    group.valid("header-values", slug, {
      comment,
      requirements: [requirement],
      flags,
      input: { headers: list.map(([key, value]) => [hex(bytesOf(key)), hex(bytesOf(value))]) },
      expect: { values: [...values].map(([key, value]) => [key, value]) },
    });
  };
  add("none", "No headers.", "FLT-HDR-010", []);
  add("one", "One header.", "FLT-HDR-001", [["key", "value"]]);
  add("last-of-two", "The last value of a key counts.", "FLT-HDR-006", [
    ["role", "admin"],
    ["other", "x"],
    ["role", "user"],
  ]);
  add("last-of-three", "However many there are.", "FLT-HDR-006", [
    ["a", "1"],
    ["a", "2"],
    ["a", ""],
  ]);
  add("case", "Keys that differ in case are two keys.", "FLT-HDR-007", [
    ["Key", "upper"],
    ["key", "lower"],
  ]);
  add("empty-key", "An empty key is a key.", "FLT-HDR-004", [
    ["", "x"],
    ["", "y"],
  ]);
  add(
    "language-names",
    "No key has a meaning of its own.",
    "FLT-HDR-011",
    [
      ["__proto__", "x"],
      ["constructor", "y"],
      ["__proto__", "z"],
    ],
    ["PropertyName"],
  );
  add("composed-and-decomposed", "Two spellings of one letter are two keys.", "FLT-HDR-007", [
    ["\u00e9", "composed"],
    ["e\u0301", "decomposed"],
  ]);
  add("not-utf8", "Keys are bytes before they are text.", "FLT-HDR-005", [
    [fromHex("ff"), "1"],
    [fromHex("fe"), "2"],
    [fromHex("ff"), "3"],
  ]);
  return suite;
}
