import { type CaseText, chapter } from "../../case.ts";
import type { ExpectHttpStep } from "../../steps/http.ts";
import {
  ASKED,
  answers,
  at,
  called,
  data,
  end,
  expectHttp,
  expectHttpBody,
  expectHttpClosed,
  expectServed,
  get,
  head,
  httpDial,
  httpSend,
  latin1,
  provide,
  respond,
  response,
  type Step,
  type Steps,
  send,
  succeeds,
  type Text,
} from "../../steps/index.ts";

type Headers = readonly (readonly [Text, Text])[];

const asks = (request = get("/get")): Step[] => [
  ...provide(["kit-get"]),
  httpDial(),
  httpSend(request),
  ...called({ services: ["kit-get"] }),
];

/** What a service answers, and what the client reads of it. */
function reads(
  requires: CaseText["requires"],
  why: string,
  headers: Headers,
  status: number,
  options: Partial<Omit<ExpectHttpStep, "step">> = {},
  body: Steps = expectHttpBody("well"),
): CaseText {
  return {
    requires,
    why,
    control: [asks(), respond("well", headers), expectHttp(status, options), body],
    expect: succeeds(),
  };
}
/** An answer that HTTP cannot carry, in place of one that it can: nothing of it reaches the client, and the next call is served. */
function unfit(requires: CaseText["requires"], why: string, headers: Headers): CaseText {
  return {
    requires,
    why,
    control: [
      asks(),
      send(response(1, [["x-secret", "kit"]], ASKED)).as("head"),
      send(data(latin1("secret"), ASKED)),
      send(end(ASKED)),
      expectHttp(200),
      expectHttpBody("secret"),
    ],
    change: at("head").instead(send(response(1, [["x-secret", "kit"], ...headers], ASKED))),
    expect: answers(
      send(data(latin1("secret"), ASKED)),
      send(end(ASKED)),
      expectHttp(502, { lacks: ["x-secret"] }),
      expectHttpBody({ matches: "^(?!.*secret)" }),
      expectServed(),
    ),
  };
}
const bodiless = (why: string, status: string, request = get("/get")): CaseText => ({
  requires: ["FLT-GWY-066"],
  why,
  control: [
    asks(request),
    respond("a body", [
      [":status", status],
      ["x-a", "b"],
    ]),
    expectHttp(Number(status), { fields: { "x-a": "b" }, toHead: request.startsWith("HEAD") }),
    expectHttpBody(""),
    // What came behind the head would be taken for the next response.
    httpSend(get("/get?again")),
    ...called({ has: { "query.again": "" } }),
    ...respond("well"),
    expectHttp(200),
    expectHttpBody("well"),
  ],
  expect: succeeds(),
});
const STATUS = "A status that HTTP does not have, written into a response, is read by each client in its own way.";
const SPLIT = "A value that ends its line lets whoever chose it write headers, or whole responses, of their own.";
const badStatus = (value: string): CaseText => unfit(["FLT-GWY-071"], STATUS, [[":status", value]]);
const badValue = (value: Text): CaseText => unfit(["FLT-GWY-075"], SPLIT, [["x-a", value]]);
const badCookies = (value: string): CaseText =>
  unfit(["FLT-GWY-077"], "A cookie that is left out without a word logs somebody in, or not out.", [
    [":set-cookie", value],
  ]);

