import { chapter } from "../../case.ts";
import {
  ASKED,
  answers,
  at,
  called,
  data,
  end,
  expectBody,
  expectCall,
  expectClose,
  expectData,
  expectEnd,
  expectHttp,
  expectHttpBody,
  expectHttpHeldUp,
  expectHttpPart,
  expectHttpSilence,
  expectServed,
  expectSilence,
  head,
  httpClose,
  httpDial,
  httpSend,
  pattern,
  post,
  provide,
  respond,
  response,
  resumeReading,
  type Step,
  send,
  stopReading,
  succeeds,
  utf8,
} from "../../steps/index.ts";

/** Above what systems and a bounded buffer hold on the way, bytes. */
const FLOOD = 30_000_000;
/** A retired connection is closed within RETIRE_TIMEOUT_MS of chapter 92. */
const RETIRED = { within: 10_000 };

const CHUNKED = head("POST /post HTTP/1.1", "host: kit.example", "transfer-encoding: chunked");
const uploads = (request: string): Step[] => [
  ...provide(["kit-post"]),
  httpDial(),
  httpSend(request),
  expectCall({ services: ["kit-post"] }).as("asked"),
];
const answered = (): Step[] => [...respond("well"), expectHttp(200), expectHttpBody("well")];

/** An upload whose first part has reached the service. */
const begun = (): Step[] => [
  ...uploads(post("/post", 8)),
  httpSend("half"),
  expectData(utf8("half"), { stream: ASKED }),
];
/** What is left of a chunked body that ends well, unless its last part is changed. */
const chunks = (): Step[] => [
  ...uploads(CHUNKED),
  httpSend("4\r\nhalf\r\n"),
  expectData(utf8("half"), { stream: ASKED }),
  httpSend("5\r\nwhole\r\n0\r\n\r\n").as("rest"),
  ...expectBody(utf8("whole"), ASKED),
  ...answered(),
];
const noChunk = (why: string, rest: string) => ({
  requires: ["FLT-GWY-061", "FLT-GWY-062"] as const,
  why,
  control: chunks(),
  change: at("rest").instead(httpSend(rest)),
  // The service must never read an end, and the mesh has no other sign than the end of its connection.
  expect: answers(expectClose(RETIRED)),
});
const SIZES = "A size that two programs read differently hides a request inside a body.";

