import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  closes,
  closeWrite,
  connect,
  data,
  end,
  expectBody,
  expectClose,
  expectData,
  expectEnd,
  expectRequest,
  expectResponse,
  expectServed,
  expectSilence,
  hex,
  on,
  pattern,
  pause,
  reset,
  response,
  type Step,
  send,
  sendBody,
  streamOf,
  succeeds,
  times,
} from "../../steps/index.ts";
import { CALL, call, callEmpty, providing } from "./calling.ts";

const asked = streamOf("asked");
const NOTHING = new Uint8Array(0);

/** Up to the moment at which the provider has the whole request. */
const called = (service: string): Step[] => [
  ...providing("provider", [service]),
  ...connect(anonymous),
  ...callEmpty(service),
  ...on("provider", expectRequest("service-request").as("asked"), expectEnd({ stream: asked })),
];
/** A whole answer, each part of which can be changed. */
const answer = (): Step[] =>
  on(
    "provider",
    send(response(1, [["x-a", "b"]], asked)).as("answer"),
    send(data(pattern(100), asked)).as("data"),
    send(end(asked)).as("end"),
  );
const heard = [expectResponse({ stream: CALL, headers: [["x-a", "b"]] }), expectBody(pattern(100), CALL)];
const whole = (service: string) => [called(service), answer(), heard, on("provider", expectServed())];

/** A response that goes on when its caller has left. */
const unwanted = (service: string): Step[] => [
  ...called(service),
  ...on("provider", send(response(1, [], asked)), send(data(pattern(100), asked))),
  expectResponse({ stream: CALL, headers: [] }),
  expectData(pattern(100), { stream: CALL }),
  closeWrite(),
  expectClose(),
  // It may be by these that the target learns that nobody takes them.
  ...times(5, (i) => on("provider", send(data(pattern(100, 100 * (i + 1)), asked)), pause(50))),
];

function closing(
  service: string,
  requirement: CaseText["requires"][0],
  why: string,
  change: NonNullable<CaseText["change"]>,
): CaseText {
  return {
    requires: [requirement],
    why,
    needs: "call",
    control: whole(service),
    change,
    expect: closes({ tolerates: true }),
  };
}
function fine(
  service: string,
  requires: CaseText["requires"],
  why: string,
  change: NonNullable<CaseText["change"]>,
): CaseText {
  return { requires, why, needs: "call", control: whole(service), change, expect: succeeds() };
}
const pieces = Object.fromEntries(
  [1, 7, 100, 2048].map((piece): [string, CaseText] => [
    `in-pieces-of-${piece}`,
    {
      requires: ["FLT-CMP-007", "FLT-TST-081"],
      why: "Each implementation cuts its bodies in its own way, and none of them means anything by it.",
      needs: "call",
      control: [
        called(`kit-pieces-${piece}`),
        on("provider", send(response(1, [], asked)), sendBody(pattern(piece * 20), asked, piece), send(end(asked))),
        expectResponse({ stream: CALL, headers: [] }),
        expectBody(pattern(piece * 20), CALL),
      ],
      expect: succeeds(),
    },
  ]),
);

