import { type CaseText, chapter } from "../../case.ts";
import { concat, u8 } from "../../probe/bytes.ts";
import {
  ASKED,
  answers,
  at,
  envelope,
  expectCall,
  expectEnd,
  expectEnvelope,
  expectGrpcEnd,
  expectHttp,
  expectHttp2,
  expectHttp2Part,
  expectHttpBody,
  expectNoCall,
  hex,
  http2Dial,
  http2End,
  http2Send,
  httpDial,
  httpSend,
  latin1,
  post,
  provide,
  reset,
  type Step,
  type Steps,
  utf8,
} from "../../steps/index.ts";
import {
  accepts,
  COMPRESSED,
  calls,
  ends,
  hears,
  hearsAll,
  INTERNAL,
  MESSAGE,
  message,
  OK,
  RESOURCE_EXHAUSTED,
  says,
  trailers,
  UNIMPLEMENTED,
  WELL,
  works,
} from "./grpc-steps.ts";

const CALL = "/kit.Schema/Call";
const WATCH = "/kit.Schema/Watch";
const PROTO = "application/grpc+proto";
const JSON_GRPC = "application/grpc+json";

/** `{"text": "hi", "count": "7"}` in protobuf. */
const HI = hex("0a026869 1007");
const HI_JSON = { text: "hi", count: "7" };
/** `{"text": "well"}`. */
const FINE = hex("0a0477656c6c");
const FINE_JSON = '{ "text" : "well" }';

const hearsJson = (json: unknown): Step => expectEnvelope(MESSAGE, { json });

/** A call of gRPC whose client has said nothing. */
const dialed = (type = PROTO, path = CALL, server: "main" | "bounded" = "main"): Step[] => [
  ...provide(["kit-schema"]),
  http2Dial(server),
  { ...calls({ "content-type": type }, path), name: "request" },
  expectCall({ services: ["kit-schema"], has: { ":protocol": "grpc", "content-type": JSON_GRPC } }).as("asked"),
];
/** A message of the client in place of one that is well. */
const noMessage = (why: string, status: number, bytes: Uint8Array, server: "main" | "bounded" = "main"): CaseText => ({
  requires: ["FLT-GWY-202"],
  why,
  ...(server === "bounded" ? { needs: "bounded" as const } : {}),
  control: [
    dialed(PROTO, CALL, server),
    { ...http2Send(message(HI)), name: "message" },
    hearsJson(HI_JSON),
    http2End(""),
    hearsAll(),
    accepts(),
    ...says(message(FINE_JSON), WELL),
    ends(),
    expectGrpcEnd(OK, { body: message(FINE) }),
  ],
  change: at("message").instead(http2Send(bytes)),
  expect: answers(expectGrpcEnd(status), expectEnd({ stream: ASKED })),
});
/** A message of the service in place of one that is well, behind another one. */
const noAnswer = (why: string, bytes: Uint8Array): CaseText => ({
  requires: ["FLT-GWY-202"],
  why,
  control: [
    dialed(PROTO, WATCH),
    http2End(message(HI)),
    hearsJson(HI_JSON),
    hearsAll(),
    accepts(),
    ...says(message(FINE_JSON)),
    expectHttp2(200),
    expectHttp2Part(message(FINE)),
    ...says(message(FINE_JSON)).map((step) => ({ ...step, name: "message" })),
    ...says(WELL),
    ends(),
    expectGrpcEnd(OK, { body: concat(message(FINE), message(FINE)) }),
  ],
  change: at("message").instead(...says(bytes)),
  expect: answers(expectGrpcEnd(INTERNAL, { body: message(FINE) })),
});

/** A call of Connect. */
const connects = (body: string, path = CALL, ...lines: readonly string[]) =>
  httpSend(
    `${post(path, utf8(body).length, "content-type: application/json", "connect-protocol-version: 1", ...lines)}${body}`,
  );
