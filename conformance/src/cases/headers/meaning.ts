import { type CaseText, chapter, type TestService } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  connect,
  end,
  expectBody,
  expectResponse,
  expectServed,
  hex,
  pattern,
  request,
  send,
  succeeds,
  type Text,
  utf8,
} from "../../steps/index.ts";

type Headers = readonly (readonly [Text, Text])[];
const BAD: Headers = [["error", "bad-request"]];
const plain: Headers = [["bytes", "5"]];
const control = [
  connect(anonymous),
  send(request("source", plain)).as("request"),
  send(end()),
  expectResponse({ headers: [] }),
  expectBody(pattern(5)),
  expectServed(),
];

/** The service finds its number among these headers all the same. */
const found = (requirement: CaseText["requires"][0], why: string, headers: Headers): CaseText => ({
  requires: [requirement],
  why,
  needs: "source",
  control,
  change: at("request").set({ headers }),
  expect: succeeds(),
});
/** The service does not find its number among these. */
const missed = (requirement: CaseText["requires"][0], why: string, headers: Headers): CaseText => ({
  requires: [requirement, "FLT-TST-001"],
  why,
  needs: "source",
  control,
  change: at("request").set({ headers }),
  expect: answers(send(end()), expectResponse({ headers: BAD }), expectBody(new Uint8Array(0)), expectServed()),
});

const orders = [
  ["delay", "count", "interval"],
  ["count", "interval", "delay"],
  ["interval", "delay", "count"],
  ["interval", "count", "delay"],
];
const values: Readonly<Record<string, string>> = { delay: "20", count: "3", interval: "10" };
const inAnyOrder = Object.fromEntries(
  orders.map((order): [string, CaseText] => [
    `order-${order.join("-")}`,
    {
      requires: ["FLT-HDR-009"],
      why: "Go writes its headers in another order each time, because they are a map.",
      needs: "slow",
      control: [
        connect(anonymous),
        send(
          request(
            "slow",
            order.map((key) => [key, values[key] as string] as const),
          ),
        ),
        send(end()),
        expectResponse({ headers: [] }),
        expectBody(utf8("...")),
      ],
      expect: succeeds(),
    },
  ]),
);
const unaffected = (service: TestService, headers: Headers, body: Uint8Array, response: Headers): CaseText => ({
  requires: ["FLT-HDR-011"],
  why: "What the language gives every object is not what the caller sent.",
  needs: service,
  control: [
    connect(anonymous),
    send(request(service, headers)),
    send(end()),
    expectResponse({ headers: response }),
    expectBody(body),
  ],
  expect: succeeds(),
});

export default chapter("headers/meaning", {
  ...inAnyOrder,
  "last-of-two": found("FLT-HDR-006", "A proxy that appends a header means its own to count.", [
    ["bytes", "7000"],
    ["bytes", "5"],
  ]),
  "last-of-many": found("FLT-HDR-006", "However often a key stands there, one value counts, and it is the last.", [
    ...Array.from({ length: 100 }, (_, i): [string, string] => ["bytes", `${i + 100}`]),
    ["other", "x"],
    ["bytes", "5"],
  ]),
  "among-many": found("FLT-HDR-010", "The header that matters may be the last of hundreds.", [
    ...Array.from({ length: 300 }, (_, i): [string, string] => [`x-${i}`, ""]),
    ["bytes", "5"],
  ]),
  "behind-an-empty-key": found("FLT-HDR-004", "An odd header must not hide the one behind it.", [
    ["", "7"],
    ["bytes", "5"],
  ]),
  "behind-a-key-not-utf8": found("FLT-HDR-005", "A stray byte in one header says nothing of the next one.", [
    [hex("ff6279746573"), "7"],
    ["bytes", "5"],
  ]),
  "behind-a-value-not-utf8": found(
    "FLT-HDR-005",
    "Counting characters of a text with a bad byte shifts all that follows.",
    [
      ["name", hex("fffec0afeda080")],
      ["bytes", "5"],
    ],
  ),
  "behind-a-value-in-emoji": found("FLT-HDR-002", "A length in UTF-16 units ends in the middle of the value.", [
    ["mood", "🚀🚀🚀🚀"],
    ["bytes", "5"],
  ]),
  "beside-reserved-keys": found(
    "FLT-HDR-031",
    "What later versions and gateways add must not disturb today's services.",
    [
      ["~trace", "7"],
      ["query.bytes", "7"],
      ["params.bytes", "7"],
      ["bytes", "5"],
    ],
  ),
  "in-capitals": missed(
    "FLT-HDR-007",
    "A key found regardless of case on one node and missed on the next is a bug of two nodes.",
    [["Bytes", "5"]],
  ),
  "with-a-space": missed("FLT-HDR-007", "A key that is trimmed is another key.", [["bytes ", "5"]]),
  "with-a-zero-byte": missed(
    "FLT-HDR-007",
    "A key that is taken to end at a zero byte passes a filter as another one.",
    [["bytes\0", "5"]],
  ),
  "with-a-byte-not-utf8": missed(
    "FLT-HDR-007",
    "A bad byte that is dropped makes a reserved or known key of another.",
    [[hex("6279746573ff"), "5"]],
  ),
  "none-where-one-is-wanted": missed(
    "FLT-HDR-011",
    "A header read from the language's own properties is one nobody sent.",
    [
      ["__proto__", "5"],
      ["constructor", "5"],
    ],
  ),
  "failure-beside-names-of-the-language": unaffected(
    "error",
    [
      ["__proto__", "x"],
      ["constructor", "y"],
      ["toString", "z"],
    ],
    utf8('{"error":"boom"}'),
    [["content-type", "application/json"]],
  ),
  "echo-beside-names-of-the-language": unaffected(
    "echo",
    [
      ["__proto__", "x"],
      ["hasOwnProperty", "y"],
      ["then", "z"],
    ],
    new Uint8Array(0),
    [],
  ),
});
