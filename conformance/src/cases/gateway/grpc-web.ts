import { type CaseText, chapter } from "../../case.ts";
import { concat, u8, u32 } from "../../probe/bytes.ts";
import {
  ASKED,
  answers,
  at,
  envelope,
  expectCall,
  expectDataHeldUp,
  expectEnd,
  expectHttp,
  expectHttpBroken,
  expectHttpHeldUp,
  expectHttpPart,
  expectNoCall,
  expectServed,
  expectWebEnd,
  http2Dial,
  http2End,
  httpClose,
  httpDial,
  httpSend,
  httpStopReading,
  post,
  provide,
  reset,
  type Step,
  type Steps,
  stopReading,
  succeeds,
  utf8,
} from "../../steps/index.ts";
import { BOUNDED } from "../../targets/gateway-configuration.ts";
import {
  accepts,
  calls,
  DEADLINE_EXCEEDED,
  ends,
  FLOOD,
  hears,
  hearsAll,
  INTERNAL,
  message,
  OK,
  PATH,
  RESOURCE_EXHAUSTED,
  says,
  trailers,
  UNAVAILABLE,
  UNIMPLEMENTED,
  WELL,
  works,
} from "./grpc-steps.ts";

const WEB = "application/grpc-web";
const TEXT = "application/grpc-web-text";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
/** A request with all of its body. */
const request = (type: string, body: Uint8Array | string, { path = PATH, lines = [] as readonly string[] } = {}) =>
  httpSend(
    concat(
      utf8(post(path, body.length, `content-type: ${type}`, "x-grpc-web: 1", ...lines)),
      typeof body === "string" ? utf8(body) : body,
    ),
  );
/** A call whose one message the service has got. */
const asked = (given: Step, type = "application/grpc", server: "main" | "bounded" = "main"): Step[] => [
  ...provide(["kit-grpc"]),
  httpDial(server),
  { ...given, name: "request" },
  expectCall({
    services: ["kit-grpc"],
    has: { ":protocol": "grpc", ":http-version": "1.1", "content-type": type },
    lacks: ["content-length"],
  }).as("asked"),
  hears("question"),
  hearsAll(),
];
const QUESTION = message("question");
/** A call in bytes, of which the service has accepted the one message. */
const begun = (): Step[] => [...asked(request(WEB, QUESTION)), accepts()];
const replied = (type: string, isText: boolean): Step[] => [
  accepts(),
  ...says(message("answer"), WELL),
  ends(),
  expectHttp(200, { fields: { "content-type": type } }),
  expectWebEnd(OK, { messages: message("answer"), isText }),
  expectEnd({ stream: ASKED }),
];
/** Another request in place of a good one. */
const instead = (
  requires: CaseText["requires"],
  why: string,
  given: Step,
  answer: readonly Step[],
  server: "main" | "bounded" = "main",
): CaseText => ({
  requires,
  why,
  ...(server === "bounded" ? { needs: "bounded" as const } : {}),
  control: [asked(request(WEB, QUESTION), undefined, server), replied(WEB, false)],
  change: at("request").instead(given),
  expect: answers(...answer),
});
/** A body in base64 that is none. */
const noBase64 = (why: string, body: string): CaseText => ({
  requires: ["FLT-GWY-183", "FLT-GWY-181"],
  why,
  control: [asked(request(TEXT, base64(QUESTION))), replied(TEXT, true)],
  change: at("request").instead(request(TEXT, body)),
  expect: answers(expectHttp(200, { fields: { "content-type": TEXT } }), expectWebEnd(INTERNAL, { isText: true })),
});
/** What becomes of an answer of which one message has come. */
const failing = (requires: CaseText["requires"], why: string, steps: readonly Steps[], expected: Step): CaseText => ({
  requires,
  why,
  control: [
    begun(),
    ...says(message("first")),
    expectHttp(200),
    expectHttpPart(message("first")),
    ...says(WELL).map((step) => ({ ...step, name: "end" })),
    ends(),
    expectWebEnd(OK, { messages: message("first") }),
  ],
  change: at("end").instead(...steps),
  expect: answers(expected),
});