const connected = (request: Step = connects(JSON.stringify(HI_JSON))): Step[] => [
  ...provide(["kit-schema"]),
  httpDial(),
  { ...request, name: "request" },
  expectCall({
    services: ["kit-schema"],
    has: { ":protocol": "grpc", ":method": "POST", "content-type": JSON_GRPC },
    lacks: ["content-length"],
  }).as("asked"),
  hearsJson(HI_JSON),
  hearsAll(),
];
const answered = (): Step[] => [
  accepts(),
  ...says(message(FINE_JSON)).map((step) => ({ ...step, name: "message" })),
  ...says(WELL),
  ends(),
  expectHttp(200, { fields: { "content-type": "application/json" } }),
  expectHttpBody(FINE_JSON),
  expectEnd({ stream: ASKED }),
];
const tells = (status: number, code: string): Step[] => [
  expectHttp(status, { fields: { "content-type": "application/json" } }),
  expectHttpBody({ matches: `^\\{.*"code" *: *"${code}"[^]*\\}$` }),
];
/** A call of Connect in place of one that is well. */
const refused = (
  requires: CaseText["requires"],
  why: string,
  request: Step,
  ...expected: readonly Steps[]
): CaseText => ({
  requires,
  why,
  control: [connected(), answered()],
  change: at("request").instead(request),
  expect: answers(...expected),
});
/** What the service says in place of its one message. */
const otherwise = (why: string, steps: readonly Steps[], status: number, code: string): CaseText => ({
  requires: ["FLT-GWY-205"],
  why,
  control: [connected(), answered()],
  change: at("message").instead(...steps),
  expect: answers(...says(WELL), ends(), tells(status, code)),
});
const failed = (number: number, status: number, code: string): CaseText =>
  works(
    ["FLT-GWY-204"],
    "Whoever speaks plain HTTP goes by its statuses.",
    connected(),
    accepts(),
    ...says(trailers(`grpc-status: ${number}`, "grpc-message: gr%C3%BCn", "x-end: there")),
    ends(),
    expectHttp(status, {
      fields: { "content-type": "application/json", "trailer-x-end": "there" },
      lacks: ["grpc-status"],
    }),
    expectHttpBody({ matches: `^\\{(?=.*"code" *: *"${code}").*"message" *: *"grün".*\\}$` }),
    expectEnd({ stream: ASKED }),
  );

