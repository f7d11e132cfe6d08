import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayNameFile, normalizePath, otherTrailingSlash, Refusal, withoutEmptySegments } from "./index.ts";

/** Paths made of what attacks are made of, so that most of them are not refused at once. */
const pieces = fc.constantFrom(
  ...'/ // . .. %2e %2E%2e %2f %5c %00 % %4 %c3%bc %c3 %ff a Z 0 ~ %7e %25 %252e ; : @ | { " ^ [ ? # \\ %20 +'.split(
    " ",
  ),
);
const paths = fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join("")}`);

describe("a path", () => {
  test.each([
    ["/", "/"],
    ["/a/b", "/a/b"],
    ["/%41%7e%2D%5f", "/A~-_"],
    ["/%c3%bc", "/%C3%BC"],
    ["/a%2fb%5c", "/a%2Fb%5C"],
    ["/%252e%252E", "/%252e%252E"],
    ['/a|b"c', "/a%7Cb%22c"],
    ["/...", "/..."],
    ["/.a/..b/c..", "/.a/..b/c.."],
    ["//a///b//", "//a///b//"],
    ["/a;b=c/d:e@f", "/a;b=c/d:e@f"],
  ])("%s becomes %s", (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
  });

  test.each([
    "",
    "a",
    "/a\\b",
    "/a#b",
    "/a b",
    "/a\u0000b",
    "/\u00fc",
    "/%",
    "/%4",
    "/%zz",
    "/%00",
    "/%c3",
    "/%ff",
    "/%c0%af",
    "/%ed%a0%80",
    "/.",
    "/..",
    "/a/../b",
    "/a/%2e%2e/b",
    "/a/.%2E",
    "/%2e/",
  ])("%j is refused", (path) => {
    expect(normalizePath(path)).toMatchObject({ kind: "BAD_TARGET", status: 400 });
  });

  test("is normalised once and for all, and never climbs", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          paths,
          fc.string({ unit: "binary" }).map((text) => `/${text}`),
        ),
        (path) => {
          const once = normalizePath(path);
          if (once instanceof Refusal) return;
          expect(normalizePath(once)).toBe(once);
          expect(once).toMatch(/^\/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/);
          expect(once.split("/")).not.toContain("..");
          expect(once.split("/")).not.toContain(".");
          // What it says is what the client said, segment by segment.
          expect(once.split("/").map(decodeURIComponent)).toEqual(path.split("/").map(decodeURIComponent));
          // A browser that is redirected there asks for just that.
          expect(new URL(`http://host${withoutEmptySegments(once)}`).pathname).toBe(withoutEmptySegments(once));
        },
      ),
    );
  });

  test("with an escaped separator names no file", () => {
    expect(["/a/b", "/a%2Fb", "/a%5Cb", "/a%20b"].map(mayNameFile)).toEqual([true, false, false, true]);
  });

  test("has other spellings", () => {
    expect(withoutEmptySegments("//a///b//")).toBe("/a/b/");
    expect(["/", "/a", "/a/"].map(otherTrailingSlash)).toEqual([undefined, "/a/", "/a"]);
  });
});
