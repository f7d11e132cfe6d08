import type { Suite } from "../suite.ts";
import { gwy, type Pairs, pairsJson } from "./http-heads.ts";

interface Expected {
  readonly status?: number;
  readonly fields?: Pairs;
  readonly contentLength?: number;
  readonly body?: boolean;
}

/** The headers of a ServiceResponse as the head of an HTTP response. */
export function httpResponses(suite: Suite): void {
  const group = suite.group("Response", "The headers of a ServiceResponse, and the head of the HTTP response.");
  const valid = (
    slug: string,
    comment: string,
    requirements: string,
    headers: Pairs,
    expected: Expected,
    method = "GET",
    flags: string[] = [],
  ) =>
    group.valid("http-response", slug, {
      comment,
      requirements: gwy(requirements),
      flags,
      input: { method, headers: pairsJson(headers) },
      expect: {
        status: expected.status ?? 200,
        fields: pairsJson(expected.fields ?? []),
        contentLength: expected.contentLength ?? null,
        body: expected.body ?? true,
      },
    });
  const plain = valid("none", "No headers at all.", "070", [], {});
  const refuse = (
    slug: string,
    change: string,
    kind: string,
    requirements: string,
    headers: Pairs,
    flags: string[] = [],
  ) =>
    group.invalid("http-response", slug, {
      comment: change,
      requirements: gwy(requirements),
      flags,
      input: { method: "GET", headers: pairsJson(headers) },
      error: { kind, action: "reject", status: 502 },
      twin: plain,
      change,
    });

  valid(
    "readme",
    "What the originals' README sets.",
    "072 073",
    [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["header key", "header val"],
    ],
    { fields: [["content-type", "text/plain; charset=utf-8"]] },
  );
  for (const status of [200, 201, 206, 302, 404, 499, 500, 599]) {
    valid(`status-${status}`, "A final status.", "070", [[":status", `${status}`]], { status });
  }
  for (const [slug, status] of Object.entries({
    empty: "",
    "100": "100",
    "101": "101",
    "199": "199",
    "600": "600",
    "99": "99",
    "1000": "1000",
    "leading-zero": "0200",
    space: "200 ",
    sign: "+200",
    reason: "200 OK",
    exponent: "2e2",
    "full-width": "２００",
  })) {
    refuse(`status-${slug}`, `a status of "${status}"`, "BAD_STATUS", "071", [[":status", status]]);
  }
  valid("failure", "A failure as an original sends it.", "081", [["content-type", "application/json"]], {
    fields: [["content-type", "application/json"]],
  });
  valid(
    "failure-with-status",
    "A failure that says so.",
    "070 079",
    [
      ["content-type", "application/json"],
      [":status", "500"],
    ],
    { status: 500, fields: [["content-type", "application/json"]] },
  );
  valid(
    "head",
    "HEAD has no body, and keeps its length.",
    "066 078",
    [["content-length", "12"]],
    { fields: [["content-length", "12"]], contentLength: 12, body: false },
    "HEAD",
  );
  for (const [status, length] of [
    [204, false],
    [205, false],
    [304, true],
  ] as const) {
    const kept: Pairs = length ? [["content-length", "12"]] : [];
    valid(
      `no-body-${status}`,
      "A status without a body.",
      "066 078",
      [
        [":status", `${status}`],
        ["content-length", "12"],
      ],
      { status, fields: kept, body: false, ...(length ? { contentLength: 12 } : {}) },
    );
  }
  for (const [slug, value] of Object.entries({
    sign: "+5",
    list: "5, 5",
    empty: "",
    "sixteen-digits": "1234567890123456",
    letters: "x",
  })) {
    valid(`length-${slug}`, `A length of "${value}" is left out.`, "078", [["Content-Length", value]], {}, "GET", [
      "Smuggling",
    ]);
  }
  valid("length-trimmed", "A length between spaces.", "076 078", [["content-length", " 12 "]], {
    fields: [["content-length", "12"]],
    contentLength: 12,
  });
  valid(
    "of-the-connection",
    "Fields that end with the connection.",
    "074",
    [
      ["Connection", "X-Named"],
      ["x-named", "1"],
      ...[
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Expect",
        "Proxy-Authenticate",
      ].map((name) => [name, "1"] as const),
      ["x", "1"],
    ],
    { fields: [["x", "1"]] },
    "GET",
    ["Smuggling"],
  );
  valid(
    "no-names",
    "Names that HTTP cannot carry, or that are the gateway's.",
    "073 079",
    [
      ["", "1"],
      ["a b", "1"],
      ["a:b", "1"],
      ["\u00e4", "1"],
      ["\u212aeep", "1"],
      ["a\r\nb", "1"],
      ["query.a", "1"],
      ["Params.b", "1"],
      ["~c", "1"],
      [":path", "1"],
      [":anything", "1"],
      [":Status", "404"],
    ],
    {},
    "GET",
    ["Spoofing"],
  );
  valid(
    "case",
    "The last of two spellings.",
    "072",
    [
      ["X-A", "1"],
      ["x-a", "2"],
    ],
    { fields: [["x-a", "2"]] },
  );
  valid(
    "values",
    "Trimmed, and otherwise as they are.",
    "076",
    [
      ["a", " \tgrüße\t "],
      ["b", ""],
      ["c", "x\ty"],
    ],
    {
      fields: [
        ["a", "grüße"],
        ["b", ""],
        ["c", "x\ty"],
      ],
    },
  );
  for (const [slug, value] of Object.entries({
    splitting: "/\r\nset-cookie: x=1",
    lf: "/\nb",
    cr: "/\rb",
    nul: "/\u0000",
    del: "/\u007f",
    escape: "\u001b[0m",
  })) {
    refuse(`value-${slug}`, "a control character in a value", "BAD_VALUE", "075", [["location", value]], ["Smuggling"]);
    valid(`left-out-value-${slug}`, "It does no harm where the field is left out.", "073", [["no token", value]], {});
  }
  valid("cookie", "One cookie.", "077", [["Set-Cookie", "a=1; Path=/"]], { fields: [["set-cookie", "a=1; Path=/"]] });
  valid("cookies", "Several, in order.", "077", [[":set-cookie", '["b=2", "a=1"]']], {
    fields: [
      ["set-cookie", "b=2"],
      ["set-cookie", "a=1"],
    ],
  });
  valid(
    "cookies-behind-cookie",
    "Both: the one first.",
    "077",
    [
      [":set-cookie", '["b=2"]'],
      ["set-cookie", "a=1"],
    ],
    {
      fields: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
    },
  );
  valid("cookies-of-none", "An empty list.", "077", [[":set-cookie", "[]"]], {});
  valid("cookies-escaped", "As JSON reads them.", "077", [[":set-cookie", '[" a=\\u00fc\\/ "]']], {
    fields: [["set-cookie", "a=ü/"]],
  });
  for (const [slug, value] of Object.entries({
    empty: "",
    text: "a=1",
    object: "{}",
    null: "null",
    string: '"a=1"',
    number: "[1]",
    "null-inside": '["a=1",null]',
    nested: '[["a=1"]]',
    open: '["a=1"',
    trailing: '["a=1"]x',
    "half-a-character": '["\\ud800"]',
    splitting: '["a\\r\\nb: c"]',
    nan: "[NaN]",
  })) {
    refuse(`cookies-${slug}`, "another list of cookies", "BAD_VALUE", slug === "splitting" ? "075 077" : "077", [
      [":set-cookie", value],
    ]);
  }
}
