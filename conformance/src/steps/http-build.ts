// The words of a case about a gateway. Each returns data; see http.ts for what each means.
import { concat, u8, u32 } from "../probe/bytes.ts";
import { clientFrame } from "../probe/websocket.ts";
import {
  byHand,
  dial,
  end,
  exchangeKeys,
  expectClose,
  expectEnd,
  handshake,
  type Nameable,
  on,
  response,
  send,
  sendBody,
} from "./build.ts";
import type {
  ExpectCallStep,
  ExpectEnvelopeStep,
  ExpectFrameStep,
  ExpectHttpBodyStep,
  ExpectHttpStep,
  ExpectWebEndStep,
  GatewayConfigureStep,
  HttpEndStep,
  HttpServer,
  HttpStep,
} from "./http.ts";
import { anonymous, type StreamWish, streamOf, type Text, utf8 } from "./packets.ts";
import type { Step, Steps } from "./types.ts";

function step<S extends HttpStep>(given: S): Nameable<S> {
  // Not enumerable, so that a step stays plain data wherever it is copied, printed or compared.
  return Object.defineProperty({ ...given }, "as", { value: (name: string): S => ({ ...given, name }) }) as Nameable<S>;
}

export const httpDial = (server: HttpServer = "main") => step({ step: "http-dial", server });
export const httpSend = (bytes: Text) => step({ step: "http-send", bytes });
export const httpClose = (how: HttpEndStep["how"] = "fin") => step({ step: "http-close", how });
export const httpStopReading = () => step({ step: "http-reading", on: false });
export const httpReadOn = () => step({ step: "http-reading", on: true });
export const expectHttp = (status: ExpectHttpStep["status"], options: Partial<Omit<ExpectHttpStep, "step">> = {}) =>
  step<ExpectHttpStep>({ step: "expect-http", status, ...options });
/** The whole body and its end. */
export const expectHttpBody = (body: ExpectHttpBodyStep["body"], coding?: ExpectHttpBodyStep["coding"]) =>
  step({ step: "expect-http-body", body, whole: true, ...(coding === undefined ? {} : { coding }) });
/** The body so far, whether or not more follows. */
export const expectHttpPart = (body: Text, coding?: ExpectHttpBodyStep["coding"]) =>
  step({ step: "expect-http-body", body, whole: false, ...(coding === undefined ? {} : { coding }) });
export const expectWebEnd = (status: number, options: Partial<Omit<ExpectWebEndStep, "step" | "status">> = {}) =>
  step<ExpectWebEndStep>({ step: "expect-http-web-end", status, messages: "", isText: false, ...options });
export const expectHttpBroken = () => step({ step: "expect-http-broken" });
export const expectHttpFailed = (...lacks: readonly string[]) => step({ step: "expect-http-failed", lacks });
export const expectHttpClosed = (within?: number) =>
  step(within === undefined ? { step: "expect-http-closed" } : { step: "expect-http-closed", within });
export const expectHttpSilence = (ms = 300) => step({ step: "expect-http-silence", ms });
export const expectHttpHeldUp = (limit: number, piece?: Uint8Array) =>
  step({ step: "expect-http-held-up", limit, ...(piece === undefined ? {} : { piece }) });
export const expectFrame = (opcode: number, options: Partial<Omit<ExpectFrameStep, "step" | "opcode">> = {}) =>
  step<ExpectFrameStep>({ step: "expect-frame", opcode, ...options });
export const expectEnvelope = (flags: number, options: Partial<Omit<ExpectEnvelopeStep, "step" | "flags">> = {}) =>
  step<ExpectEnvelopeStep>({ step: "expect-envelope", stream: streamOf("asked"), flags, ...options });
export const expectCall = (options: Partial<Omit<ExpectCallStep, "step">> = {}) =>
  step<ExpectCallStep>({ step: "expect-call", ...options });
export const gatewayConfigure = (other: GatewayConfigureStep["other"] = "other") =>
  step({ step: "gateway-configure", other });
export const expectHttpNoConnection = () => step({ step: "expect-http-no-connection" });
export const gatewayEnd = () => step({ step: "gateway-end" });
export const expectNoCall = () => step({ step: "expect-no-call" });
/** RETIRE_TIMEOUT_MS of chapter 92: how long a connection with a broken body may last. */
export const RETIRE_MS = 10_000;
/** The request body was not ended so far. */
export const expectNoEnd = (stream: StreamWish = streamOf("asked")) => step({ step: "expect-no-end", stream });
/** The connection is closed, and the request body was not ended before. */
export const expectUnended = (within: number, stream: StreamWish = streamOf("asked")): Step[] => [
  expectClose({ within }),
  expectNoEnd(stream),
];
export const expectDataHeldUp = (stream: StreamWish, limit: number, piece?: Uint8Array) =>
  step({ step: "expect-data-held-up", stream, limit, ...(piece === undefined ? {} : { piece }) });

/** A node that offers services over a connection of its own and answers calls by hand. */
export const provide = (services: readonly string[], connection = "main"): Step[] =>
  on(connection, dial(), exchangeKeys(), byHand(), handshake(anonymous, services));

/** The stream of the call that the step "asked" has taken. */
export const ASKED = streamOf("asked");

/** The head of an answer, its body and its end, to the call of the name. */
export function respond(
  body: Text = "",
  headers: readonly (readonly [Text, Text])[] = [],
  stream: StreamWish = ASKED,
): Step[] {
  const bytes = typeof body === "string" ? utf8(body) : body;
  return [send(response(1, headers, stream)), ...sendBody(bytes, stream), send(end(stream))];
}

/** A call without a request body, which is named "asked". */
export const called = (options: Partial<Omit<ExpectCallStep, "step">> = {}): Step[] => [
  expectCall(options).as("asked"),
  expectEnd({ stream: ASKED }),
];

/** A head, from its lines: each gets its CR LF, and an empty one ends it. */
export const head = (...lines: readonly string[]): string => [...lines, "", ""].join("\r\n");
/** A request with a host and no body. */
export const get = (target: string, ...lines: readonly string[]): string =>
  head(`GET ${target} HTTP/1.1`, "host: kit.example", ...lines);
/** A request with a body of this length. */
export const post = (target: string, length: number, ...lines: readonly string[]): string =>
  head(`POST ${target} HTTP/1.1`, "host: kit.example", `content-length: ${length}`, ...lines);
/** Text whose characters stand for one byte each. */
export const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** A WebSocket envelope of chapter 13. */
export function envelope(flags: number, payload: Text = ""): Uint8Array {
  const bytes = typeof payload === "string" ? utf8(payload) : payload;
  return concat(u8(flags), u32(bytes.length), bytes);
}
export { clientFrame };

/** The whole exchange that most cases change in one thing. */
export function exchange(request: Text, service: string, more: Steps = []): Step[] {
  return [
    ...provide([service]),
    httpDial(),
    httpSend(request).as("request"),
    ...called({ services: [service] }),
    ...on("main", more),
    ...respond("well"),
    expectHttp(200),
    expectHttpBody("well"),
  ];
}
