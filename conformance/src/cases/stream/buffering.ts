import { createHash } from "node:crypto";
import { type CaseText, chapter, type TestService } from "../../case.ts";
import {
  anonymous,
  connect,
  data,
  end,
  expectBody,
  expectData,
  expectEnd,
  expectResponse,
  expectServed,
  expectTaken,
  pattern,
  pause,
  request,
  resumeReading,
  send,
  sendBody,
  stopReading,
  succeeds,
  times,
  utf8,
} from "../../steps/index.ts";

const MEBIBYTE = 1 << 20;
const mebibyte = pattern(MEBIBYTE);
// The system's own buffers on the way hold up to ten mebibytes or so: only what is more is held up.
const large = pattern(12 * MEBIBYTE);
const NEIGHBOUR = 61;

const sum = (bytes: Uint8Array) =>
  utf8(`{"bytes":${bytes.length},"sha256":"${createHash("sha256").update(bytes).digest("hex")}"}`);

/** A mebibyte is said to the end before the answer is looked at, whatever the service makes of it. */
const answers: readonly (readonly [TestService, readonly (readonly [string, string])[], Uint8Array])[] = [
  ["echo", [], mebibyte],
  ["sink", [], sum(mebibyte)],
  ["source", [["bytes", "300000"]], pattern(300_000)],
  ["empty", [], new Uint8Array(0)],
  ["error", [], utf8('{"error":"boom"}')],
  ["slow", [["count", "3"]], utf8("...")],
];
const beforeReading = Object.fromEntries(
  answers.map(([service, headers, body]): [string, CaseText] => [
    `a-mebibyte-to-${service}-before-reading`,
    {
      requires: ["FLT-CMP-005", "FLT-STR-070"],
      why: "Neither original looks at an answer before its own request is through.",
      needs: service,
      control: [
        connect(anonymous),
        stopReading(),
        send(request(service, headers)),
        sendBody(mebibyte),
        send(end()),
        expectTaken(),
        resumeReading(),
        expectResponse(),
        expectBody(body),
        expectServed(),
      ],
      expect: succeeds(),
    },
  ]),
);

export default chapter("stream/buffering", {
  ...beforeReading,
  "an-answer-beside-a-gibibyte": {
    requires: ["FLT-STR-078", "FLT-STR-027"],
    why: "A download that lets nobody else speak makes every other call on its connection wait until it is done.",
    needs: ["source", "echo"],
    control: [
      connect(anonymous),
      send(request("source", [["bytes", `${1 << 30}`]])),
      send(end()),
      expectResponse(),
      times(5, (i) => [
        send(request("echo", [], NEIGHBOUR + i)),
        send(data(pattern(10), NEIGHBOUR + i)),
        send(end(NEIGHBOUR + i)),
        expectResponse({ stream: NEIGHBOUR + i }),
        expectBody(pattern(10), NEIGHBOUR + i),
      ]),
    ],
    expect: succeeds(),
  },
  "uploads-past-a-jammed-download": {
    requires: ["FLT-CMP-005", "FLT-STR-033"],
    why: "The originals write a whole request before they read a byte of an answer: a node that reads only while it can write waits for them for ever.",
    needs: ["source", "sink"],
    control: [
      connect(anonymous),
      stopReading(),
      send(request("source", [["bytes", `${large.length}`]])),
      send(end()),
      send(request("sink", [], NEIGHBOUR)),
      sendBody(large, NEIGHBOUR),
      send(end(NEIGHBOUR)),
      expectTaken(),
      resumeReading(),
      expectResponse({ stream: NEIGHBOUR }),
      expectBody(sum(large), NEIGHBOUR),
      expectResponse(),
      expectBody(large),
    ],
    expect: succeeds(),
  },
  "more-than-it-holds": {
    requires: ["FLT-STR-073", "FLT-STR-072", "FLT-STR-028"],
    why: "An upload to a slow handler stops the connection; a node that does not start it again has lost all its calls.",
    needs: ["slow", "echo"],
    control: [
      connect(anonymous),
      send(request("slow", [["delay", "1500"]])),
      sendBody(large),
      send(end()),
      send(request("echo", [], NEIGHBOUR)),
      send(end(NEIGHBOUR)),
      expectResponse(),
      expectBody(utf8(".")),
      expectResponse({ stream: NEIGHBOUR }),
      expectEnd({ stream: NEIGHBOUR }),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "echo-that-is-read-late": {
    requires: ["FLT-STR-072", "FLT-STR-073", "FLT-STR-033"],
    why: "A full buffer is a reason to wait and none to drop a byte: what is lost under load is found by nobody.",
    needs: "echo",
    control: [
      connect(anonymous),
      stopReading(),
      send(request("echo")),
      sendBody(large),
      send(end()),
      pause(500),
      resumeReading(),
      expectResponse(),
      expectBody(large),
    ],
    expect: succeeds(),
  },
  "source-that-is-read-late": {
    requires: ["FLT-STR-033", "FLT-TST-030"],
    why: "A download to a slow reader must pause and go on at the same byte.",
    needs: "source",
    control: [
      connect(anonymous),
      send(request("source", [["bytes", `${large.length}`]])),
      send(end()),
      stopReading(),
      pause(500),
      resumeReading(),
      expectResponse(),
      expectBody(large),
    ],
    expect: succeeds(),
  },
  "one-that-is-read-past-another": {
    requires: ["FLT-STR-027", "FLT-STR-033"],
    why: "A large download must leave room between its packets for the small answers of others.",
    needs: ["source", "echo"],
    control: [
      connect(anonymous),
      send(request("source", [["bytes", `${4 * MEBIBYTE}`]])),
      send(end()),
      send(request("echo", [], NEIGHBOUR)),
      sendBody(pattern(5000), NEIGHBOUR),
      send(end(NEIGHBOUR)),
      expectResponse({ stream: NEIGHBOUR }),
      expectBody(pattern(5000), NEIGHBOUR),
      expectResponse(),
      expectBody(large.subarray(0, 4 * MEBIBYTE)),
    ],
    expect: succeeds(),
  },
  "full-packets": {
    requires: ["FLT-STR-076"],
    why: "A body cut into small packets costs a seal, a frame and a wake-up for each.",
    needs: "source",
    control: [
      connect(anonymous),
      send(request("source", [["bytes", "100000"]])),
      send(end()),
      expectResponse(),
      expectData(pattern(100_000), { full: true }),
      expectEnd(),
    ],
    expect: succeeds(),
  },
  "a-byte-at-a-time-from-the-handler": {
    requires: ["FLT-TST-070", "FLT-TST-071", "FLT-STR-077"],
    why: "A stream of events held back until there are enough of them arrives when nobody needs it any more.",
    needs: "slow",
    control: [
      connect(anonymous),
      send(
        request("slow", [
          ["count", "2"],
          ["interval", "2000"],
        ]),
      ),
      send(end()),
      // The head before the first wait, the first byte before the second.
      expectResponse({ headers: [], within: 1800 }),
      expectData(utf8("."), { within: 3600 }),
      expectData(utf8(".")),
      expectEnd(),
    ],
    expect: succeeds(),
  },
});
