/** Requests that become calls. */
import { latin1, SPAN_ID, sent, TRACE_ID, type Valid } from "./http-heads.ts";

export function acceptedFields(valid: Valid): void {
  valid(
    "curl",
    "What the original sent, and what only a gateway can say.",
    "040 041 044",
    {
      method: "POST",
      target: "/todo/7?Done=yes",
      route: "/todo/:ID",
      more: [
        ["User-Agent", "curl/7.88.1"],
        ["Accept", "*/*"],
        ["Content-Length", "12"],
      ],
    },
    sent({ ":method": "POST", ":path": "/todo/7" }, [
      ["user-agent", "curl/7.88.1"],
      ["accept", "*/*"],
      ["content-length", "12"],
      ["params.id", "7"],
      ["query.done", "yes"],
    ]),
  );
  valid(
    "joined",
    "Repeated fields are one, in order.",
    "045 046",
    {
      more: [
        ["A", "1"],
        ["b", "x"],
        ["a", " 2\t"],
        ["A", ""],
      ],
    },
    sent({}, [
      ["a", "1, 2, "],
      ["b", "x"],
    ]),
  );
  valid(
    "cookies",
    "Cookies are joined as cookies are.",
    "045",
    {
      more: [
        ["Cookie", "x=1; y=2"],
        ["cookie", "z=3"],
      ],
    },
    sent({}, [["cookie", "x=1; y=2; z=3"]]),
  );
  valid(
    "utf8-value",
    "Bytes that are UTF-8 stay.",
    "046",
    { more: [["X", "größe 🚀"]] },
    sent({}, [["x", "größe 🚀"]]),
  );
  valid(
    "latin1-value",
    "Other bytes are characters of their number.",
    "046",
    { more: [["X", latin1("gr\u00f6\u00dfe \u0080")]] },
    sent({}, [["x", "größe \u0080"]]),
  );
  valid("tab-in-value", "A tab may stand in a value.", "002", { more: [["X", "a\tb"]] }, sent({}, [["x", "a\tb"]]));
  valid(
    "property-names",
    "Names that some languages give a meaning.",
    "040",
    {
      more: [
        ["__proto__", "1"],
        ["constructor", "2"],
      ],
    },
    sent({}, [
      ["__proto__", "1"],
      ["constructor", "2"],
    ]),
    ["PropertyName"],
  );
  valid(
    "spoofed",
    "What looks like a route's or a later version's key is not sent.",
    "042",
    {
      more: [
        ["Query.a", "1"],
        ["params.id", "2"],
        ["PARAMS.", "3"],
        ["~x", "4"],
        ["query", "5"],
        ["x-query.a", "6"],
      ],
    },
    sent({}, [
      ["query", "5"],
      ["x-query.a", "6"],
    ]),
    ["Spoofing"],
  );
  valid(
    "spoofed-beside",
    "Nor where the route has it.",
    "042",
    {
      target: "/7?a=real",
      route: "/:id",
      more: [
        ["Query.A", "forged"],
        ["Params.Id", "forged"],
      ],
    },
    sent({ ":path": "/7" }, [
      ["params.id", "7"],
      ["query.a", "real"],
    ]),
    ["Spoofing"],
  );
  valid(
    "of-the-connection",
    "Fields that end with the connection.",
    "043",
    {
      more: [
        ["Connection", "close, X-Mine ,"],
        ["x-mine", "1"],
        ...["Keep-Alive", "TE", "Trailer", "Upgrade", "HTTP2-Settings", "Expect", "Proxy-Authorization", "proxy-x"].map(
          (name) => [name, "1"] as const,
        ),
        ["x-theirs", "1"],
      ],
    },
    sent({}, [["x-theirs", "1"]]),
  );
  valid(
    "chunked",
    "A coding belongs to the connection.",
    "005 043",
    { method: "PUT", more: [["Transfer-Encoding", "Chunked"]] },
    sent({ ":method": "PUT" }),
  );
  const theirs = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  valid(
    "trace",
    "The client's trace goes on.",
    "047",
    {
      more: [
        ["Traceparent", theirs],
        ["tracestate", "a=1"],
        ["Tracestate", "b=2"],
      ],
    },
    sent(
      {},
      [],
      [
        ["traceparent", theirs],
        ["tracestate", "a=1, b=2"],
      ],
    ),
  );
  valid(
    "trace-of-later-version",
    "A later version may say more.",
    "047",
    { more: [["traceparent", `cc${theirs.slice(2)}-what`]] },
    sent({}, [], [["traceparent", `cc${theirs.slice(2)}-what`]]),
  );
  const wrong: readonly (readonly [string, string])[] = [
    ["upper-case", theirs.toUpperCase()],
    ["version-ff", `ff${theirs.slice(2)}`],
    ["too-long", `${theirs}-what`],
    ["zero-trace", theirs.replace(/[0-9a-f]{32}/, "0".repeat(32))],
    ["zero-parent", theirs.replace("00f067aa0ba902b7", "0".repeat(16))],
    ["empty", ""],
  ];
  for (const [slug, value] of wrong) {
    valid(
      `trace-${slug}`,
      "Not valid: a new trace, without the client's state.",
      "047",
      {
        more: [
          ["traceparent", value],
          ["tracestate", "a=1"],
        ],
      },
      sent({}),
    );
  }
  valid(
    "trace-twice",
    "Two are none.",
    "047",
    {
      more: [
        ["traceparent", theirs],
        ["traceparent", theirs],
      ],
    },
    sent({}),
    ["Spoofing"],
  );
  valid(
    "trace-sampled",
    "A new trace that is recorded.",
    "047",
    { sampled: true },
    sent({}, [], [["traceparent", `00-${TRACE_ID}-${SPAN_ID}-01`]]),
  );
  valid("https", "The scheme by which the client came.", "040", { scheme: "https" }, sent({ ":scheme": "https" }));
  valid(
    "mapped-address",
    "An IPv4 address in dotted form.",
    "049",
    { remoteAddress: "::ffff:192.0.2.7" },
    sent({ ":remote-address": "192.0.2.7" }),
  );
  valid(
    "address-with-zone",
    "Without its zone.",
    "049",
    { remoteAddress: "fe80::1%eth0" },
    sent({ ":remote-address": "fe80::1" }),
  );
}

