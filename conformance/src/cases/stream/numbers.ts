import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  at,
  closes,
  connect,
  data,
  end,
  expectBody,
  expectEnd,
  expectResponse,
  expectServed,
  pattern,
  request,
  type Steps,
  send,
  succeeds,
  times,
  utf8,
} from "../../steps/index.ts";

const N = 5;
const body = pattern(10);
const echo = [
  send(request("echo", [], N)),
  send(data(body, N)),
  send(end(N)),
  expectResponse({ stream: N }),
  expectBody(body, N),
];

/** A second request under the number of a stream that has got so far and no further. */
function inUse(why: string, needs: NonNullable<CaseText["needs"]>, before: Steps, after: Steps = []): CaseText {
  return {
    requires: ["FLT-STR-004"],
    why,
    needs,
    control: [
      connect(anonymous),
      before,
      send(request("conformance-not-hosted", [], 9)).as("second"),
      expectResponse({ stream: 9, handled: false }),
      after,
    ],
    change: at("second").set({ stream: N }),
    expect: closes({ tolerates: true }),
  };
}
/** A stream that ends in one of the possible ways, and another under its number. */
const again = (why: string, needs: NonNullable<CaseText["needs"]>, ended: Steps): CaseText => ({
  requires: ["FLT-STR-005"],
  why,
  needs,
  control: [connect(anonymous), ended, echo, ended, echo],
  expect: succeeds(),
});

export default chapter("stream/numbers", {
  "in-use-while-the-response-is-open": inUse(
    "The request has been said and its answer has not: a number given away now gets that answer.",
    "slow",
    [send(request("slow", [["delay", "600"]], N)), send(end(N))],
    [expectResponse({ stream: N }), expectBody(utf8("."), N)],
  ),
  "in-use-while-the-request-is-open": inUse(
    "The answer is complete and the upload goes on: its bytes must not become the body of another call.",
    "empty",
    [send(request("empty", [], N)), expectResponse({ stream: N }), expectEnd({ stream: N })],
    [send(end(N)), expectServed()],
  ),
  "in-use-in-mid-body": inUse(
    "A number given away in mid-body mixes two bodies.",
    "echo",
    [send(request("echo", [], N)), send(data(body, N))],
    [send(end(N)), expectResponse({ stream: N }), expectBody(body, N)],
  ),
  "free-when-the-request-ended-last": again(
    "The order in which the halves end is chance, and a number must not stay taken by it.",
    ["empty", "echo"],
    [send(request("empty", [], N)), expectResponse({ stream: N }), expectEnd({ stream: N }), send(end(N))],
  ),
  "free-when-the-response-ended-last": again(
    "An answer that comes late ends its stream no less.",
    ["slow", "echo"],
    [
      send(request("slow", [["delay", "100"]], N)),
      send(end(N)),
      expectResponse({ stream: N }),
      expectBody(utf8("."), N),
    ],
  ),
  "free-behind-a-failure": again(
    "An error answer is an answer; its number must come back like any other.",
    ["error", "echo"],
    [
      send(request("error", [], N)),
      send(end(N)),
      expectResponse({ stream: N }),
      expectBody(utf8('{"error":"boom"}'), N),
    ],
  ),
  "free-behind-an-upload-nobody-read": again(
    "The end of what is discarded is an end too.",
    ["empty", "echo"],
    [
      send(request("empty", [], N)),
      expectResponse({ stream: N }),
      expectEnd({ stream: N }),
      times(5, () => send(data(pattern(2048), N))),
      send(end(N)),
    ],
  ),
  "data-behind-a-refused-end": {
    requires: ["FLT-STR-030", "FLT-STR-034"],
    why: "What is discarded has an end; who discards for ever never notices a peer that has lost count.",
    control: [
      connect(anonymous),
      send(request("conformance-not-hosted", [], N)),
      expectResponse({ stream: N, handled: false }),
      send(data(body, N)),
      send(end(N)).as("end"),
      expectServed(),
    ],
    change: at("end").after(send(data(body, N))),
    expect: closes(),
  },
  "second-end-of-a-discarded-request": {
    requires: ["FLT-STR-030"],
    why: "Whether anybody wanted a body or not, it ends once.",
    needs: "empty",
    control: [
      connect(anonymous),
      send(request("empty", [], N)),
      expectResponse({ stream: N }),
      expectEnd({ stream: N }),
      send(end(N)).as("end"),
      expectServed(),
    ],
    change: at("end").twice(),
    expect: closes(),
  },
  "a-thousand-one-after-another": {
    requires: ["FLT-STR-005", "FLT-STR-074"],
    why: "A node that counts the streams there were, and not those there are, serves for an hour and then no more.",
    needs: "echo",
    control: [
      connect(anonymous),
      times(11, (round) => [
        times(100, (i) => [send(request("echo", [], round * 100 + i)), send(end(round * 100 + i))]),
        times(100, (i) => [expectResponse({ stream: round * 100 + i }), expectEnd({ stream: round * 100 + i })]),
      ]),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "a-thousand-refusals": {
    requires: ["FLT-STR-025", "FLT-STR-005"],
    why: "Refusals that are counted among the calls served fill a connection with nothing.",
    needs: "echo",
    control: [
      connect(anonymous),
      times(1100, (i) => [send(request("conformance-not-hosted", [], i)), send(end(i))]),
      times(1100, (i) => expectResponse({ stream: i, handled: false })),
      echo,
    ],
    expect: succeeds(),
  },
  "more-than-anybody-serves": {
    requires: ["FLT-STR-075", "FLT-STR-020"],
    why: "A call beyond what a node can carry is refused, so that it may be made elsewhere; a close would take all others with it.",
    needs: "empty",
    control: [
      connect(anonymous),
      times(256, (i) => send(request("empty", [], 100 + i))),
      times(256, (i) => [expectResponse({ stream: 100 + i }), expectEnd({ stream: 100 + i })]),
      times(1500, (i) => send(request("empty", [], 1000 + i))),
      times(1500, (i) => expectResponse({ stream: 1000 + i, handled: "either" })),
      times(256, (i) => send(end(100 + i))),
      times(1500, (i) => send(end(1000 + i))),
      expectServed(),
      send(request("empty", [], N)),
      send(end(N)),
      expectResponse({ stream: N }),
      expectEnd({ stream: N }),
    ],
    expect: succeeds(),
  },
});
