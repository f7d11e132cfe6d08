import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  type Change,
  closes,
  connect,
  data,
  dial,
  end,
  exchangeKeys,
  expectBody,
  expectClose,
  expectData,
  expectReply,
  expectResponse,
  findNode,
  fragment,
  handshake,
  hex,
  hold,
  pattern,
  raw,
  release,
  request,
  send,
  sendRaw,
  stopReading,
  times,
  utf8,
} from "../../steps/index.ts";

const exchange = [dial(), exchangeKeys(), handshake(anonymous)];
const control = [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")];
/** A call that runs when the fault comes. */
const calling = [
  connect(anonymous),
  send(request("echo")),
  send(data(pattern(100))),
  expectResponse(),
  expectData(pattern(100)),
  send(findNode()).as("probe"),
  expectReply("find-node-response"),
  send(end()),
  expectBody(new Uint8Array(0)),
];

/** What strangers say who took the port for another service's. Each is longer than a key. */
const FOREIGN: Readonly<Record<string, readonly [Uint8Array, string]>> = {
  http: [
    utf8("GET / HTTP/1.1\r\nHost: localhost:9000\r\nUser-Agent: curl/8.0\r\nAccept: */*\r\n\r\n"),
    "Every open port is asked for a web page before the day is over.",
  ],
  tls: [
    hex(`16030100c8010000c40303${"5b".repeat(32)}20${"6c".repeat(32)}0022130113031302c02bc02f`),
    "Browsers and scanners open with TLS, whose bytes must look like nothing here.",
  ],
  ssh: [
    utf8("SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n"),
    "A scanner's greeting is a key and nine bytes more, the first four of them a length.",
  ],
  zeros: [new Uint8Array(100), "Zeros are a key of small order and then frames of no length: two faults at once."],
};
const foreign = Object.fromEntries(
  Object.entries(FOREIGN).map(([name, [bytes, why]]): [string, CaseText] => [
    `spoken-to-in-${name}`,
    {
      requires: ["FLT-ERR-001", "FLT-ERR-002"],
      why,
      control: exchange,
      change: at("key").instead(sendRaw(bytes)),
      expect: closes(),
    },
  ]),
);

const silent = (change: Change, why: string): CaseText => ({
  requires: ["FLT-ERR-004", "FLT-ERR-001"],
  why,
  needs: "echo",
  control: calling,
  change,
  expect: closes(),
});

export default chapter("error/closing", {
  ...foreign,
  "without-a-word-on-an-unknown-packet": silent(
    at("probe").opcode(9),
    "A message that explains a fault is a message that other nodes do not know, and close for.",
  ),
  "without-a-word-on-a-packet-cut-short": silent(
    at("probe").truncateBody(3),
    "An answer to a broken request is an answer to something that was never asked.",
  ),
  "without-ending-the-body": silent(
    at("probe").instead(send(data(pattern(10), 4_000_001))),
    "An end of body sent on the way out tells the caller that an answer which broke off is whole.",
  ),
  "without-refusing-the-call": silent(
    at("probe").instead(send(request("echo"))),
    "A refusal sent for a number that is in use is a second answer to the call that runs.",
  ),
  "while-the-peer-goes-on-sending": {
    requires: ["FLT-ERR-003", "FLT-SES-042"],
    why: "A node that waits for its peer to stop before it closes leaves the end of the connection to the peer.",
    control,
    change: at("probe").instead(
      send(raw(6, pattern(8)), "next"),
      times(40, () => send(findNode())),
    ),
    expect: closes(),
  },
  "while-a-large-segment-comes": {
    requires: ["FLT-ERR-003", "FLT-SES-042"],
    why: "A mebibyte behind a fault is read by nobody, and must not stand between the fault and the close.",
    control,
    change: at("probe").instead(hold(), send(raw(6, pattern(8)), "next"), sendRaw(pattern(1 << 20)), release()),
    expect: closes(),
  },
  "while-the-peer-drips": {
    requires: ["FLT-ERR-003", "FLT-SES-023"],
    why: "A length that is too large is a fault once it is there, not once the bytes it announces are.",
    control,
    change: at("probe").instead(fragment(1, 20), sendRaw(hex("00010000000000000000"))),
    expect: closes(),
  },
  "of-a-peer-that-does-not-read": {
    requires: ["FLT-ERR-003"],
    why: "A farewell that waits for room in the peer's buffers is never said to those who do not read.",
    control,
    change: at("probe").instead(
      stopReading(),
      times(30, () => send(findNode())),
      send(raw(6, pattern(8)), "next"),
    ),
    expect: answers({ step: "resume-reading" }, expectClose()),
  },
  "a-second-key-exchange": {
    requires: ["FLT-ERR-001", "FLT-SES-023"],
    why: "A peer that starts afresh on an old connection has lost its place, and so would a node that followed it.",
    control,
    change: at("probe").instead(sendRaw(hex(`8f${"40".repeat(31)}`))),
    expect: closes(),
  },
});
