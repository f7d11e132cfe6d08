import { describe, expect, test } from "vitest";
import { type FieldLine, Refusal, type RequestHead, readRequest } from "./index.ts";

const HOST: FieldLine = ["Host", "example.org"];
const read = (head: Partial<RequestHead> = {}) =>
  readRequest({ method: "GET", target: "/", version: "1.1", lines: [HOST], ...head });
const kindOf = (head: Partial<RequestHead>) => {
  const result = read(head);
  return result instanceof Refusal ? [result.kind, result.status, result.closes] : "accepted";
};
const withLines = (...lines: FieldLine[]) => kindOf({ lines: [HOST, ...lines] });
const FRAMING = ["BAD_FRAMING", 400, true];
const FIELD = ["BAD_FIELD", 400, true];
const BAD_HOST = ["BAD_HOST", 400, false];

test("a plain request", () => {
  expect(
    read({
      target: "/a/b?x=1&y",
      lines: [
        ["HOST", "Example.org:8080"],
        ["Content-Length", "5"],
      ],
    }),
  ).toEqual({
    method: "GET",
    version: "1.1",
    authority: "example.org:8080",
    path: "/a/b",
    query: "x=1&y",
    fields: new Map([
      ["host", "Example.org:8080"],
      ["content-length", "5"],
    ]),
    contentLength: 5,
    chunked: false,
  });
});

describe("where the body ends", () => {
  test.each<[string, FieldLine[]]>([
    [
      "length and coding",
      [
        ["Content-Length", "5"],
        ["Transfer-Encoding", "chunked"],
      ],
    ],
    [
      "two equal lengths",
      [
        ["Content-Length", "5"],
        ["Content-Length", "5"],
      ],
    ],
    ["a list of lengths", [["Content-Length", "5, 5"]]],
    ["a length with a sign", [["Content-Length", "+5"]]],
    ["a negative length", [["Content-Length", "-1"]]],
    ["a length in hexadecimal", [["Content-Length", "0x5"]]],
    ["no digits", [["Content-Length", ""]]],
    ["a length beyond what is exact", [["Content-Length", "9007199254740993"]]],
    ["another coding", [["Transfer-Encoding", "gzip, chunked"]]],
    [
      "chunked twice",
      [
        ["Transfer-Encoding", "chunked"],
        ["Transfer-Encoding", "chunked"],
      ],
    ],
    ["identity", [["Transfer-Encoding", "identity"]]],
    ["an unknown coding", [["Transfer-Encoding", "xchunked"]]],
    ["a vertical tab before the coding", [["Transfer-Encoding", "\u00a0chunked"]]],
  ])("%s is refused and closes", (_, lines) => {
    expect(withLines(...lines)).toEqual(FRAMING);
  });

  test("chunked in any case, in HTTP/1.1 alone", () => {
    const line: FieldLine = ["Transfer-Encoding", " ChunkeD "];
    expect(read({ lines: [HOST, line] })).toMatchObject({ chunked: true, contentLength: undefined });
    expect(kindOf({ version: "1.0", lines: [HOST, line] })).toEqual(FRAMING);
    expect(kindOf({ version: "2", lines: [HOST, line] })).toEqual(FRAMING);
  });
});

describe("fields", () => {
  test.each<[string, FieldLine]>([
    ["a space before the colon", ["Content-Length ", "5"]],
    ["an empty name", ["", "5"]],
    ["a colon in front", [":path", "/admin"]],
    ["a name beyond ASCII", ["n\u00e4me", "5"]],
    ["a folded line", ["X-A", "1\r\n 2"]],
    ["a bare CR", ["X-A", "1\r2"]],
    ["a bare LF", ["X-A", "1\n2"]],
    ["NUL", ["X-A", "1\u00002"]],
    ["DEL", ["X-A", "1\u007f2"]],
    ["a vertical tab", ["X-A", "1\u000b2"]],
  ])("%s is refused and closes", (_, line) => {
    expect(withLines(line)).toEqual(FIELD);
  });

  test.each(["Authorization", "Content-Type", "authorization"])("%s may stand once", (name) => {
    expect(withLines([name, "a"], ["Authorization", "b"], ["Content-Type", "c"])).toEqual(FIELD);
  });

  test("are joined in order, cookies by a semicolon", () => {
    const lines: FieldLine[] = [HOST, ["A", "1"], ["Cookie", "x=1"], ["a", " 2\t"], ["cookie", "y=2"], ["A", ""]];
    expect(read({ lines })).toMatchObject({
      fields: new Map([
        ["host", "example.org"],
        ["a", "1, 2, "],
        ["cookie", "x=1; y=2"],
      ]),
    });
  });

  test("are UTF-8 where they can be, and else one character per byte", () => {
    const lines: FieldLine[] = [HOST, ["U", "gr\u00c3\u00bc\u00c3\u009fe"], ["L", "gr\u00fc\u00dfe"]];
    expect(read({ lines })).toMatchObject({
      fields: new Map([
        ["host", "example.org"],
        ["u", "grüße"],
        ["l", "grüße"],
      ]),
    });
  });
});

describe("the host", () => {
  test.each<[string, Partial<RequestHead>]>([
    ["none in HTTP/1.1", { lines: [] }],
    ["none in HTTP/2", { version: "2", lines: [] }],
    ["two equal ones", { lines: [HOST, HOST] }],
    ["an empty one", { lines: [["Host", ""]] }],
    ["with a user", { lines: [["Host", "user@example.org"]] }],
    ["with a path", { lines: [["Host", "example.org/x"]] }],
    ["a list", { lines: [["Host", "a, b"]] }],
    ["an open bracket", { lines: [["Host", "[::1"]] }],
    ["an IPv6 address without brackets", { lines: [["Host", "::1"]] }],
    ["a port that is none", { lines: [["Host", "a:http"]] }],
    ["another in the target", { target: "http://other.org/" }],
    ["another in :authority", { version: "2", authority: "other.org" }],
    ["a target with a user", { target: "http://user@example.org/" }],
    ["a target without one", { target: "http:///x" }],
  ])("%s is refused", (_, head) => {
    expect(kindOf(head)).toEqual(BAD_HOST);
  });

  test.each<[Partial<RequestHead>, string | undefined]>([
    [{ version: "1.0", lines: [] }, undefined],
    [{ lines: [["Host", "[::1]:3000"]] }, "[::1]:3000"],
    [{ lines: [["Host", "127.0.0.1"]] }, "127.0.0.1"],
    [{ target: "HTTP://EXAMPLE.org/x" }, "example.org"],
    [{ version: "2", lines: [], authority: "Example.org" }, "example.org"],
    [{ version: "2", authority: "example.org" }, "example.org"],
  ])("%j", (head, authority) => {
    expect(read(head)).toMatchObject({ authority });
  });
});

test.each(["", "GET POST", "CONNECT", "G\u00cbT"])("the method %j is refused", (method) => {
  expect(kindOf({ method })).toEqual(["BAD_METHOD", 400, false]);
});