export function acceptedTargets(valid: Valid): void {
  valid(
    "query",
    "Names in lower case, the first value, and all of them where there are more.",
    "041 050",
    { target: "/?A=1&b=x,y&a=2&B=&c" },
    sent({}, [
      ["query.a", "1"],
      [":query.a", '["1","2"]'],
      ["query.b", "x,y"],
      [":query.b", '["x,y",""]'],
      ["query.c", ""],
    ]),
  );
  valid(
    "query-escapes",
    "Decoded once; plus is a space.",
    "050",
    { target: "/?a+b=c+d%2B%2525&%26=%3D&%C3%BC=%F0%9F%9A%80" },
    sent({}, [
      ["query.a b", "c d+%25"],
      ["query.&", "="],
      ["query.ü", "🚀"],
    ]),
  );
  valid(
    "query-without-names",
    "Parts without a name are skipped.",
    "050",
    { target: "/?&&=x&a==b&" },
    sent({}, [["query.a", "=b"]]),
  );
  valid(
    "query-of-others",
    "Semicolons, question marks, slashes and backslashes are text.",
    "050",
    { target: "/?a;b=1;c?/\\.." },
    sent({}, [["query.a;b", "1;c?/\\.."]]),
  );
  valid(
    "query-json",
    "An array as JSON writes it.",
    "050",
    { target: "/?a=%22%5C&a=%0A%01%7F&a=%E2%80%A8" },
    sent({}, [
      ["query.a", '"\\'],
      [":query.a", '["\\"\\\\","\\n\\u0001\u007f","\u2028"]'],
    ]),
  );
  valid(
    "query-case",
    "Letters beyond A to Z keep their case.",
    "041",
    { target: "/?%C3%9C=1&%C3%BC=2&%E2%84%AA=3" },
    sent({}, [
      ["query.Ü", "1"],
      ["query.ü", "2"],
      ["query.\u212a", "3"],
    ]),
  );
  valid(
    "query-of-reserved-names",
    "A name in a query is behind its prefix, whatever it is.",
    "040 042",
    { target: "/?:method=x&~a=1&__proto__=2" },
    sent({}, [
      ["query.:method", "x"],
      ["query.~a", "1"],
      ["query.__proto__", "2"],
    ]),
    ["Spoofing", "PropertyName"],
  );
  valid(
    "path",
    "The one spelling of a path.",
    "023",
    { target: "/%41%7e/a|b/%c3%bc" },
    sent({ ":path": "/A~/a%7Cb/%C3%BC" }),
  );
  valid(
    "params",
    "Whole segments, decoded once.",
    "025 027",
    { target: "/x%2F..%2Fy/%252e/%C3%BC+%5C", route: "/:a/:b/:C" },
    sent({ ":path": "/x%2F..%2Fy/%252e/%C3%BC+%5C" }, [
      ["params.a", "x/../y"],
      ["params.b", "%2e"],
      ["params.c", "ü+\\"],
    ]),
    ["Traversal"],
  );
  valid(
    "absolute",
    "An absolute target with the same host.",
    "020",
    { target: "HTTP://Example.org/a?b=1" },
    sent({ ":path": "/a" }, [["query.b", "1"]]),
  );
  valid(
    "absolute-without-path",
    "Its path is a slash.",
    "020",
    { target: "http://example.org?b=1" },
    sent({}, [["query.b", "1"]]),
  );
  valid(
    "asterisk",
    "OPTIONS for the server.",
    "020",
    { method: "OPTIONS", target: "*" },
    sent({ ":method": "OPTIONS", ":path": "*" }),
  );
  valid("empty-segments", "They stay what they are.", "028", { target: "//a//" }, sent({ ":path": "//a//" }));
}