export default chapter(
  "requester/response",
  {
    ...pieces,
    whole: {
      requires: ["FLT-TST-081", "FLT-STR-014"],
      why: "What a service answers must reach whoever asked, head and body.",
      needs: "call",
      control: whole("kit-whole"),
      expect: succeeds(),
    },
    "answer-twice": closing(
      "kit-answers-twice",
      "FLT-STR-044",
      "A second answer would replace headers that were already believed.",
      at("answer").twice(),
    ),
    "data-before-the-answer": closing(
      "kit-before",
      "FLT-STR-041",
      "A body without a head is a body of nobody knows what.",
      at("answer").instead(send(data(pattern(100), asked))),
    ),
    "end-before-the-answer": {
      requires: ["FLT-STR-041"],
      why: "An end that comes first is the end of nothing.",
      needs: "call",
      control: whole("kit-end-before"),
      change: at("answer").instead(send(end(asked))),
      expect: closes({ tolerates: true }),
    },
    "data-behind-the-end": closing(
      "kit-behind",
      "FLT-STR-042",
      "Bytes behind the end belong to nothing that was asked.",
      at("end").twice(),
    ),
    "data-behind-the-end-of-a-duplex-call": {
      requires: ["FLT-STR-042"],
      why: "A response that has ended stays ended while the request goes on.",
      needs: "call",
      control: [
        ...providing("provider", ["kit-duplex"]),
        ...connect(anonymous),
        call("kit-duplex"),
        on("provider", expectRequest("service-request").as("asked")),
        answer(),
        heard,
        send(end(CALL)),
        on("provider", expectEnd({ stream: asked }), expectServed()),
      ],
      change: at("end").twice(),
      expect: closes({ tolerates: true }),
    },
    "data-behind-a-refusal": {
      requires: ["FLT-STR-042"],
      why: "A refusal has no body.",
      needs: "call",
      control: whole("kit-behind-refusal"),
      change: at("answer").instead(send(response(0, [], asked)), send(data(pattern(5), asked))),
      expect: closes({ tolerates: true }),
    },
    "handled-2": closing(
      "kit-handled",
      "FLT-PKT-051",
      "A flag that is neither is read as yes by one and as no by another.",
      at("answer").set({ handled: 2 }),
    ),
    "answer-cut-short": closing(
      "kit-cut",
      "FLT-PKT-003",
      "Headers that are announced and absent must not be made up.",
      at("answer").truncateBody(-1),
    ),
    "answer-cut-in-the-stream": closing(
      "kit-cut-early",
      "FLT-PKT-003",
      "Three bytes of a number are none.",
      at("answer").truncateBody(3),
    ),
    "data-of-2049": {
      requires: ["FLT-PKT-061"],
      why: "The limit holds in both directions.",
      needs: "call",
      control: whole("kit-long-data"),
      change: at("data").set({ data: pattern(2049) }),
      expect: closes({ tolerates: true }),
    },
    "data-cut-short": closing(
      "kit-short-data",
      "FLT-PKT-063",
      "A download with a hole in it must not look whole.",
      at("data").truncateBody(-1),
    ),
    "data-on-no-stream": closing(
      "kit-nowhere",
      "FLT-STR-030",
      "Bytes under a wrong number must not reach the call that happens to be open.",
      at("data").set({ stream: 99 }),
    ),
    "answer-with-trailing-bytes": fine(
      "kit-trailing",
      ["FLT-PKT-004"],
      "Later versions put more behind the packet.",
      at("answer").appendBody(hex("c0ffee")),
    ),
    "answer-with-a-number": fine(
      "kit-numbered",
      ["FLT-RPC-014"],
      "Service messages mean the same under a number of the sender's parity.",
      at("answer").seq(501),
    ),
    "find-node-between": fine(
      "kit-between",
      ["FLT-RPC-022"],
      "A provider may ask questions of its own in the middle of an answer.",
      at("data").before(expectServed()),
    ),
    "header-twice": {
      requires: ["FLT-HDR-006"],
      why: "The last value of a key counts, for requesters too.",
      needs: "call",
      control: whole("kit-header-twice"),
      change: at("answer").set({
        headers: [
          ["x-a", "first"],
          ["x-a", "b"],
        ],
      }),
      expect: succeeds(),
    },
    "a-thousand-headers-of-the-language": {
      requires: ["FLT-HDR-011"],
      why: "A header that becomes a property of the language's own changes the program that reads it.",
      needs: "call",
      control: [
        called("kit-language"),
        on(
          "provider",
          send(
            response(
              1,
              [
                ["__proto__", "x"],
                ["constructor", "y"],
              ],
              asked,
            ),
          ),
          send(end(asked)),
        ),
        expectResponse({
          stream: CALL,
          headers: [
            ["__proto__", "x"],
            ["constructor", "y"],
          ],
        }),
        expectEnd({ stream: CALL }),
      ],
      expect: succeeds(),
    },
    "empty-as-go-sends-it": {
      requires: ["FLT-CMP-001", "FLT-STR-031"],
      why: "A Go handler that writes nothing leaves its response open for ever; to take that for an empty one is to guess.",
      needs: "call",
      control: [
        called("kit-go-empty"),
        on("provider", send(response(1, [], asked)), send(end(asked)).as("end")),
        expectResponse({ stream: CALL, headers: [] }),
        expectEnd({ stream: CALL }),
      ],
      change: at("end").withheld(),
      expect: answers(expectResponse({ stream: CALL, headers: [] }), expectSilence(1500)),
    },
    "that-nobody-wants-any-more": {
      requires: ["FLT-STR-057", "FLT-STR-058", "FLT-STR-054"],
      why: "A caller that left is no reason to lose the other calls to its provider, nor to take in for ever what nobody reads.",
      needs: "call",
      control: [
        unwanted("kit-endless"),
        on("provider", expectServed(), expectClose({ within: 11_000, notBefore: 8000 })),
      ],
      expect: succeeds(),
    },
    "that-nobody-wants-any-more-and-ends": {
      requires: ["FLT-STR-057"],
      why: "What was given up and has come to its end all the same costs its connection nothing.",
      needs: "call",
      control: [
        unwanted("kit-ends-unread"),
        on("provider", send(end(asked)), expectServed()),
        // The time after which one that has not ended would cost the connection.
        pause(11_000),
        on("provider", expectServed()),
        on("again", connect(anonymous), callEmpty("kit-ends-unread")),
        on("provider", expectRequest("service-request").as("again"), expectEnd({ stream: streamOf("again") })),
        on("provider", send(response(1, [], streamOf("again"))), send(end(streamOf("again")))),
        on("again", expectResponse({ stream: CALL, headers: [] }), expectBody(NOTHING, CALL)),
      ],
      expect: succeeds(),
    },
    "of-three-mebibytes": {
      requires: ["FLT-TST-081", "FLT-STR-014", "FLT-STR-033"],
      why: "A large answer passes through two connections, and not a byte of it may be lost between them.",
      needs: "call",
      control: [
        called("kit-huge"),
        on("provider", send(response(1, [], asked)), sendBody(pattern(3 << 20), asked), send(end(asked))),
        expectResponse({ stream: CALL, headers: [] }),
        expectData(pattern(3 << 20), { stream: CALL, within: 10_000 }),
        expectEnd({ stream: CALL }),
      ],
      expect: succeeds(),
    },
    "provider-gone-before-the-answer": {
      requires: ["FLT-PRV-027", "FLT-TST-082", "FLT-STR-018"],
      why: "A caller whose provider is gone must hear of it now, and not when its time runs out.",
      needs: "call",
      control: whole("kit-gone-early"),
      change: at("answer").instead(reset()),
      expect: answers(
        expectResponse({ stream: CALL, headers: [["call-error", "lost"]], within: 2000 }),
        expectBody(NOTHING, CALL),
      ),
    },
    "provider-gone-in-mid-body": {
      requires: ["FLT-STR-018", "FLT-TST-083", "FLT-STR-050"],
      why: "Half a download that ends like a whole one is taken for a whole one.",
      needs: "call",
      control: whole("kit-gone-late"),
      change: at("end").instead(closeWrite()),
      expect: answers(
        expectResponse({ stream: CALL, headers: [["x-a", "b"]] }),
        expectData(pattern(100), { stream: CALL }),
        expectClose({ within: 11_000 }),
      ),
    },
    "provider-gone-in-mid-body-by-reset": {
      requires: ["FLT-STR-018", "FLT-TST-083"],
      why: "A machine that loses its power says no goodbye, and what it was sending is not whole.",
      needs: "call",
      control: whole("kit-gone-hard"),
      change: at("data").after(expectServed(), reset()),
      expect: answers(
        expectResponse({ stream: CALL, headers: [["x-a", "b"]] }),
        expectData(pattern(100), { stream: CALL }),
        expectClose({ within: 11_000 }),
      ),
    },
    "fault-of-the-provider-in-mid-body": {
      requires: ["FLT-STR-018", "FLT-TST-083", "FLT-PKT-061"],
      why: "A provider that breaks the protocol has not completed its answer.",
      needs: "call",
      control: whole("kit-faulty"),
      change: at("end").instead(
        on(
          "main",
          expectResponse({ stream: CALL, headers: [["x-a", "b"]] }),
          expectData(pattern(100), { stream: CALL }),
        ),
        send(data(pattern(3000), asked)),
      ),
      expect: answers(on("provider", expectClose()), expectClose({ within: 11_000 })),
    },
    "twenty-answers-interleaved": {
      requires: ["FLT-STR-033", "FLT-STR-027"],
      why: "Answers that share a connection must not share their bytes.",
      needs: "call",
      control: [
        providing("provider", ["kit-interleaved"]),
        connect(anonymous),
        times(20, (i) => callEmpty("kit-interleaved", 10_000, 200 + i)),
        times(20, (i) => on("provider", expectRequest("service-request").as(`asked-${i}`))),
        times(20, (i) => on("provider", send(response(1, [], streamOf(`asked-${i}`))))),
        times(5, (round) =>
          times(20, (i) => on("provider", send(data(pattern(30, round * 30), streamOf(`asked-${i}`))))),
        ),
        times(20, (i) => on("provider", send(end(streamOf(`asked-${i}`))))),
        times(20, (i) => [expectResponse({ stream: 200 + i, headers: [] }), expectBody(pattern(150), 200 + i)]),
      ],
      expect: succeeds(),
    },
  },
  "requester",
);
