import { hex } from "../bytes.ts";
import { bytesOf, type Name } from "../packets.ts";
import type { Suite } from "../suite.ts";
import { gwy, type Pairs, pairsJson } from "./http-heads.ts";

/** Paths in their one spelling, and the parameters of a route in them. */
export function httpPaths(suite: Suite): void {
  const group = suite.group("Path", "A path as it came, normalised.");
  const valid = (slug: string, requirements: string, path: string, normalized: string, flags: string[] = []) =>
    group.valid("http-path", slug, {
      comment: `${path} becomes ${normalized}.`,
      requirements: gwy(requirements),
      flags,
      input: { path: hex(bytesOf(path)) },
      expect: { path: hex(bytesOf(normalized)) },
    });
  const plain = valid("plain", "023", "/a/b", "/a/b");
  const refuse = (slug: string, requirements: string, path: Name, flags: string[] = []) =>
    group.invalid("http-path", slug, {
      comment: "A path that is refused.",
      requirements: gwy(requirements),
      flags,
      input: { path: hex(bytesOf(path)) },
      error: { kind: "BAD_TARGET", action: "reject", status: 400 },
      twin: plain,
      change: "another path",
    });
  valid("root", "023", "/", "/");
  valid("unreserved", "023", "/%41%5a%61%7a%30%39%2d%2e%5f%7e", "/AZaz09-._~");
  valid("reserved", "023", "/%21%24%26%27%3a%40%3b%3d", "/%21%24%26%27%3A%40%3B%3D");
  valid("sub-delims", "023", "/!$&'()*+,;=:@", "/!$&'()*+,;=:@");
  valid("others", "023", '/"<>[]^`{|}', "/%22%3C%3E%5B%5D%5E%60%7B%7C%7D");
  valid("upper-case", "023", "/%c3%bc%f0%9f%9a%80", "/%C3%BC%F0%9F%9A%80");
  valid("escaped-slash", "025", "/a%2fb", "/a%2Fb", ["Traversal"]);
  valid("escaped-slash-and-dots", "025", "/a%2f..%2Fb", "/a%2F..%2Fb", ["Traversal"]);
  valid("escaped-backslash", "021", "/..%5c..", "/..%5C..", ["Traversal"]);
  valid("escaped-twice", "023", "/%252e%252E/%25252f", "/%252e%252E/%25252f", ["Traversal"]);
  valid("dots", "024", "/.../.a/..b/c../%2e%2e.", "/.../.a/..b/c../...", ["Traversal"]);
  valid("empty-segments", "028", "//a///", "//a///");
  valid("escaped-control", "023", "/%0a%0D%1b", "/%0A%0D%1B");
  valid("half-escapes-of-escapes", "023", "/%2541", "/%2541");
  for (const path of [
    "/.",
    "/..",
    "/a/../b",
    "/a/./b",
    "/a/..",
    "/%2e",
    "/%2e%2e/",
    "/a/.%2E/b",
    "/a/%2e./b",
    "//..",
  ]) {
    refuse(
      `dot-segment-${path.replace(/\//g, "s").replace(/%/g, "p").replace(/\./g, "d").toLowerCase()}`,
      "024",
      path,
      ["Traversal"],
    );
  }
  const escapes = {
    percent: "/%",
    one: "/%4",
    letters: "/%zz",
    sign: "/%+1",
    nul: "/%00",
    lone: "/%c3",
    byte: "/%ff",
    "over-a-slash": "/%c3/%bc",
    overlong: "/%c0%af",
    "overlong-dot": "/%e0%80%ae",
    surrogate: "/%ed%a0%80",
    beyond: "/%f4%90%80%80",
    continuation: "/%80",
  };
  for (const [slug, path] of Object.entries(escapes)) refuse(`escape-${slug}`, "022", path);
  for (const [slug, path] of Object.entries({
    backslash: "/a\\b",
    "dots-and-backslash": "/..\\..",
    space: "/ ",
    nul: "/\u0000",
    del: "/\u007f",
    umlaut: "/\u00fc",
    hash: "/#",
  })) {
    refuse(`byte-${slug}`, "021", path);
  }

  const routes = suite.group(
    "Params",
    "A route's pattern and a normalised path: the parameters, or null where it is not the route's.",
  );
  const params = (
    slug: string,
    route: string,
    path: string,
    expected: Pairs | null,
    requirements = "027",
    flags: string[] = [],
  ) =>
    routes.valid("http-params", slug, {
      comment: `${path} under ${route}.`,
      requirements: gwy(requirements),
      flags,
      input: { route: hex(bytesOf(route)), path: hex(bytesOf(path)) },
      expect: { params: expected && pairsJson(expected) },
    });
  params("one", "/todo/:id", "/todo/7", [["id", "7"]]);
  params(
    "two",
    "/:First/:second",
    "/x/y",
    [
      ["first", "x"],
      ["second", "y"],
    ],
    "027 041",
  );
  params("none", "/", "/", []);
  params("slash-inside", "/a/:id", "/a/x%2Fy", [["id", "x/y"]], "025 027", ["Traversal"]);
  params("escaped-twice", "/a/:id", "/a/%252Fx", [["id", "%2Fx"]], "027", ["Traversal"]);
  params("many-scripts", "/:id", "/%E5%90%8D%F0%9F%9A%80", [["id", "名🚀"]]);
  params("plus", "/:id", "/a+b", [["id", "a+b"]]);
  params("property-name", "/:__proto__", "/x", [["__proto__", "x"]], "027", ["PropertyName"]);
  params("empty-segment", "/a/:id", "/a/", null);
  params("empty-segment-first", "/:id/b", "//b", null, "027 028");
  params("too-few", "/a/:id", "/a", null);
  params("too-many", "/a/:id", "/a/b/c", null);
  params("case-of-path", "/a/:id", "/A/b", null);
  params("no-parameter-inside", "/a:id", "/ab", null);
}
