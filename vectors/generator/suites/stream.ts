import { counting, hex, join, u8 } from "../bytes.ts";
import { body, dataFields, type Headers, OPCODE, requestFields, responseFields } from "../packets.ts";
import { Suite } from "../suite.ts";
import type { Fields, Json } from "../types.ts";

type Side = "requester" | "responder";
interface Step {
  readonly from: Side;
  readonly body: Buffer;
}
const packet = (opcode: number, fields: Parameters<typeof body>[0]) => join(u8(opcode), body(fields));
const asks = (stream: number, names = ["echo"], headers: Headers = []): Step => ({
  from: "requester",
  body: packet(OPCODE.serviceRequest, requestFields(stream, names, headers)),
});
const answers = (stream: number, handled = 1, from: Side = "responder"): Step => ({
  from,
  body: packet(OPCODE.serviceResponse, responseFields(stream, handled, [])),
});
const sends = (from: Side, stream: number, length: number): Step => ({
  from,
  body: packet(OPCODE.data, dataFields(stream, counting(length))),
});
const ends = (from: Side, stream: number): Step => sends(from, stream, 0);

interface State {
  readonly stream: number;
  handled: boolean | null;
  request: Buffer;
  requestEnded: boolean;
  response: Buffer;
  responseEnded: boolean;
}
const state = (stream: number, over: Partial<Omit<State, "stream">>): Fields => {
  const {
    handled = null,
    request = Buffer.alloc(0),
    requestEnded = false,
    response = Buffer.alloc(0),
    responseEnded = false,
  } = over;
  return { stream, handled, request: hex(request), requestEnded, response: hex(response), responseEnded };
};

const A = 0x8000_0001;
const B = 0x8000_0003;
const bytes = (...lengths: number[]) => join(...lengths.map(counting));

