import type { CaseText } from "../../case.ts";
import { concat } from "../../probe/bytes.ts";
import {
  ASKED,
  answers,
  at,
  data,
  end,
  envelope,
  expectCall,
  expectEnd,
  expectEnvelope,
  expectGrpcEnd,
  expectHttp2,
  expectHttp2Part,
  expectNoCall,
  expectServed,
  http2Dial,
  http2End,
  http2Post,
  http2Send,
  provide,
  response,
  type Step,
  type Steps,
  send,
  type Text,
} from "../../steps/index.ts";
import { working } from "./works.ts";

type Fields = Parameters<typeof http2Post>[1];
type Headers = readonly (readonly [Text, Text])[];

export const PATH = "/kit.Grpc/Call";
export const GRPC = "application/grpc";
/** Codes of gRPC. */
export const [OK, UNKNOWN, DEADLINE_EXCEEDED, PERMISSION_DENIED, RESOURCE_EXHAUSTED] = [0, 2, 4, 7, 8] as const;
export const [UNIMPLEMENTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED] = [12, 13, 14, 16] as const;
/** Flags of envelopes. */
export const [MESSAGE, COMPRESSED, TRAILERS, PING] = [0x00, 0x01, 0x80, 0x09] as const;
export const FLOOD = 30_000_000;

export const message = (payload: Text = ""): Uint8Array => envelope(MESSAGE, payload);
/** Lines as a service writes them. */
export const trailers = (...lines: readonly string[]): Uint8Array =>
  envelope(TRAILERS, lines.map((line) => `${line}\r\n`).join(""));
export const WELL = trailers("grpc-status: 0");

/** The head of a call, of which "main" is the name. */
export const calls = (fields: Fields = {}, path = PATH, id?: string): Step =>
  http2Post(path, { "content-type": GRPC, te: "trailers", ...fields }, id);
/** A call whose service has not answered and whose client has said nothing. */
export const asked = (fields: Fields = {}, server: "main" | "bounded" = "main"): Step[] => [
  ...provide(["kit-grpc"]),
  http2Dial(server),
  { ...calls(fields), name: "request" },
  expectCall({ services: ["kit-grpc"], has: { ":protocol": "grpc" } }).as("asked"),
];
export const hears = (payload: Text, flags: number = MESSAGE): Step => expectEnvelope(flags, { payload });
/** The client has said all. */
export const hearsAll = (): Step => hears("", TRAILERS);
export const accepts = (headers: Headers = [["content-type", GRPC]]): Step => send(response(1, headers, ASKED));
export const says = (...pieces: readonly Uint8Array[]): Step[] => pieces.map((bytes) => send(data(bytes, ASKED)));
export const ends = (): Step => send(end(ASKED));
/** All that the client has to say. */
export const questioned = (): Step[] => [http2End(message("question")), hears("question"), hearsAll()];
/** What the service says to it. */
export const replied = (): Step[] => [
  accepts(),
  ...says(message("answer"), WELL),
  ends(),
  expectHttp2(200, { fields: { "content-type": GRPC } }),
  expectGrpcEnd(OK, { body: message("answer") }),
  expectEnd({ stream: ASKED }),
  expectServed(),
];
/** One message each way. */
export const answered = (): Step[] => [...questioned(), ...replied()];
export const works = working();
/** Another request in place of a good one: it is answered with a status of gRPC, and nobody is called. */
export const refused = (
  requires: CaseText["requires"],
  why: string,
  status: number,
  request: Step,
  ...more: readonly Step[]
): CaseText => ({
  requires,
  why,
  control: [asked(), answered()],
  change: at("request").instead(request, ...more),
  expect: answers(expectHttp2(200, { fields: { "content-type": GRPC } }), expectGrpcEnd(status), expectNoCall()),
});
/** A client that breaks a rule in the middle of its body: it is told so, and the service hears of an end without Trailers. */
export const broken = (
  requires: CaseText["requires"],
  why: string,
  status: number,
  steps: readonly Step[],
  server: "main" | "bounded" = "main",
): CaseText => ({
  requires,
  why,
  ...(server === "bounded" ? { needs: "bounded" as const } : {}),
  control: [
    asked({}, server),
    http2Send(message("first")),
    hears("first"),
    { ...http2Send(message("second")), name: "message" },
    hears("second"),
    answered(),
  ],
  change: at("message").instead(...steps),
  expect: answers(expectGrpcEnd(status), accepts(), ...says(trailers("grpc-status: 1")), ends(), expectServed()),
});
/** A service that breaks a rule behind its first message, of which the client gets `rest` as well. */
export const failing = (
  requires: CaseText["requires"],
  why: string,
  status: number,
  steps: readonly Steps[],
  rest: Uint8Array = new Uint8Array(0),
): CaseText => ({
  requires,
  why,
  control: [
    asked(),
    accepts(),
    ...says(message("first")),
    expectHttp2(200),
    expectHttp2Part(message("first")),
    { ...says(message("second"))[0], name: "message" } as Step,
    ...says(WELL),
    ends(),
    expectGrpcEnd(OK, { body: concat(message("first"), message("second")) }),
  ],
  change: at("message").instead(...steps),
  expect: answers(expectGrpcEnd(status, { body: concat(message("first"), rest) })),
});