export default chapter(
  "gateway/body",
  {
    "as-it-comes": {
      requires: ["FLT-GWY-060"],
      why: "A service that is to look at a body while it comes, or to stop it, cannot wait for all of it.",
      control: [
        ...begun(),
        expectHttpSilence(200),
        httpSend("rest"),
        ...expectBody(utf8("rest"), ASKED),
        ...answered(),
      ],
      expect: succeeds(),
    },
    "in-chunks": {
      requires: ["FLT-GWY-060", "FLT-GWY-061"],
      why: "The sizes of chunks are of the way and not of the body.",
      control: chunks(),
      expect: succeeds(),
    },
    "in-chunks-of-all-kinds": {
      requires: ["FLT-GWY-061", "FLT-GWY-067"],
      why: "Extensions and trailers are nothing of the body: a service that reads them reads too much.",
      control: [
        ...uploads(CHUNKED),
        httpSend("004;a=b\r\nhalf\r\n"),
        expectData(utf8("half"), { stream: ASKED }),
        httpSend('A;c="d"\r\n0123456789\r\n0;e\r\nx-trailer: f\r\n\r\n'),
        ...expectBody(utf8("0123456789"), ASKED),
        ...answered(),
        // What stands behind the trailer is the next request.
        httpSend(`${CHUNKED}0\r\n\r\n`),
        expectCall({ lacks: ["x-trailer"] }).as("next"),
        expectEnd({ stream: { streamOf: "next" } }),
        ...respond("", [], { streamOf: "next" }),
        expectHttp(200),
      ],
      expect: succeeds(),
    },
    "ends-behind-the-trailer": {
      requires: ["FLT-GWY-061"],
      why: "A body whose end has not come may be cut off still.",
      control: [
        ...uploads(CHUNKED),
        httpSend("4\r\nhalf\r\n0\r\n"),
        expectData(utf8("half"), { stream: ASKED }),
        expectSilence(),
        httpSend("\r\n"),
        expectEnd({ stream: ASKED }),
        ...answered(),
      ],
      expect: succeeds(),
    },
    "ends-behind-so-many-bytes": {
      requires: ["FLT-GWY-061"],
      why: "Bytes behind the length are the next request, whatever they look like.",
      control: [
        ...uploads(`${post("/post", 4)}half${post("/post", 0)}`),
        ...expectBody(utf8("half"), ASKED),
        ...answered(),
        expectCall({ services: ["kit-post"] }).as("next"),
        expectEnd({ stream: { streamOf: "next" } }),
        ...respond("", [], { streamOf: "next" }),
        expectHttp(200),
      ],
      expect: succeeds(),
    },
    "no-body": {
      requires: ["FLT-GWY-061"],
      why: "A request without a length has no body, also one of a method that usually has.",
      control: [
        ...provide(["kit-post"]),
        httpDial(),
        httpSend(head("POST /post HTTP/1.1", "host: kit.example")),
        ...called({ services: ["kit-post"] }),
        ...answered(),
      ],
      expect: succeeds(),
    },
    "a-size-that-is-none": noChunk(SIZES, "x\r\nwhole\r\n0\r\n\r\n"),
    "a-size-with-a-prefix": noChunk(SIZES, "0x5\r\nwhole\r\n0\r\n\r\n"),
    "a-size-with-a-sign": noChunk(SIZES, "+5\r\nwhole\r\n0\r\n\r\n"),
    "a-size-below-nothing": noChunk(SIZES, "-5\r\nwhole\r\n0\r\n\r\n"),
    "a-size-beyond-all": noChunk(SIZES, "10000000000000005\r\nwhole\r\n0\r\n\r\n"),
    "a-chunk-longer-than-its-size": noChunk(
      "What stands between chunks is nobody's: it is dropped by one program and read by another.",
      "4\r\nwhole\r\n0\r\n\r\n",
    ),
    "a-chunk-with-another-end": noChunk(
      "A chunk that ends where no chunk can end does not end.",
      "5\r\nwholeXX0\r\n\r\n",
    ),
    "a-size-with-a-line-feed-alone": noChunk(
      "A line that ends for one program goes on for another.",
      "5\nwhole\r\n0\r\n\r\n",
    ),
    "a-large-body": {
      requires: ["FLT-GWY-060"],
      why: "Bytes that are lost or change places on the way make every upload worthless.",
      control: [
        ...uploads(post("/post", 1_000_000)),
        httpSend(pattern(1_000_000)),
        ...expectBody(pattern(1_000_000), ASKED),
        ...answered(),
      ],
      expect: succeeds(),
    },
    "held-up-by-the-service": {
      requires: ["FLT-GWY-060"],
      why: "A gateway that takes what nobody reads fills its memory for any client that asks it to.",
      control: [
        ...uploads(post("/post", FLOOD)),
        stopReading(),
        expectHttpHeldUp(FLOOD),
        resumeReading(),
        expectServed(),
      ],
      expect: succeeds(),
    },
    "an-answer-before-the-end": {
      requires: ["FLT-GWY-063"],
      why: "A service that answers while it reads, as an echo does, needs both directions at once.",
      control: [
        ...begun(),
        send(response(1, [], ASKED)),
        send(data(utf8("so far"), ASKED)),
        expectHttp(200),
        expectHttpPart("so far"),
        httpSend("rest"),
        ...expectBody(utf8("rest"), ASKED),
        send(data(utf8(", whole"), ASKED)),
        send(end(ASKED)),
        expectHttpBody("so far, whole"),
      ],
      expect: succeeds(),
    },
    "a-client-that-leaves-its-body": {
      requires: ["FLT-GWY-062", "FLT-GWY-061"],
      why: "Half an upload that ends like a whole one is stored as the whole.",
      control: [...begun(), httpSend("rest").as("rest"), ...expectBody(utf8("rest"), ASKED), ...answered()],
      change: at("rest").instead(httpClose()),
      expect: answers(expectClose(RETIRED)),
    },
    "a-client-that-resets-its-body": {
      requires: ["FLT-GWY-062", "FLT-GWY-061"],
      why: "A connection that breaks off is no end either.",
      control: [...begun(), httpSend("rest").as("rest"), ...expectBody(utf8("rest"), ASKED), ...answered()],
      change: at("rest").instead(httpClose("rst")),
      expect: answers(expectClose(RETIRED)),
    },
    "a-client-that-leaves-its-chunks": {
      requires: ["FLT-GWY-062", "FLT-GWY-061"],
      why: "Behind the last whole chunk a body looks whole, and is not.",
      control: chunks(),
      change: at("rest").instead(httpSend("5\r\nwhole\r\n"), httpClose()),
      expect: answers(expectClose(RETIRED)),
    },
    "a-client-that-ends-its-half": {
      requires: ["FLT-GWY-061"],
      why: "The end of what a client sends is no end of a body whose length is told.",
      control: [...begun(), httpSend("rest").as("rest"), ...expectBody(utf8("rest"), ASKED), ...answered()],
      change: at("rest").instead(httpClose("half")),
      expect: answers(expectClose(RETIRED)),
    },
  },
  "gateway",
);