export default chapter(
  "gateway/answer",
  {
    "no-status": reads(["FLT-GWY-070"], "Services of the originals name no status and mean success.", [], 200),
    "a-status-above": reads(
      ["FLT-GWY-070"],
      "A service says itself what has become of a request.",
      [[":status", "418"]],
      418,
    ),
    "the-lowest-status": reads(["FLT-GWY-070"], "The range has two ends.", [[":status", "201"]], 201),
    "the-highest-status": reads(
      ["FLT-GWY-070"],
      "A status that nobody has registered is one all the same.",
      [[":status", "599"]],
      599,
    ),
    "a-status-of-interim": badStatus("101"),
    "a-status-above-all": badStatus("600"),
    "a-status-with-a-reason": badStatus("200 OK"),
    "a-status-of-two-digits": badStatus("20"),
    "a-status-of-four-digits": badStatus("0200"),
    "an-empty-status": badStatus(""),
    "a-status-with-a-new-line": badStatus("200\r\nx-a: b"),
    "headers-become-fields": reads(
      ["FLT-GWY-072"],
      "A type or a policy that does not arrive is as good as none.",
      [
        ["Content-Type", "application/json"],
        ["X-A", "B"],
      ],
      200,
      { fields: { "content-type": "application/json", "x-a": "B" } },
    ),
    "names-that-differ-in-case": reads(
      ["FLT-GWY-072"],
      "Of two fields with one name a client takes either.",
      [
        ["X-A", "first"],
        ["x-a", "last"],
      ],
      200,
      { fields: { "x-a": ["last"] } },
    ),
    "keys-that-are-no-token": reads(
      ["FLT-GWY-073"],
      "A name that HTTP cannot carry ends the line in which it stands.",
      [
        ["header key", "a"],
        ["x-a\r\nx-b", "c"],
        ["", "d"],
        ["x(e)", "f"],
        ["x-kept", "yes"],
      ],
      200,
      { fields: { "x-kept": "yes" }, lacks: ["header key", "x-a", "x-b", "x(e)"] },
    ),
    "keys-of-the-mesh": reads(
      ["FLT-GWY-073"],
      "What services tell each other is nothing for clients.",
      [
        ["query.a", "b"],
        ["params.id", "1"],
        ["~c", "d"],
        ["x-kept", "yes"],
      ],
      200,
      { fields: { "x-kept": "yes" }, lacks: ["query.a", "params.id", "~c"] },
    ),
    "fields-of-the-connection": reads(
      ["FLT-GWY-074"],
      "A service that frames the response frames another one than the gateway writes.",
      [
        ["transfer-encoding", "gzip"],
        ["keep-alive", "timeout=1000"],
        ["proxy-authenticate", "Basic"],
        ["upgrade", "kit/1"],
        ["trailer", "x-a"],
        ["te", "trailers"],
        ["x-kept", "yes"],
      ],
      200,
      { fields: { "x-kept": "yes" }, lacks: ["proxy-authenticate", "upgrade", "trailer", "te"] },
    ),
    "fields-that-connection-names": reads(
      ["FLT-GWY-074"],
      "A service says which of its fields end at the next hop, and a client is further.",
      [
        ["connection", "x-hop"],
        ["x-hop", "1"],
        ["x-kept", "yes"],
      ],
      200,
      { fields: { "x-kept": "yes" }, lacks: ["x-hop"] },
    ),
    "a-value-with-a-new-line": badValue("b\r\nset-cookie: c=d"),
    "a-value-with-a-line-feed": badValue("b\nset-cookie: c=d"),
    "a-value-with-a-carriage-return": badValue("b\rset-cookie: c=d"),
    "a-value-with-nul": badValue("b\0c"),
    "a-cookie-with-a-new-line": unfit(["FLT-GWY-075", "FLT-GWY-077"], SPLIT, [[":set-cookie", '["a=1\\r\\nx: y"]']]),
    "a-bad-value-under-a-key-that-is-left-out": reads(
      ["FLT-GWY-075"],
      "What is not sent cannot do harm, and is no reason to fail.",
      [
        ["query.a", "b\r\nc"],
        ["header key", "b\r\nc"],
      ],
      200,
    ),
    "values-byte-for-byte": reads(
      ["FLT-GWY-076"],
      "A signature over a header holds for its very bytes.",
      [
        ["x-a", "  grün\t€ \t"],
        ["x-b", "\t"],
      ],
      200,
      { fields: { "x-a": "grün\t€", "x-b": "" } },
    ),
    cookies: reads(
      ["FLT-GWY-077"],
      "Cookies that are joined by a comma are one cookie for a browser.",
      [
        ["set-cookie", "a=1"],
        [":set-cookie", '["b=2; Path=/","c=3"]'],
      ],
      200,
      { fields: { "set-cookie": ["a=1", "b=2; Path=/", "c=3"] } },
    ),
    "cookies-without-a-first": reads(
      ["FLT-GWY-077"],
      "A service that only knows the list need not know of the key.",
      [[":set-cookie", '["b=2"]']],
      200,
      { fields: { "set-cookie": ["b=2"] } },
    ),
    "no-cookies": reads(["FLT-GWY-077"], "An empty list is a list.", [[":set-cookie", "[]"]], 200, {
      lacks: ["set-cookie"],
    }),
    "cookies-that-are-no-json": badCookies("a=1"),
    "cookies-that-are-no-list": badCookies('"a=1"'),
    "cookies-that-are-no-strings": badCookies('["a=1",2]'),
    "a-length": reads(
      ["FLT-GWY-078"],
      "A client that is told the length can tell a whole file from a part.",
      [["content-length", "4"]],
      200,
      { fields: { "content-length": "4" } },
    ),
    "a-length-that-is-none": reads(
      ["FLT-GWY-078"],
      "A length that each client reads in its own way ends the response at another place for each.",
      [["content-length", "+4"]],
      200,
      { fields: { "x-none": [] } },
    ),
    "other-keys-with-a-colon": reads(
      ["FLT-GWY-079"],
      "Keys with a colon are for the gateway, today's and tomorrow's.",
      [
        [":path", "/x"],
        [":kit", "x"],
        ["x-kept", "yes"],
      ],
      200,
      { fields: { "x-kept": "yes" }, lacks: [":path", ":kit", "path", "kit"] },
    ),
    "a-failure-without-a-status": reads(
      ["FLT-GWY-081"],
      "A gateway that guesses from a body what is a failure takes honest answers for some.",
      [["error", "message"]],
      200,
      { fields: { error: "message" } },
    ),
    "to-head": {
      ...bodiless(
        "A body behind the answer to HEAD is read as the next response.",
        "200",
        head("HEAD /get HTTP/1.1", "host: kit.example"),
      ),
      requires: ["FLT-GWY-066", "FLT-GWY-091"],
    },
    "with-204": bodiless("There is no body behind 204, and who writes one poisons the connection.", "204"),
    "with-205": bodiless("A client that resets its form waits for no body.", "205"),
    "with-304": bodiless("What a client has kept already is not sent again.", "304"),
    "a-length-with-204": {
      requires: ["FLT-GWY-078"],
      why: "A length behind which nothing comes leaves a client waiting.",
      control: [
        asks(),
        respond("", [
          [":status", "204"],
          ["content-length", "5"],
        ]),
        expectHttp(204, { lacks: ["content-length"] }),
      ],
      expect: succeeds(),
    },
    "to-http-1-0": {
      requires: ["FLT-GWY-072"],
      why: "A client of HTTP/1.0 knows no chunks: it reads their sizes as text.",
      control: [
        asks(head("GET /get HTTP/1.0")),
        send(response(1, [], ASKED)),
        send(data(latin1("first"), ASKED)),
        send(data(latin1("last"), ASKED)),
        send(end(ASKED)),
        expectHttp(200, { lacks: ["transfer-encoding"] }),
        expectHttpBody("firstlast"),
        expectHttpClosed(),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
