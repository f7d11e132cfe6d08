import { createHash } from "node:crypto";
import { type CaseText, chapter, type TestService } from "../../case.ts";
import {
  anonymous,
  connect,
  end,
  expectBody,
  expectData,
  expectEnd,
  expectResponse,
  pattern,
  request,
  send,
  sendBody,
  succeeds,
  type Text,
  utf8,
} from "../../steps/index.ts";

const NOTHING = new Uint8Array(0);
type Headers = readonly (readonly [Text, Text])[];

function answered(
  requirement: CaseText["requires"][0],
  why: string,
  service: TestService,
  headers: Headers,
  body: Uint8Array,
  responseHeaders: Headers = [],
): CaseText {
  return {
    requires: [requirement],
    why,
    needs: service,
    control: [
      connect(anonymous),
      send(request(service, headers)),
      send(end()),
      expectResponse({ headers: responseHeaders, within: 5000 }),
      expectBody(body),
    ],
    expect: succeeds(),
  };
}
const bad = (service: TestService, headers: Headers): CaseText =>
  answered(
    "FLT-TST-001",
    "A test service that guesses what was meant makes verdicts that differ from node to node.",
    service,
    headers,
    NOTHING,
    [["error", "bad-request"]],
  );

function summed(size: number): CaseText {
  const bytes = pattern(size);
  const sum = createHash("sha256").update(bytes).digest("hex");
  return {
    requires: ["FLT-TST-020", "FLT-STR-033"],
    why: "A sum over the whole body shows each byte that was lost on the way.",
    needs: "sink",
    control: [
      connect(anonymous),
      send(request("sink")),
      sendBody(bytes),
      send(end()),
      expectResponse({ headers: [["content-type", "application/json"]] }),
      expectBody(utf8(`{"bytes":${size},"sha256":"${sum}"}`)),
    ],
    expect: succeeds(),
  };
}

const source = Object.fromEntries(
  [0, 1, 251, 2048, 2049, 1_000_000].map((size): [string, CaseText] => [
    `source-${size}`,
    answered(
      "FLT-TST-030",
      "Downloads break at the edges of packets and buffers.",
      "source",
      [["bytes", `${size}`]],
      pattern(size),
    ),
  ]),
);

export default chapter("service/test-services", {
  ...source,
  "source-while-the-request-is-open": {
    requires: ["FLT-STR-022", "FLT-TST-030"],
    why: "A download need not wait for the end of a request that has nothing more to say.",
    needs: "source",
    control: [
      connect(anonymous),
      send(request("source", [["bytes", "100"]])),
      expectResponse(),
      expectData(pattern(100)),
      expectEnd(),
      send(end()),
    ],
    expect: succeeds(),
  },
  "source-without-bytes": bad("source", []),
  "source-with-words": bad("source", [["bytes", "many"]]),
  "source-with-a-sign": bad("source", [["bytes", "-1"]]),
  "source-with-a-leading-zero": bad("source", [["bytes", "010"]]),
  "source-with-too-many": bad("source", [["bytes", "1073741825"]]),
  "sink-0": summed(0),
  "sink-1": summed(1),
  "sink-3-mebibytes": summed(3 << 20),
  empty: answered("FLT-TST-040", "An empty answer has its end like any other.", "empty", [], NOTHING),
  "error-default": answered(
    "FLT-HDR-020",
    "A gateway passes this form on to the user as it is.",
    "error",
    [],
    utf8('{"error":"boom"}'),
    [["content-type", "application/json"]],
  ),
  "error-asked-by-a-gateway": answered(
    "FLT-GWY-080",
    "Without it a gateway passes a failure on as a success, and whoever waits behind it takes it for one.",
    "error",
    [[":method", "GET"]],
    utf8('{"error":"boom"}'),
    [
      ["content-type", "application/json"],
      [":status", "500"],
    ],
  ),
  "error-with-a-message": answered(
    "FLT-TST-060",
    "The message is what the person at the other end has to go by.",
    "error",
    [["message", "no such row"]],
    utf8('{"error":"no such row"}'),
    [["content-type", "application/json"]],
  ),
  "error-with-a-wrong-number": bad("error", [["after", "soon"]]),
  "shutdown-at-once": { ...bad("shutdown", [["within", "0"]]), exclusive: true },
  "shutdown-with-words": { ...bad("shutdown", [["within", "soon"]]), exclusive: true },
  "slow-default": answered("FLT-TST-071", "Without headers the slow service is quick.", "slow", [], utf8(".")),
  "slow-three": answered(
    "FLT-TST-071",
    "A body that comes drop by drop must arrive drop by drop.",
    "slow",
    [
      ["count", "3"],
      ["interval", "50"],
    ],
    utf8("..."),
  ),
  "slow-nothing": answered("FLT-TST-071", "No bytes are a body too.", "slow", [["count", "0"]], NOTHING),
  "slow-delayed": answered(
    "FLT-TST-070",
    "A handler that waits has its answer waited for.",
    "slow",
    [["delay", "700"]],
    utf8("."),
  ),
  "slow-with-a-wrong-number": bad("slow", [["delay", "later"]]),
  "slow-with-too-long-a-delay": bad("slow", [["delay", "10001"]]),
  "call-without-services": bad("call", []),
  "call-of-nobody": answered(
    "FLT-TST-082",
    "A call that finds no provider must say so at once, or its caller waits for nothing.",
    "call",
    [["services", "conformance-nobody-hosts-this"]],
    NOTHING,
    [["call-error", "no-provider"]],
  ),
});