export default chapter(
  "gateway/grpc-web",
  {
    bytes: works(
      ["FLT-GWY-189", "FLT-GWY-182", "FLT-GWY-184"],
      "A browser gives a page no trailers, so they stand in the body.",
      asked(request(`${WEB}+proto`, QUESTION), "application/grpc+proto"),
      replied(`${WEB}+proto`, false),
    ),
    text: works(
      ["FLT-GWY-181", "FLT-GWY-187", "FLT-GWY-189"],
      "Old browsers read text alone while it still comes.",
      asked(request(`${TEXT}+proto`, base64(QUESTION)), "application/grpc+proto"),
      replied(`${TEXT}+proto`, true),
    ),
    "text-because-it-is-accepted": works(
      ["FLT-GWY-187"],
      "What a page can send and what it can read are two things.",
      asked(request(WEB, QUESTION, { lines: [`accept: ${TEXT}`] })),
      replied(TEXT, true),
    ),
    "text-in-parts": works(
      ["FLT-GWY-181"],
      "Whoever writes in parts pads each, and a decoder that stops at the first pad loses the rest.",
      asked(request(TEXT, `${base64(QUESTION.subarray(0, 4))}${base64(QUESTION.subarray(4))}`)),
      replied(TEXT, true),
    ),
    "text-in-pieces": works(
      ["FLT-GWY-181"],
      "A network cuts text wherever it likes.",
      provide(["kit-grpc"]),
      httpDial(),
      httpSend(`${post(PATH, base64(QUESTION).length, `content-type: ${TEXT}`)}${base64(QUESTION).slice(0, 9)}`),
      expectCall().as("asked"),
      expectServed(),
      httpSend(base64(QUESTION).slice(9)),
      hears("question"),
      hearsAll(),
      replied(TEXT, true),
    ),
    "no-base64": noBase64("A letter that is none is no zero.", "AAAA!AAA"),
    "half-of-four-letters": noBase64("Six bits are no byte.", `${base64(QUESTION)}AA`),
    "half-a-message-in-text": noBase64(
      "Text that is whole may hold half a message.",
      base64(QUESTION.subarray(0, QUESTION.length - 1)),
    ),
    "messages-as-they-come": works(
      ["FLT-GWY-189", "FLT-GWY-187"],
      "A page shows what there is.",
      asked(request(TEXT, base64(QUESTION))),
      accepts(),
      // The head does not wait for a message.
      expectHttp(200, { fields: { "content-type": TEXT } }),
      ...says(message("first")),
      expectHttpPart(message("first"), "base64"),
      ...says(message("second").subarray(0, 8)),
      expectHttpPart(concat(message("first"), message("second").subarray(0, 8)), "base64"),
      ...says(message("second").subarray(8), trailers("grpc-status: 0", "x-end: there")),
      ends(),
      expectWebEnd(OK, {
        messages: concat(message("first"), message("second")),
        isText: true,
        fields: { "x-end": "there" },
      }),
    ),
    "over-http-2": works(
      ["FLT-GWY-189", "FLT-GWY-182"],
      "A page does not choose the HTTP of its browser.",
      provide(["kit-grpc"]),
      http2Dial(),
      calls({ "content-type": WEB }),
      expectCall({ has: { "content-type": "application/grpc", ":http-version": "2" } }).as("asked"),
      http2End(QUESTION),
      hears("question"),
      hearsAll(),
      accepts(),
      ...says(message("answer"), trailers("grpc-status: 5", "x-end: there")),
      ends(),
      expectWebEnd(5, { id: "main", messages: message("answer"), fields: { "x-end": "there" } }),
    ),
    "grpc-over-http-1": {
      ...instead(
        ["FLT-GWY-180"],
        "Whoever reads no trailers takes each call for one that went well.",
        request("application/grpc", QUESTION),
        [expectHttp(415), expectNoCall()],
      ),
    },
    "one-after-the-other": works(
      ["FLT-GWY-189"],
      "A connection is good for more than one call.",
      asked(request(WEB, QUESTION)),
      replied(WEB, false),
      request(WEB, message()),
      expectCall().as("next"),
    ),
    "a-status-without-messages": works(
      ["FLT-GWY-189", "FLT-GWY-191"],
      "An error is the body's one envelope, with all that is known of it.",
      begun(),
      ...says(
        trailers(
          "grpc-status: 5",
          "grpc-message: grün",
          "x-a: b",
          "X-A: c",
          "connection: close",
          "content-type: text/html",
        ),
      ),
      ends(),
      expectHttp(200, { fields: { "content-type": WEB }, lacks: ["grpc-status", "grpc-message"] }),
      expectWebEnd(5, {
        fields: { "grpc-message": "gr%C3%BCn", "x-a": "b, c" },
        lacks: ["connection", "content-type"],
      }),
      expectEnd({ stream: ASKED }),
    ),
    "nobody-offers-the-service": instead(
      ["FLT-GWY-193"],
      "A page that reads 503 has no call that failed, but a network that did.",
      request(WEB, QUESTION, { path: "/kit.Nobody/Call" }),
      [expectHttp(200, { fields: { "content-type": WEB } }), expectWebEnd(UNAVAILABLE)],
    ),
    "a-length-above-the-limit": instead(
      ["FLT-GWY-193"],
      "A body that will not be taken need not be sent, in whatever protocol.",
      httpSend(post(PATH, BOUNDED.largestBody + 1, `content-type: ${WEB}`)),
      [expectHttp(200, { fields: { "content-type": WEB } }), expectWebEnd(RESOURCE_EXHAUSTED), expectNoCall()],
      "bounded",
    ),
    "a-body-that-does-not-come": {
      requires: ["FLT-GWY-199", "FLT-GWY-193", "FLT-GWY-185"],
      why: "HTTP/1 has no ping: a body that stops is all that tells of a client that was lost.",
      needs: "bounded",
      control: [
        provide(["kit-grpc"]),
        httpDial("bounded"),
        httpSend(`${post(PATH, 2 * QUESTION.length, `content-type: ${WEB}`)}`),
        httpSend(QUESTION),
        expectCall().as("asked"),
        hears("question"),
        httpSend(QUESTION).as("rest"),
        hears("question"),
        hearsAll(),
      ].flat(),
      change: at("rest").withheld(),
      expect: answers(
        expectHttp(200, { notBefore: 500 }),
        expectWebEnd(DEADLINE_EXCEEDED),
        expectEnd({ stream: ASKED }),
      ),
    },
    "a-deadline-that-is-none": instead(
      ["FLT-GWY-186"],
      "A page that asks for a time learns whether it was understood.",
      request(WEB, QUESTION, { lines: ["grpc-timeout: soon"] }),
      [expectHttp(200, { fields: { "content-type": WEB } }), expectWebEnd(INTERNAL), expectNoCall()],
    ),
    "a-service-that-knows-no-grpc": works(
      ["FLT-GWY-188"],
      "A page gets one kind of answer, whoever has made it.",
      asked(request(TEXT, base64(QUESTION))),
      accepts([
        [":status", "404"],
        ["content-type", "text/html"],
      ]),
      expectHttp(200, { fields: { "content-type": TEXT } }),
      expectWebEnd(UNIMPLEMENTED, { isText: true }),
      expectEnd({ stream: ASKED }),
    ),
    "a-client-that-leaves-in-its-body": {
      requires: ["FLT-GWY-185", "FLT-GWY-184"],
      why: "Half an upload has an end like a whole one, unless somebody tells them apart.",
      control: [
        ...provide(["kit-grpc"]),
        httpDial(),
        httpSend(post(PATH, 2 * QUESTION.length, `content-type: ${WEB}`)),
        httpSend(QUESTION),
        expectCall().as("asked"),
        hears("question"),
        httpSend(QUESTION).as("rest"),
        hears("question"),
        hearsAll(),
      ],
      change: at("rest").instead(httpClose("rst")),
      expect: answers(
        expectEnd({ stream: ASKED }),
        accepts(),
        ...says(trailers("grpc-status: 1")),
        ends(),
        expectServed(),
      ),
    },
    "a-deadline": works(
      ["FLT-GWY-186", "FLT-GWY-185"],
      "A page that nobody looks at any more has asked for what nobody needs.",
      asked(request(WEB, QUESTION, { lines: ["grpc-timeout: 700m"] })),
      expectHttp(200, { fields: { "content-type": WEB } }),
      expectWebEnd(DEADLINE_EXCEEDED),
      expectEnd({ stream: ASKED }),
    ),
    "a-client-that-leaves": {
      requires: ["FLT-GWY-185"],
      why: "A page that is closed tells nobody but the gateway.",
      control: [
        begun(),
        ...says(message("first")),
        expectHttp(200),
        expectHttpPart(message("first")),
        httpClose(),
        expectEnd({ stream: ASKED }),
      ].flat(),
      expect: succeeds(),
    },
    "a-service-that-dies": failing(
      ["FLT-GWY-192"],
      "Between messages there is a place to say that there are no more.",
      [reset()],
      expectWebEnd(UNAVAILABLE, { messages: message("first") }),
    ),
    "a-service-that-dies-in-a-message": failing(
      ["FLT-GWY-193", "FLT-GWY-192"],
      "Trailers within a message are read as a part of it.",
      [
        says(message("second").subarray(0, 8)),
        expectHttpPart(concat(message("first"), message("second").subarray(0, 8))),
        reset(),
      ],
      expectHttpBroken(),
    ),
    "other-flags-of-the-service": failing(
      ["FLT-GWY-190"],
      "What the gateway does not know it cannot pass on as known.",
      [says(envelope(0x02, "x"))],
      expectWebEnd(INTERNAL, { messages: message("first") }),
    ),
    "held-up-by-the-service": works(
      ["FLT-GWY-198"],
      "A message without end must wait with whoever sends it.",
      provide(["kit-grpc"]),
      httpDial(),
      httpSend(concat(utf8(post(PATH, FLOOD + 3_000_000, `content-type: ${WEB}`)), u8(0), u32(FLOOD + 2_000_000))),
      expectCall().as("asked"),
      stopReading(),
      expectHttpHeldUp(FLOOD),
    ),
    "held-up-by-the-client": works(
      ["FLT-GWY-198"],
      "A page that shows nothing reads nothing, and the gateway is not its store.",
      begun(),
      ...says(concat(u8(0), u32(0x7fffffff))),
      expectHttp(200),
      httpStopReading(),
      expectDataHeldUp(ASKED, FLOOD),
    ),
  },
  "gateway",
);