export default chapter(
  "gateway/grpc-schema",
  {
    "protobuf-becomes-json": works(
      ["FLT-GWY-201"],
      "A service in any language reads JSON, and clients are compiled.",
      provide(["kit-schema"]),
      http2Dial(),
      calls({ "content-type": PROTO, "grpc-encoding": "identity", "grpc-accept-encoding": "gzip" }, CALL),
      expectCall({
        has: { ":protocol": "grpc", ":path": CALL, "content-type": JSON_GRPC },
        lacks: ["grpc-encoding", "grpc-accept-encoding"],
      }).as("asked"),
      http2End(message(HI)),
      hearsJson(HI_JSON),
      hearsAll(),
      accepts([["content-type", JSON_GRPC]]),
      ...says(message('{"inner": {"text": "well"}}'), WELL),
      ends(),
      expectHttp2(200, { fields: { "content-type": PROTO } }),
      expectGrpcEnd(OK, { body: message(concat(hex("2206"), FINE)) }),
      expectEnd({ stream: ASKED }),
    ),
    "without-a-format": works(
      ["FLT-GWY-201"],
      "A client that names no format writes protobuf, and most name none.",
      dialed("application/grpc"),
      http2End(message(HI)),
      hearsJson(HI_JSON),
      hearsAll(),
      accepts(),
      ...says(message(FINE_JSON), WELL),
      ends(),
      expectHttp2(200, { fields: { "content-type": "application/grpc" } }),
      expectGrpcEnd(OK, { body: message(FINE) }),
    ),
    "each-message": works(
      ["FLT-GWY-201", "FLT-GWY-184"],
      "What becomes of the first message of a stream becomes of all.",
      dialed(PROTO, WATCH),
      http2Send(message(HI).subarray(0, 7)),
      http2Send(concat(message(HI).subarray(7), message())),
      hearsJson(HI_JSON),
      hearsJson({}),
      http2End(message(FINE)),
      hearsJson({ text: "well" }),
      hearsAll(),
      accepts(),
      ...says(message(FINE_JSON)),
      expectHttp2(200),
      expectHttp2Part(message(FINE)),
      ...says(message("{}").subarray(0, 6), message("{}").subarray(6), WELL),
      ends(),
      expectGrpcEnd(OK, { body: concat(message(FINE), message()) }),
    ),
    "json-as-it-is": works(
      ["FLT-GWY-201"],
      "What both sides read alike needs nobody between them.",
      dialed(JSON_GRPC),
      http2End(message('{ "text" : "hi" }')),
      hears('{ "text" : "hi" }'),
      hearsAll(),
      accepts(),
      ...says(message(FINE_JSON), WELL),
      ends(),
      expectHttp2(200, { fields: { "content-type": JSON_GRPC } }),
      expectGrpcEnd(OK, { body: message(FINE_JSON) }),
    ),
    "another-method": {
      requires: ["FLT-GWY-200"],
      why: "What a schema does not name no service can be asked for.",
      control: [dialed(), http2End(message(HI)), hearsJson(HI_JSON), hearsAll()].flat(),
      change: at("request").instead(calls({ "content-type": PROTO }, "/kit.Schema/Other")),
      expect: answers(expectHttp2(200), expectGrpcEnd(UNIMPLEMENTED), expectNoCall()),
    },
    "another-format": {
      requires: ["FLT-GWY-200"],
      why: "A schema of protobuf says nothing of other formats.",
      control: [dialed(), http2End(message(HI)), hearsJson(HI_JSON), hearsAll()].flat(),
      change: at("request").instead(calls({ "content-type": "application/grpc+thrift" }, CALL)),
      expect: answers(expectHttp2(415), expectNoCall()),
    },
    "a-message-that-is-none": noMessage(
      "Bytes of another type are another message.",
      INTERNAL,
      message(latin1("\xff")),
    ),
    "a-message-that-was-cut": noMessage(
      "A length goes beyond its message when that was cut.",
      INTERNAL,
      message(hex("0a05 6869")),
    ),
    "a-compressed-message": noMessage(
      "A message is unpacked before it is read, and who unpacks everything unpacks bombs.",
      UNIMPLEMENTED,
      envelope(COMPRESSED, HI),
    ),
    "a-message-that-grows": noMessage(
      "JSON of bytes is longer by a third than they are: a bound on one form alone is none on the other.",
      RESOURCE_EXHAUSTED,
      message(concat(hex("1a"), u8(0xa0), u8(0x06), new Uint8Array(800))),
      "bounded",
    ),
    "an-answer-that-is-no-json": noAnswer("A service that prints its errors prints no message.", message("oops")),
    "an-answer-of-another-type": noAnswer("A count that is none has no bytes.", message('{"count": "many"}')),
    "an-answer-with-an-unknown-field": noAnswer(
      "A name with a slip of the pen is lost where it is skipped, and nobody finds out.",
      message('{"test": "well"}'),
    ),
    "a-compressed-answer": noAnswer("What was packed is no JSON.", envelope(COMPRESSED, FINE_JSON)),
    connect: works(
      ["FLT-GWY-203", "FLT-GWY-204"],
      "A call with curl is the first one that anybody makes.",
      connected(),
      accepts([
        ["content-type", JSON_GRPC],
        ["x-a", "b"],
      ]),
      ...says(message(FINE_JSON), trailers("grpc-status: 0", "x-end: there")),
      ends(),
      expectHttp(200, {
        fields: { "content-type": "application/json", "x-a": "b", "trailer-x-end": "there" },
        lacks: ["grpc-status", "trailer-grpc-status"],
      }),
      expectHttpBody(FINE_JSON),
      expectEnd({ stream: ASKED }),
    ),
    "connect-not-found": failed(5, 404, "not_found"),
    "connect-canceled": failed(1, 499, "canceled"),
    "connect-invalid": failed(3, 400, "invalid_argument"),
    "connect-too-late": failed(4, 504, "deadline_exceeded"),
    "connect-already-there": failed(6, 409, "already_exists"),
    "connect-forbidden": failed(7, 403, "permission_denied"),
    "connect-too-often": failed(8, 429, "resource_exhausted"),
    "connect-no-such-method": failed(12, 501, "unimplemented"),
    "connect-internal": failed(13, 500, "internal"),
    "connect-unavailable": failed(14, 503, "unavailable"),
    "connect-nobody": failed(16, 401, "unauthenticated"),
    "connect-another-method": refused(
      ["FLT-GWY-200"],
      "A method that is not there is not there in any protocol.",
      connects("{}", "/kit.Schema/Other"),
      tells(501, "unimplemented"),
      expectNoCall(),
    ),
    "connect-a-stream": refused(
      ["FLT-GWY-205"],
      "One body has no room for many messages.",
      connects("{}", WATCH),
      expectHttp(415),
      expectNoCall(),
    ),
    "connect-no-json": refused(
      ["FLT-GWY-205"],
      "Whoever sent it can mend it, and is told so.",
      connects('{"text": '),
      tells(400, "invalid_argument"),
    ),
    "connect-another-type": refused(
      ["FLT-GWY-205"],
      "A service that was promised a number gets one.",
      connects('{"count": "many"}'),
      tells(400, "invalid_argument"),
    ),
    "connect-compressed": refused(
      ["FLT-GWY-205"],
      "A body that nobody unpacks is no JSON.",
      connects("{}", CALL, "content-encoding: gzip"),
      tells(501, "unimplemented"),
      expectNoCall(),
    ),
    "connect-a-timeout-that-is-none": refused(
      ["FLT-GWY-205"],
      "A time that cannot be read would be none at all.",
      connects("{}", CALL, "connect-timeout-ms: soon"),
      tells(400, "invalid_argument"),
      expectNoCall(),
    ),
    "connect-a-timeout-of-eleven-digits": refused(
      ["FLT-GWY-205"],
      "A number without a bound is read differently by those who have one.",
      connects("{}", CALL, "connect-timeout-ms: 10000000000"),
      tells(400, "invalid_argument"),
      expectNoCall(),
    ),
    "connect-a-deadline": works(
      ["FLT-GWY-204", "FLT-GWY-185"],
      "What nobody waits for any more nobody should work at.",
      connected(connects(JSON.stringify(HI_JSON), CALL, "connect-timeout-ms: 700")),
      tells(504, "deadline_exceeded"),
      expectEnd({ stream: ASKED }),
    ),
    "connect-two-answers": otherwise(
      "Of two answers to one question nobody knows which one is meant.",
      says(message(FINE_JSON), message(FINE_JSON)),
      500,
      "internal",
    ),
    "connect-no-answer": otherwise("Success without an answer is none.", [], 500, "internal"),
    "connect-an-answer-of-another-type": otherwise(
      "What a client of gRPC would not get one of Connect does not get.",
      says(message('{"count": "many"}')),
      500,
      "internal",
    ),
    "connect-a-service-that-dies": {
      requires: ["FLT-GWY-204", "FLT-GWY-192"],
      why: "Half an answer in JSON is no JSON.",
      control: [connected(), answered()],
      change: at("message").instead(...says(message(FINE_JSON)), reset()),
      expect: answers(tells(503, "unavailable")),
    },
  },
  "gateway",
);
