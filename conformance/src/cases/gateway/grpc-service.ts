import { type CaseText, chapter } from "../../case.ts";
import { concat } from "../../probe/bytes.ts";
import {
  ASKED,
  answers,
  at,
  envelope,
  expectEnd,
  expectGrpcEnd,
  expectHttp2,
  expectServed,
  reset,
  sendBody,
} from "../../steps/index.ts";
import {
  accepts,
  asked,
  ends,
  failing,
  GRPC,
  INTERNAL,
  message,
  OK,
  PERMISSION_DENIED,
  questioned,
  says,
  TRAILERS,
  trailers,
  UNAUTHENTICATED,
  UNAVAILABLE,
  UNIMPLEMENTED,
  UNKNOWN,
  WELL,
  works,
} from "./grpc-steps.ts";

type Headers = Parameters<typeof accepts>[0];

/** A service that answers as if it knew nothing of gRPC. */
const answersOtherwise = (why: string, status: number, headers: Headers): CaseText => ({
  requires: ["FLT-GWY-188"],
  why,
  control: [
    asked(),
    ...questioned(),
    { ...accepts(), name: "accept" },
    ...says(WELL),
    ends(),
    expectHttp2(200),
    expectGrpcEnd(OK),
  ],
  change: at("accept").instead(accepts(headers)),
  expect: answers(
    expectHttp2(200, { fields: { "content-type": GRPC } }),
    expectGrpcEnd(status),
    expectEnd({ stream: ASKED }),
    ...says(WELL),
    ends(),
    expectServed(),
  ),
});
const answersWith = (status: string, code: number): CaseText =>
  answersOtherwise("A proxy on the way to a service answers as HTTP has it.", code, [
    [":status", status],
    ["content-type", GRPC],
  ]);
/** Trailers that are none, behind a message that was well. */
const malformed = (why: string, ...lines: readonly string[]): CaseText =>
  failing(["FLT-GWY-190"], why, INTERNAL, [says(trailers(...lines)), ends()]);
/** How the call ends for the client, by what the service says of its end. */
const tells = (
  requires: CaseText["requires"],
  why: string,
  said: Uint8Array,
  end: Parameters<typeof expectGrpcEnd>,
): CaseText =>
  works(
    requires,
    why,
    asked(),
    questioned(),
    accepts(),
    says(message("answer")),
    sendBody(said, ASKED),
    ends(),
    expectHttp2(200),
    [expectGrpcEnd(end[0], { body: message("answer"), ...end[1] }), expectEnd({ stream: ASKED })],
  );
const lines = (text: string): Uint8Array => envelope(TRAILERS, text);
/** So many bytes with a status among them. */
const longTrailers = (length: number): Uint8Array => {
  const field = "x-long: ";
  const status = "grpc-status: 0\r\n";
  return lines(`${status}${field}${"x".repeat(length - status.length - field.length)}`);
};
const LONGEST = 16_384;

