import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  connect,
  end,
  expectBody,
  expectResponse,
  expectServed,
  expectTidy,
  hex,
  request,
  send,
  succeeds,
  type Text,
} from "../../steps/index.ts";

const NOTHING = new Uint8Array(0);
type Headers = readonly (readonly [Text, Text])[];
const plain: Headers = [["key", "value"]];
const control = [
  connect(anonymous),
  send(request("headers", plain)).as("request"),
  send(end()),
  expectResponse({ headers: plain }),
  expectBody(NOTHING),
  expectServed(),
];

/** The service sends back what it was handed. */
function handed(
  requirement: CaseText["requires"][0],
  why: string,
  headers: Headers,
  expected: Headers = headers,
): CaseText {
  return {
    requires: [requirement, "FLT-TST-050"],
    why,
    needs: "headers",
    control,
    change: at("request").set({ headers }),
    expect: answers(
      send(end()),
      expectResponse({ headers: expected }),
      expectBody(NOTHING),
      expectServed(),
      expectTidy(),
    ),
  };
}
/** Whatever the handler makes of them, the connection lives. */
function survived(requirement: CaseText["requires"][0], why: string, headers: Headers): CaseText {
  return {
    requires: [requirement],
    why,
    needs: "empty",
    control: [
      connect(anonymous),
      send(request("empty", plain)).as("request"),
      send(end()),
      expectResponse(),
      expectBody(NOTHING),
      expectServed(),
    ],
    change: at("request").set({ headers }),
    expect: succeeds(),
  };
}

export default chapter("headers/request", {
  none: handed("FLT-HDR-010", "A call without headers is the most common of all.", []),
  one: {
    requires: ["FLT-TST-050"],
    why: "What a gateway says of its caller travels in headers.",
    needs: "headers",
    control,
    expect: succeeds(),
  },
  "empty-value": handed("FLT-HDR-004", "A flag is a header with nothing in it.", [["flag", ""]]),
  "empty-key": survived("FLT-HDR-004", "An empty key is odd and harmless, and no reason to lose the connection.", [
    ["", "value"],
  ]),
  "value-of-3000-bytes": handed("FLT-HDR-010", "Tokens and cookies are long.", [["token", "x".repeat(3000)]]),
  "key-of-255-bytes": handed("FLT-HDR-007", "The longest key there is must not be the one that breaks the parser.", [
    ["k".repeat(255), "v"],
  ]),
  "two-hundred": handed(
    "FLT-HDR-010",
    "The count has two bytes; a reader that looks at one loses what a gateway passes on.",
    Array.from({ length: 200 }, (_, i): [string, string] => [`key-${i}`, `${i}`]),
  ),
  "three-hundred": handed(
    "FLT-HDR-010",
    "Above 255 a count read from one byte starts again from nothing.",
    Array.from({ length: 300 }, (_, i): [string, string] => [`${i}`, "v"]),
  ),
  "key-twice": handed(
    "FLT-HDR-006",
    "Two nodes that take different ones of two values check one thing and use another.",
    [
      ["role", "admin"],
      ["other", "x"],
      ["role", "user"],
    ],
    [
      ["other", "x"],
      ["role", "user"],
    ],
  ),
  "keys-that-differ-in-case": handed("FLT-HDR-007", "Keys folded into one lose a value that was sent.", [
    ["Key", "upper"],
    ["key", "lower"],
  ]),
  "text-in-many-scripts": handed(
    "FLT-HDR-002",
    "Lengths count bytes; npm counted characters and cut every name with an umlaut.",
    [
      ["größe", "größer"],
      ["名前", "値"],
      ["rocket", "🚀"],
    ],
  ),
  "names-of-the-language": handed(
    "FLT-HDR-011",
    "A header that becomes a property of the language's own changes the program that reads it.",
    [
      ["__proto__", "polluted"],
      ["constructor", "x"],
      ["toString", "y"],
      ["hasOwnProperty", "z"],
    ],
  ),
  "of-a-gateway": handed("FLT-HDR-031", "What a gateway takes from a URL must arrive at the service as it was sent.", [
    ["query.page", "2"],
    ["params.id", "17"],
    ["content-type", "text/plain; charset=utf-8"],
  ]),
  "one-key-three-times": handed(
    "FLT-HDR-003",
    "A key that is passed on twice leaves the choice to the next reader, who may choose otherwise.",
    [
      ["a", "1"],
      ["a", "2"],
      ["a", "3"],
    ],
    [["a", "3"]],
  ),
  "lengths-at-their-edges": handed("FLT-HDR-001", "Lengths break where they take another byte.", [
    ["k", ""],
    ["k".repeat(127), "v".repeat(127)],
    ["k".repeat(128), "v".repeat(128)],
    ["k".repeat(254), "v".repeat(255)],
    ["k".repeat(255), "v".repeat(256)],
  ]),
  "eight-hundred-empty-ones": handed(
    "FLT-HDR-010",
    "A limit on the number of headers that is not in the specification cuts off whoever reads only that.",
    Array.from({ length: 800 }, (_, i): [string, string] => [(i + 100).toString(30), ""]),
  ),
  "line-breaks-and-zero-bytes": handed("FLT-HDR-031", "Values are bytes with a length: nothing in them ends them.", [
    ["text", "one\r\ntwo\r\n\r\nthree"],
    ["zero", "a\0b"],
    ["space", "  kept  "],
  ]),
  "frame-filled-there-and-back": handed("FLT-HDR-010", "What came in one frame must go back in one.", [
    ["k", "v".repeat(4056)],
  ]),
  "key-not-utf8": survived(
    "FLT-HDR-005",
    "Headers come from browsers and proxies; a stray byte must not cost the connection.",
    [[hex("6bff"), "value"]],
  ),
  "value-not-utf8": survived("FLT-HDR-005", "A file name in an old encoding is no attack.", [
    ["name", hex("fc6265722e747874")],
  ]),
  "frame-filled": survived("FLT-HDR-010", "A request that fits a frame to its last byte is a legal one.", [
    ["k", "v".repeat(4058)],
  ]),
});