export function stream(): Suite {
  const suite = new Suite(
    "stream",
    "Conversations on streams: what each leaves behind, and the step at which a reader closes.",
  );
  const group = suite.group(
    "Stream",
    "Bodies with opcode, in the order in which they are read; `from` says who sent each. A finished stream is forgotten. The last state of each stream number is given.",
  );
  const input = (steps: readonly Step[]): Fields => ({
    messages: steps.map(({ from, body: one }): Json => ({ from, body: hex(one) })),
  });
  const valid = (
    slug: string,
    comment: string,
    requirements: readonly string[],
    steps: readonly Step[],
    ...streams: Fields[]
  ) => group.valid("stream", slug, { comment, requirements, input: input(steps), expect: { streams } });

  valid("request-alone", "A stream is open from its ServiceRequest on.", ["FLT-STR-010"], [asks(A)], state(A, {}));
  const whole = valid(
    "whole-call",
    "A call from its request to both ends.",
    ["FLT-STR-011", "FLT-STR-024", "FLT-STR-031"],
    [
      asks(A),
      sends("requester", A, 5),
      ends("requester", A),
      answers(A),
      sends("responder", A, 7),
      ends("responder", A),
    ],
    state(A, { handled: true, request: bytes(5), requestEnded: true, response: bytes(7), responseEnded: true }),
  );
  valid(
    "empty-bodies",
    "Both bodies empty, both ended.",
    ["FLT-STR-011", "FLT-STR-024"],
    [asks(A), ends("requester", A), answers(A), ends("responder", A)],
    state(A, { handled: true, requestEnded: true, responseEnded: true }),
  );
  valid(
    "early-answer",
    "The answer comes before the request has ended.",
    ["FLT-STR-013", "FLT-STR-022"],
    [
      asks(A),
      answers(A),
      sends("responder", A, 3),
      sends("requester", A, 5),
      ends("responder", A),
      sends("requester", A, 2),
      ends("requester", A),
    ],
    state(A, { handled: true, request: bytes(5, 2), requestEnded: true, response: bytes(3), responseEnded: true }),
  );
  valid(
    "response-ended-first",
    "A response that has ended leaves the request to go on.",
    ["FLT-STR-022"],
    [asks(A), answers(A), ends("responder", A), sends("requester", A, 5)],
    state(A, { handled: true, request: bytes(5), responseEnded: true }),
  );
  valid(
    "many-pieces",
    "How a body is cut means nothing.",
    ["FLT-STR-033", "FLT-CMP-007"],
    [
      asks(A),
      ...[1, 2, 3, 2048, 1].map((n) => sends("requester", A, n)),
      ends("requester", A),
      answers(A),
      ends("responder", A),
    ],
    state(A, { handled: true, request: bytes(1, 2, 3, 2048, 1), requestEnded: true, responseEnded: true }),
  );
  valid(
    "refused",
    "Handled 0 ends the response half.",
    ["FLT-STR-043", "FLT-STR-015"],
    [asks(A), sends("requester", A, 5), answers(A, 0), ends("requester", A)],
    state(A, { handled: false, request: bytes(5), requestEnded: true, responseEnded: true }),
  );
  valid(
    "refused-and-open",
    "A refused stream is unfinished until its request has ended.",
    ["FLT-STR-034"],
    [asks(A), answers(A, 0), sends("requester", A, 5)],
    state(A, { handled: false, request: bytes(5), responseEnded: true }),
  );
  valid(
    "go-empty-response",
    "Go leaves a response without an end where its handler wrote nothing: the stream stays unfinished.",
    ["FLT-CMP-001"],
    [asks(A), ends("requester", A), answers(A)],
    state(A, { handled: true, requestEnded: true }),
  );
  valid(
    "two-interleaved",
    "Streams of one connection share nothing.",
    ["FLT-STR-027", "FLT-STR-033"],
    [
      asks(A),
      asks(B),
      sends("requester", B, 2),
      sends("requester", A, 3),
      answers(B),
      sends("responder", B, 4),
      answers(A),
      ends("requester", A),
      ends("responder", A),
    ],
    state(A, { handled: true, request: bytes(3), requestEnded: true, responseEnded: true }),
    state(B, { handled: true, request: bytes(2), response: bytes(4) }),
  );
  valid(
    "number-again",
    "The number of a finished stream is free.",
    ["FLT-STR-005"],
    [asks(A), ends("requester", A), answers(A), ends("responder", A), asks(A), sends("requester", A, 9)],
    state(A, { request: bytes(9) }),
  );
  valid(
    "number-again-after-a-refusal",
    "So is that of a refused one that has ended.",
    ["FLT-STR-005", "FLT-STR-034"],
    [asks(A), answers(A, 0), ends("requester", A), asks(A)],
    state(A, {}),
  );
  for (const number of [0, 1, 2, 0xffff_ffff]) {
    valid(
      `number-${number}`,
      "Any u32 is a number.",
      ["FLT-STR-003", "FLT-CMP-004"],
      [asks(number), ends("requester", number)],
      state(number, { requestEnded: true }),
    );
  }

  const invalid = (
    slug: string,
    change: string,
    requirement: string,
    kind: string,
    steps: readonly Step[],
    ...streams: Fields[]
  ) =>
    group.invalid("stream", slug, {
      comment: change,
      requirements: [requirement],
      input: input(steps),
      expect: { streams },
      error: { kind, action: "close", at: steps.length - 1 },
      twin: whole,
      change,
    });
  invalid("data-on-no-stream", "Data for a number nobody opened", "FLT-STR-030", "UNKNOWN_STREAM", [
    sends("requester", A, 5),
  ]);
  invalid("end-on-no-stream", "an end for a number nobody opened", "FLT-STR-030", "UNKNOWN_STREAM", [
    ends("requester", A),
  ]);
  invalid("response-data-on-no-stream", "response Data for a number nobody opened", "FLT-STR-030", "UNKNOWN_STREAM", [
    sends("responder", A, 5),
  ]);
  invalid(
    "data-on-another-stream",
    "Data under the number of no stream",
    "FLT-STR-030",
    "UNKNOWN_STREAM",
    [asks(A), sends("requester", B, 5)],
    state(A, {}),
  );
  invalid(
    "data-on-a-finished-stream",
    "Data behind both ends",
    "FLT-STR-030",
    "UNKNOWN_STREAM",
    [asks(A), ends("requester", A), answers(A), ends("responder", A), sends("requester", A, 5)],
    state(A, { handled: true, requestEnded: true, responseEnded: true }),
  );
  invalid(
    "request-data-behind-its-end",
    "request Data behind the request's end",
    "FLT-STR-032",
    "REQUEST_DATA_AFTER_END",
    [asks(A), ends("requester", A), sends("requester", A, 5)],
    state(A, { requestEnded: true }),
  );
  invalid(
    "second-end-of-the-request",
    "a second end of the request",
    "FLT-STR-032",
    "REQUEST_DATA_AFTER_END",
    [asks(A), ends("requester", A), ends("requester", A)],
    state(A, { requestEnded: true }),
  );
  invalid(
    "number-in-use",
    "a second request under an unfinished number",
    "FLT-STR-004",
    "STREAM_IN_USE",
    [asks(A), asks(A)],
    state(A, {}),
  );
  invalid(
    "number-of-a-refused-stream-in-use",
    "a second request under the number of a refused stream that has not ended",
    "FLT-STR-004",
    "STREAM_IN_USE",
    [asks(A), answers(A, 0), asks(A)],
    state(A, { handled: false, responseEnded: true }),
  );
  invalid("answer-to-nothing", "an answer under a number nobody opened", "FLT-STR-040", "UNEXPECTED_ANSWER", [
    answers(A),
  ]);
  invalid(
    "answer-from-the-requester",
    "an answer from the side that asked",
    "FLT-STR-040",
    "UNEXPECTED_ANSWER",
    [asks(A), answers(A, 1, "requester")],
    state(A, {}),
  );
  invalid(
    "second-answer",
    "a second answer",
    "FLT-STR-044",
    "SECOND_ANSWER",
    [asks(A), answers(A), answers(A)],
    state(A, { handled: true }),
  );
  invalid(
    "answer-behind-a-refusal",
    "an answer behind a refusal, which has ended the stream",
    "FLT-STR-040",
    "UNEXPECTED_ANSWER",
    [asks(A), answers(A, 0), ends("requester", A), answers(A)],
    state(A, { handled: false, requestEnded: true, responseEnded: true }),
  );
  invalid(
    "data-before-the-answer",
    "response Data before the answer",
    "FLT-STR-041",
    "DATA_BEFORE_ANSWER",
    [asks(A), sends("responder", A, 5)],
    state(A, {}),
  );
  invalid(
    "end-before-the-answer",
    "the response's end before the answer",
    "FLT-STR-041",
    "DATA_BEFORE_ANSWER",
    [asks(A), ends("responder", A)],
    state(A, {}),
  );
  invalid(
    "response-data-behind-its-end",
    "response Data behind the response's end",
    "FLT-STR-042",
    "RESPONSE_DATA_AFTER_END",
    [asks(A), answers(A), ends("responder", A), sends("responder", A, 5)],
    state(A, { handled: true, responseEnded: true }),
  );
  invalid(
    "data-behind-a-refusal",
    "response Data behind a refusal, which has ended the stream",
    "FLT-STR-030",
    "UNKNOWN_STREAM",
    [asks(A), answers(A, 0), ends("requester", A), sends("responder", A, 5)],
    state(A, { handled: false, requestEnded: true, responseEnded: true }),
  );
  invalid(
    "end-behind-a-refusal",
    "an end behind a refusal, which has ended the stream",
    "FLT-STR-030",
    "UNKNOWN_STREAM",
    [asks(A), answers(A, 0), ends("requester", A), ends("responder", A)],
    state(A, { handled: false, requestEnded: true, responseEnded: true }),
  );
  return suite;
}
