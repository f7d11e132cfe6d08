import fc from "fast-check";
import { expect, test } from "vitest";
import { normalizePath, paramsOf, parseQuery, parseTarget, Refusal } from "./index.ts";

test.each<[string, string, [string, string][] | undefined]>([
  ["/todo/:id", "/todo/7", [["id", "7"]]],
  [
    "/:a/:B",
    "/x/y",
    [
      ["a", "x"],
      ["b", "y"],
    ],
  ],
  ["/", "/", []],
  ["/a/:id", "/a/x%2F..%2Fy", [["id", "x/../y"]]],
  ["/a/:id", "/a/%252e", [["id", "%2e"]]],
  ["/a/:id", "/a/%C3%BC+1", [["id", "ü+1"]]],
  ["/a/:id", "/a/", undefined],
  ["/a/:id", "/a//", undefined],
  ["/a/:id", "/a", undefined],
  ["/a/:id", "/a/b/c", undefined],
  ["/a/:id", "/A/b", undefined],
  ["/a:b", "/axb", undefined],
  ["/:", "/x", undefined],
])("%s and %s", (pattern, path, expected) => {
  const params = paramsOf(pattern, path);
  expect(params && [...params]).toEqual(expected);
});

test("whatever encodeURIComponent was given comes out, and never leaves its segment", () => {
  const text = fc
    .string({ unit: "grapheme", minLength: 1 })
    .filter((value) => !/^\.\.?$/.test(value) && !value.includes("\0"));
  fc.assert(
    fc.property(text, text, (first, second) => {
      const path = normalizePath(`/a/${encodeURIComponent(first)}/b/${encodeURIComponent(second)}`);
      if (path instanceof Refusal) throw new Error(path.reason);
      expect([...(paramsOf("/a/:x/b/:y", path) ?? [])]).toEqual([
        ["x", first],
        ["y", second],
      ]);
      expect(paramsOf("/a/:x/:y", path)).toBeUndefined();
    }),
  );
});

test.each<[string, [string, string[]][]]>([
  ["", []],
  [
    "a=1&b=2",
    [
      ["a", ["1"]],
      ["b", ["2"]],
    ],
  ],
  ["a=1&A=2&a", [["a", ["1", "2", ""]]]],
  ["&&=x&a==b&", [["a", ["=b"]]]],
  [
    "a+b=c+d%2B&%26=%3D",
    [
      ["a b", ["c d+"]],
      ["&", ["="]],
    ],
  ],
  ["a;b=1;c", [["a;b", ["1;c"]]]],
  ["%C3%9C=%F0%9F%9A%80", [["Ü", ["🚀"]]]],
  [
    "__proto__=1&constructor=2",
    [
      ["__proto__", ["1"]],
      ["constructor", ["2"]],
    ],
  ],
])("the query %j", (query, expected) => {
  const parsed = parseQuery(query);
  expect(parsed instanceof Refusal ? parsed : [...parsed]).toEqual(expected);
});

test.each(["a=%", "a=50%", "%=1", "a=%00", "a=%ff", "%c3=%bc", "a=%zz"])("the query %j is refused", (query) => {
  expect(parseQuery(query)).toMatchObject({ kind: "BAD_TARGET" });
});

test("a query says what URLSearchParams reads in it", () => {
  const pair = fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      fc.pre(pairs.every((both) => !both.join("").includes("\u0000")));
      const parsed = parseQuery(new URLSearchParams(pairs).toString());
      const names = new Set(pairs.map(([name]) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())));
      expect(parsed instanceof Refusal ? parsed : new Set(parsed.keys())).toEqual(names);
      if (!(parsed instanceof Refusal))
        expect([...parsed.values()].flat().sort()).toEqual(pairs.map((one) => one[1]).sort());
    }),
  );
});

test.each<[string, string, unknown]>([
  ["OPTIONS", "*", { path: "*", query: undefined, authority: undefined }],
  ["GET", "/a?b?c", { path: "/a", query: "b?c", authority: undefined }],
  ["GET", "/a?", { path: "/a", query: "", authority: undefined }],
  ["GET", "https://H:1?q", { path: "/", query: "q", authority: "h:1" }],
  ["GET", "http://h/a//b", { path: "/a//b", query: undefined, authority: "h" }],
])("%s %s", (method, target, expected) => {
  expect(parseTarget(method, target)).toEqual(expected);
});

test.each([
  "*",
  "",
  "a",
  "example.org:443",
  "ftp://h/",
  "javascript://h/",
  "/a#b",
  "/a?b#c",
  "/a?\u00fc",
  "/a? b",
  "/a?\n",
])("the target %j is refused", (target) => {
  expect(parseTarget("GET", target)).toMatchObject({ status: 400 });
});
