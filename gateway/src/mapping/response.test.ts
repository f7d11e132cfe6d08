import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type MeshHeader, Refusal, responseHead } from "./index.ts";

const fieldsOf = (headers: readonly MeshHeader[]) => {
  const head = responseHead(headers, "GET");
  return head instanceof Refusal ? head.kind : head.fields;
};

test("what the README's examples set", () => {
  expect(
    responseHead(
      [
        ["Content-Type", "text/plain; charset=utf-8"],
        ["header key", "header val"],
      ],
      "GET",
    ),
  ).toEqual({
    status: 200,
    fields: [["content-type", "text/plain; charset=utf-8"]],
    contentLength: undefined,
    hasBody: true,
  });
});

describe("the status", () => {
  test.each(["200", "201", "302", "404", "499", "500", "599"])("%s", (status) => {
    expect(responseHead([[":status", status]], "GET")).toMatchObject({ status: Number(status), fields: [] });
  });

  test.each([
    "",
    "0",
    "99",
    "100",
    "101",
    "199",
    "600",
    "1000",
    "0200",
    "200 ",
    " 200",
    "+200",
    "2e2",
    "OK",
    "200 OK",
    "２００",
  ])("%j gives 502", (status) => {
    expect(responseHead([[":status", status]], "GET")).toMatchObject({ kind: "BAD_STATUS", status: 502 });
  });

  test.each<[string, string, boolean]>([
    ["GET", "200", true],
    ["HEAD", "200", false],
    ["GET", "204", false],
    ["GET", "205", false],
    ["GET", "304", false],
    ["POST", "500", true],
  ])("%s and %s: a body is %s", (method, status, hasBody) => {
    expect(responseHead([[":status", status]], method)).toMatchObject({ hasBody });
  });
});

describe("fields", () => {
  test("that HTTP or the gateway has no use for are left out", () => {
    const names = [
      "connection",
      "Keep-Alive",
      "TE",
      "trailer",
      "Transfer-Encoding",
      "upgrade",
      "proxy-authenticate",
      "x-named",
    ];
    const others = [
      "",
      "a b",
      "a:b",
      "ä",
      "\u212aeep",
      "a\r\nb",
      "query.a",
      "params.b",
      "~x",
      ":method",
      ":path",
      ":anything",
    ];
    const headers = [...names, ...others].map((name): MeshHeader => [name, name === "connection" ? "X-Named" : "1"]);
    expect(fieldsOf([...headers, ["kept", "1"]])).toEqual([["kept", "1"]]);
  });

  test("of one name in two spellings: the last", () => {
    expect(
      fieldsOf([
        ["X-A", "1"],
        ["x-a", "2"],
        ["X-A2", "3"],
      ]),
    ).toEqual([
      ["x-a", "2"],
      ["x-a2", "3"],
    ]);
  });

  test("are trimmed, and sent as the bytes of their UTF-8", () => {
    expect(
      fieldsOf([
        ["a", " \tgrüße\t "],
        ["b", ""],
        ["c", "x\ty"],
      ]),
    ).toEqual([
      ["a", "gr\u00c3\u00bc\u00c3\u009fe"],
      ["b", ""],
      ["c", "x\ty"],
    ]);
  });

  test.each(["a\r\nset-cookie: x=1", "a\nb", "a\rb", "a\u0000b", "a\u007f", "\u001b[0m", "\ud800"])(
    "with the value %j give 502",
    (value) => {
      expect(fieldsOf([["location", value]])).toBe("BAD_VALUE");
      expect(fieldsOf([[":set-cookie", JSON.stringify([value])]])).toBe("BAD_VALUE");
      // What is left out can do no harm.
      expect(fieldsOf([["no token", value]])).toEqual([]);
    },
  );

  test.each<[string, string, number | undefined]>([
    ["12", "200", 12],
    [" 12 ", "200", 12],
    ["12", "304", 12],
    ["12", "204", undefined],
    ["12", "205", undefined],
    ["+12", "200", undefined],
    ["1, 1", "200", undefined],
    ["", "200", undefined],
    ["1234567890123456", "200", undefined],
  ])("a length of %j with %s", (length, status, contentLength) => {
    const head = responseHead(
      [
        ["content-length", length],
        [":status", status],
      ],
      "GET",
    );
    const fields = contentLength === undefined ? [] : [["content-length", String(contentLength)]];
    expect(head).toMatchObject({ contentLength, fields });
  });
});

describe("cookies", () => {
  test("one, several, and both", () => {
    expect(fieldsOf([["Set-Cookie", "a=1"]])).toEqual([["set-cookie", "a=1"]]);
    expect(fieldsOf([[":set-cookie", '["a=1", " b=2 "]']])).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(
      fieldsOf([
        [":set-cookie", '["b=2"]'],
        ["set-cookie", "a=1"],
      ]),
    ).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(fieldsOf([[":set-cookie", "[]"]])).toEqual([]);
    expect(
      fieldsOf([
        [":set-cookie", '["a=1"]'],
        ["connection", "set-cookie"],
      ]),
    ).toEqual([]);
  });

  test.each(["", "a=1", "{}", "null", '"a=1"', "[1]", '["a=1",null]', "[", '["a=1"]x'])(
    "the list %j gives 502",
    (list) => {
      expect(fieldsOf([[":set-cookie", list]])).toBe("BAD_VALUE");
    },
  );
});

test("whatever a service answers, no field holds what could begin another one", () => {
  const key = fc.oneof(
    fc.constantFrom("location", "Set-Cookie", ":set-cookie", ":status", "content-length", "connection", "x\r\ny"),
    fc.string({ maxLength: 6 }),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("200", "404", '["a=1"]', '["a\\r\\nb"]', "a\r\nb: c"),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, text)), (headers) => {
      const head = responseHead(headers, "GET");
      if (head instanceof Refusal) {
        expect(head.status).toBe(502);
        return;
      }
      expect(head.status).toBeGreaterThanOrEqual(200);
      expect(head.status).toBeLessThan(600);
      for (const [name, value] of head.fields) {
        expect(name).toMatch(/^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
        expect(value).toMatch(/^[\t\u0020-\u007e\u0080-\u00ff]*$/);
      }
      const names = head.fields.map(([name]) => name).filter((name) => name !== "set-cookie");
      expect(new Set(names).size).toBe(names.length);
      // Node.js and every other reader of HTTP takes them.
      expect(() => new Headers(head.fields.map(([name, value]) => [name, value]))).not.toThrow();
    }),
  );
});