export default chapter(
  "gateway/grpc-service",
  {
    "fields-of-the-head": works(
      ["FLT-GWY-187"],
      "Whoever finds a status in the head looks for no message behind it.",
      asked(),
      questioned(),
      accepts([
        ["content-type", GRPC],
        ["content-length", "3"],
        ["content-encoding", "gzip"],
        ["grpc-status", "3"],
        ["grpc-status-details-bin", "AA"],
        ["grpc-message", "no"],
        ["x-a", "b"],
        ["x-bytes-bin", "AP8"],
      ]),
      says(message("answer"), WELL),
      ends(),
      expectHttp2(200, {
        fields: { "content-type": GRPC, "x-a": "b", "x-bytes-bin": "AP8" },
        lacks: ["content-length", "content-encoding", "grpc-status", "grpc-status-details-bin", "grpc-message"],
      }),
      expectGrpcEnd(OK, { body: message("answer") }),
    ),
    "that-answers-400": answersWith("400", INTERNAL),
    "that-answers-401": answersWith("401", UNAUTHENTICATED),
    "that-answers-403": answersWith("403", PERMISSION_DENIED),
    "that-answers-404": answersWith("404", UNIMPLEMENTED),
    "that-answers-429": answersWith("429", UNAVAILABLE),
    "that-answers-502": answersWith("502", UNAVAILABLE),
    "that-answers-503": answersWith("503", UNAVAILABLE),
    "that-answers-504": answersWith("504", UNAVAILABLE),
    "that-answers-418": answersWith("418", UNKNOWN),
    "that-answers-201": answersWith("201", UNKNOWN),
    "that-answers-with-a-page": answersOtherwise("A page is no message, and its first byte no flags.", UNKNOWN, [
      ["content-type", "text/html"],
    ]),
    "that-answers-with-a-head-for-nobody": answersOtherwise(
      "A field that would be two for the next reader is sent to nobody.",
      INTERNAL,
      [
        ["content-type", GRPC],
        ["x-a", "b\r\nx-b: c"],
      ],
    ),
    "a-status-without-messages": works(
      ["FLT-GWY-189"],
      "A service that fails at once says so and nothing else.",
      asked(),
      questioned(),
      accepts([
        ["content-type", GRPC],
        ["x-head", "there"],
      ]),
      says(trailers("grpc-status: 7", "grpc-message: not you", "x-end: there")),
      ends(),
      expectHttp2(200, { fields: { "content-type": GRPC, "x-head": "there" } }),
      expectGrpcEnd(PERMISSION_DENIED, { fields: { "grpc-message": "not you", "x-end": "there" } }),
      expectEnd({ stream: ASKED }),
    ),
    "a-status-behind-messages": tells(
      ["FLT-GWY-189"],
      "What fails late has failed.",
      trailers("grpc-status: 15", "grpc-message: lost"),
      [15, { fields: { "grpc-message": "lost" } }],
    ),
    "a-status-of-its-own": tells(
      ["FLT-GWY-189", "FLT-GWY-190"],
      "Numbers that have no name yet get one some day.",
      trailers("grpc-status: 999"),
      [999],
    ),
    "metadata-at-the-end": tells(
      ["FLT-GWY-189", "FLT-GWY-191"],
      "What was counted on the way is known at its end.",
      trailers("grpc-status: 0", "X-Count: 3", "x-a:b", "x-bytes-bin: AP8", "x-a: \tc ", "grpc-status-details-bin: AA"),
      [OK, { fields: { "x-count": "3", "x-a": "b, c", "x-bytes-bin": "AP8", "grpc-status-details-bin": "AA" } }],
    ),
    "fields-that-are-kept-back": tells(
      ["FLT-GWY-191"],
      "A field of the connection behind a body is a breach of HTTP/2, and one of the body comes too late.",
      trailers(
        "grpc-status: 0",
        "connection: close",
        "te: trailers",
        "proxy-a: b",
        "transfer-encoding: chunked",
        "content-length: 3",
        "content-type: text/html",
        "query.a: b",
        "~a: b",
        "grpc-message: ",
        "x-a: b",
      ),
      [
        OK,
        {
          fields: { "x-a": "b" },
          lacks: [
            ...["connection", "te", "proxy-a", "transfer-encoding", "content-length", "content-type"],
            ...["query.a", "~a", "grpc-message"],
          ],
        },
      ],
    ),
    "a-text-with-escapes": tells(
      ["FLT-GWY-191"],
      "A text of an error is the one thing that people read of a call, in whatever language.",
      trailers("grpc-status: 3", "grpc-message: grün%20ist 100%\tfalsch €~"),
      [3, { fields: { "grpc-message": "gr%C3%BCn%20ist 100%%09falsch %E2%82%AC~" } }],
    ),
    "other-ends-of-lines": tells(
      ["FLT-GWY-190"],
      "Lines are written in two ways, and the last one in three.",
      lines("\ngrpc-status: 5\nx-a: b\r\n\r\nx-c: d"),
      [5, { fields: { "x-a": "b", "x-c": "d" } }],
    ),
    "the-longest-trailers": tells(["FLT-GWY-190"], "What just fits is no fault.", longTrailers(LONGEST), [
      OK,
      { fields: { "x-long": { matches: "^x+$" } } },
    ]),
    "trailers-too-long": failing(
      ["FLT-GWY-190", "FLT-GWY-198"],
      "Trailers are held until their end: without a bound one service fills the gateway.",
      INTERNAL,
      [says(longTrailers(LONGEST + 1).subarray(0, 1000))],
    ),
    "an-end-without-trailers": failing(
      ["FLT-GWY-190"],
      "A node that knows no better tells of a failure by an end.",
      INTERNAL,
      [ends()],
    ),
    "an-end-within-a-message": failing(
      ["FLT-GWY-190"],
      "A message that was cut off is none, whatever the end says.",
      INTERNAL,
      [says(message("second").subarray(0, 8)), ends()],
      message("second").subarray(0, 8),
    ),
    "an-end-within-trailers": failing(
      ["FLT-GWY-190"],
      "A status in a part of the trailers may be another one in the rest.",
      INTERNAL,
      [says(WELL.subarray(0, WELL.length - 1)), ends()],
    ),
    "other-flags": failing(
      ["FLT-GWY-190"],
      "A client that is given flags which it does not know gives up the connection.",
      INTERNAL,
      [says(envelope(0x02, "x")), says(WELL), ends()],
    ),
    "a-message-behind-trailers": failing(["FLT-GWY-190"], "An end that is not the end is none.", INTERNAL, [
      says(concat(WELL, message("more"))),
      ends(),
    ]),
    "trailers-twice": failing(["FLT-GWY-190"], "Of two ends nobody knows which one is meant.", INTERNAL, [
      says(WELL, trailers("grpc-status: 5")),
      ends(),
    ]),
    "trailers-without-a-status": malformed("An end that does not say which one is none.", "x-a: b"),
    "trailers-of-nothing": malformed("Nothing is what a client writes at its end, and not a service."),
    "two-statuses": malformed("Who reads the first and who reads the last differ.", "grpc-status: 0", "grpc-status: 5"),
    "a-status-of-four-digits": malformed("A number with a bound is read the same by everybody.", "grpc-status: 1000"),
    "a-status-in-words": malformed("A name is not a number.", "grpc-status: OK"),
    "a-status-of-nothing": malformed("Nothing is not zero.", "grpc-status: "),
    "a-name-that-is-none": malformed(
      "A name with a space in it breaks the block of fields.",
      "grpc-status: 0",
      "x a: b",
    ),
    "a-line-without-a-name": malformed("A value of nothing belongs nowhere.", "grpc-status: 0", ": b"),
    "a-value-for-nobody": malformed("A NUL ends a text for some readers.", "grpc-status: 0", "x-a: b\0c"),
    "that-dies-before-its-answer": {
      requires: ["FLT-GWY-193", "FLT-GWY-112"],
      why: "A call that was lost may be tried again, and UNAVAILABLE says so.",
      control: [asked(), ...questioned(), { ...accepts(), name: "accept" }, ...says(WELL), ends(), expectGrpcEnd(OK)],
      change: at("accept").instead(reset()),
      expect: answers(expectHttp2(200, { fields: { "content-type": GRPC } }), expectGrpcEnd(UNAVAILABLE)),
    },
    "that-dies-in-its-answer": failing(
      ["FLT-GWY-192"],
      "Part of an answer looks like all of it to a client that is told that it went well.",
      UNAVAILABLE,
      [reset()],
    ),
    "that-dies-behind-its-trailers": failing(
      ["FLT-GWY-192", "FLT-GWY-189"],
      "An end counts when it has come whole, and not before.",
      UNAVAILABLE,
      [
        says(WELL),
        // It has arrived when what was asked behind it is answered.
        expectServed(),
        reset(),
      ],
    ),
  },
  "gateway",
);
