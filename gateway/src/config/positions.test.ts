import fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { describe, expect, test } from "vitest";
import { lowerKeys, type Path, pathKey, placesOf } from "./positions.ts";

function at(text: string, path: Path): string {
  const place = placesOf(text).get(pathKey(path));
  return `${place?.key.line}:${place?.key.column} ${place?.value.line}:${place?.value.column}`;
}

describe("places", () => {
  test.each<[string, Path, string]>([
    ['addr = ":1"', ["addr"], "1:1 1:8"],
    ['\n  addr=":1" # "x" = 2', ["addr"], "2:3 2:8"],
    ["# a = 1\r\nb = 2", ["b"], "2:1 2:5"],
    ["Addr = 1", ["addr"], "1:1 1:8"],
    ["a.b . c = 1", ["a", "b", "c"], "1:7 1:11"],
    ["a.b = 1", ["a"], "1:1 1:1"],
    ["[http.timeout]\nread = 1", ["http", "timeout"], "1:7 1:7"],
    ["[http.timeout]\nread = 1", ["http", "timeout", "read"], "2:1 2:8"],
    ["[[http]]\n[[http]]\na = 1\n[http.max]\nb = 1", ["http", 1, "max", "b"], "5:1 5:5"],
    ["[[http]]\n[[http.routes]]\n[[http.routes]]\na = 1", ["http", 0, "routes", 1, "a"], "4:1 4:5"],
    ["[[http]]\n[[http.routes]]\n[[http]]\n[[http.routes]]\na = 1", ["http", 1, "routes", 0, "a"], "5:1 5:5"],
    ["[[http]]\n[[http.routes]]\n[[http.routes]]", ["http", 0, "routes", 1], "3:8 3:8"],
    ['a = [1, "x]",\n  # ]\n  [2], 3]\nb = 1', ["a", 3], "3:8 3:8"],
    ['a = { b = "}", c.d = [1] }\ne = 1', ["a", "c", "d", 0], "1:23 1:23"],
    ['a = { b = "}", c.d = [1] }\ne = 1', ["e"], "2:1 2:5"],
    ['a = """x\n"""""\nb = 1', ["b"], "3:1 3:5"],
    ["a = '''x\\'''\nb = 1", ["b"], "2:1 2:5"],
    ['a = "\\\\"\nb = 1', ["b"], "2:1 2:5"],
    ['"a.\\u0062" = 1', ["a.b"], "1:1 1:14"],
    ["a = 1979-05-27 07:32:00\nb = 1", ["b"], "2:1 2:5"],
  ])("%j: %j is at %s", (text, path, expected) => {
    parse(text);
    expect(at(text, path)).toBe(expected);
  });

  test("every value of any document stands where it is said to", () => {
    const key = fc.oneof(fc.stringMatching(/^[a-z_-]{1,4}$/), fc.string({ unit: "binary", maxLength: 4 }));
    const name = key.filter((text) => text === text.toLowerCase() && text !== "__proto__");
    const document = fc.letrec((tie) => ({
      table: fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
      value: fc.oneof(
        { depthSize: "small" },
        fc.string({ unit: "grapheme" }),
        fc.integer(),
        fc.boolean(),
        fc.array(fc.string()),
        fc.array(tie("table"), { maxLength: 3 }),
        tie("table"),
      ),
    })).table;
    fc.assert(
      fc.property(document, (value) => {
        const text = stringify(value);
        const places = placesOf(text);
        for (const [path, leaf] of leavesOf(parse(text), [])) {
          const place = places.get(pathKey(path));
          const source = text.slice(place?.from, place?.to);
          expect([path, parse(`x = ${source}`).x]).toEqual([path, leaf]);
        }
      }),
    );
  });
});

describe("keys in lower case", () => {
  test.each([
    ["Addr = 'Addr' # Addr", "addr = 'Addr' # Addr"],
    ["[[HTTP]]\nA.B = { C = 'D' }\n[http.Max]", "[[http]]\na.b = { c = 'D' }\n[http.max]"],
    ['"Addr" = 1\n"\\u0041B" = 2', '"addr" = 1\n"\\u0041B" = 2'],
  ])("%j", (text, expected) => expect(lowerKeys(text)).toBe(expected));

  test("any text keeps its length", () => {
    const pieces = fc.constantFrom(..."[]{}=\"'#,.\n aA1\\".split(""));
    fc.assert(
      fc.property(fc.string({ unit: pieces }), (text) => {
        expect(lowerKeys(text)).toHaveLength(text.length);
      }),
    );
  });
});

function leavesOf(value: unknown, path: Path): [Path, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...keys].flatMap((key) => leavesOf((value as Record<string | number, unknown>)[key], [...path, key]));
}
