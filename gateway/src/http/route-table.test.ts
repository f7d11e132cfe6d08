import { describe, expect, test } from "vitest";
import { parseRoutePath, type RoutePath } from "../config/route-path.ts";
import { RouteTable } from "./route-table.ts";

const ROUTES = [
  "GET /hello",
  "GET /dir/",
  "POST /Todos/:id",
  "GET /files/*path",
  "PUT /a/b",
  "GET /a/:b/c",
  "GET /caf\u00e9",
];
const table = (redirectTrailingSlash: boolean, redirectFixedPath: boolean): RouteTable =>
  new RouteTable(
    ROUTES.map((text) => parseRoutePath(text) as RoutePath),
    { redirectTrailingSlash, redirectFixedPath },
  );

describe("redirects", () => {
  test.each<[string, string, string | undefined]>([
    ["GET", "/hello/", "/hello"],
    ["GET", "/dir", "/dir/"],
    ["HEAD", "/dir", "/dir/"],
    ["POST", "/hello/", undefined],
    ["GET", "/HELLO", "/hello"],
    ["GET", "/HELLO/", "/hello"],
    ["GET", "//hello", "/hello"],
    ["GET", "/%48ello", "/hello"],
    ["GET", "/%zz", undefined],
    ["POST", "/todos/Abc", "/Todos/Abc"],
    ["POST", "/todos/Abc/", "/Todos/Abc"],
    ["POST", "/todos/", undefined],
    ["GET", "/FILES/A//b", "/files/A/b"],
    ["GET", "/CAF%C3%89", "/caf%C3%A9"],
    ["GET", "/nothing", undefined],
    ["GET", "/", undefined],
  ])("%s %s to %s", (method, path, location) => expect(table(true, true).redirect(method, path)).toBe(location));

  test("each by its own switch", () => {
    expect(table(false, false).redirect("GET", "/hello/")).toBeUndefined();
    expect(table(false, true).redirect("GET", "/hello/")).toBeUndefined();
    expect(table(true, false).redirect("GET", "/hello/")).toBe("/hello");
    expect(table(true, false).redirect("GET", "/Hello")).toBeUndefined();
    expect(table(false, true).redirect("GET", "/Hello")).toBe("/hello");
  });

  test.each(["GET /:a", "GET /:a/", "GET /*a", "GET /:a/:b"])("%s never names another host", (route) => {
    const routes = new RouteTable([parseRoutePath(route) as RoutePath], {
      redirectTrailingSlash: true,
      redirectFixedPath: true,
    });
    for (const path of [
      "//evil.example",
      "//evil.example/",
      "/\\evil.example/",
      "/\\evil.example",
      "/.//evil.example",
      "///x/",
    ]) {
      const location = routes.redirect("GET", path);
      if (location !== undefined) expect(new URL(location, "http://here").host).toBe("here");
    }
  });
});

test.each([
  ["/hello", ["GET"]],
  ["/Todos/1", ["POST"]],
  ["/a/b", ["PUT"]],
  ["/files/a/b", ["GET"]],
  ["/nothing", []],
])("%s has routes for %j", (path, methods) => expect(table(true, true).methods(path)).toEqual(methods));
