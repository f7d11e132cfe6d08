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
  request,
  send,
  type Text,
  utf8,
} from "../../steps/index.ts";

type Headers = readonly (readonly [Text, Text])[];

/** A request the service can serve, and one with a header that is wrong. */
function bad(service: TestService, right: Headers, body: Uint8Array, headers: Headers): CaseText {
  return {
    requires: ["FLT-TST-001"],
    why: "A number that one node reads and another refuses makes a verdict that depends on who is asked.",
    needs: service,
    control: [
      connect(anonymous),
      send(request(service, right)).as("request"),
      send(end()),
      expectResponse(),
      expectBody(body),
      expectServed(),
    ],
    change: at("request").set({ headers }),
    expect: answers(
      send(end()),
      expectResponse({ headers: [["error", "bad-request"]] }),
      expectBody(new Uint8Array(0)),
      expectServed(),
    ),
  };
}

const WRONG_NUMBERS: Readonly<Record<string, string>> = {
  empty: "",
  "with-a-space-before": " 5",
  "with-a-space-behind": "5 ",
  "with-a-plus": "+5",
  "with-a-point": "5.0",
  "with-an-exponent": "1e2",
  "in-hexadecimal": "0x10",
  "of-two-zeros": "00",
  "in-other-digits": "٥",
  "with-a-line-break": "5\n",
  "of-forty-digits": "1".repeat(40),
};
const numbers = Object.fromEntries(
  Object.entries(WRONG_NUMBERS).map(([name, text]): [string, CaseText] => [
    `number-${name}`,
    bad("source", [["bytes", "5"]], Uint8Array.of(0, 1, 2, 3, 4), [["bytes", text]]),
  ]),
);
const slow = (headers: Headers) => bad("slow", [["count", "1"]], utf8("."), headers);
const failing = (message: Text) => bad("error", [["message", "m"]], utf8('{"error":"m"}'), [["message", message]]);
const call = (...headers: Headers) =>
  bad("call", [["services", "conformance-nobody-hosts-this"]], new Uint8Array(0), headers);

export default chapter("service/bad-requests", {
  ...numbers,
  "delay-below-zero": slow([["delay", "-1"]]),
  "count-beyond-its-bound": slow([["count", "10001"]]),
  "interval-beyond-its-bound": slow([["interval", "10001"]]),
  "one-right-and-one-wrong": slow([
    ["count", "2"],
    ["interval", "x"],
  ]),
  "message-with-a-quote": failing('say "no"'),
  "message-with-a-backslash": failing("a\\b"),
  "message-with-a-line-break": failing("a\nb"),
  "message-beyond-ascii": failing("größer"),
  "call-with-a-timeout-in-words": call(["services", "conformance-nobody-hosts-this"], ["timeout", "soon"]),
  "call-with-too-long-a-timeout": call(["services", "conformance-nobody-hosts-this"], ["timeout", "30001"]),
});
