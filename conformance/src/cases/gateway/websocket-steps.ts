import type { CaseText } from "../../case.ts";
import {
  ASKED,
  answers,
  at,
  clientFrame,
  data,
  end,
  envelope,
  expectCall,
  expectEnd,
  expectEnvelope,
  expectFrame,
  expectHttp,
  expectHttpBody,
  expectNoCall,
  expectServed,
  get,
  httpDial,
  httpSend,
  provide,
  respond,
  response,
  type Step,
  type Steps,
  send,
  succeeds,
  utf8,
} from "../../steps/index.ts";

export const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;
/** Flags of envelopes. */
export const [TEXT_FLAG, BINARY_FLAG, CLOSE_FLAG, PING_FLAG] = [0x01, 0x02, 0x08, 0x09] as const;
/** The code of an end that is announced. */
export const GOING_AWAY = 1001;
export const FLOOD = 30_000_000;

/** Key and answer are those of RFC 6455. */
export const KEY = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
export const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
export const UPGRADE = ["connection: Upgrade", "upgrade: websocket"] as const;
export const VERSION = "sec-websocket-version: 13";
export const asks = (...lines: readonly string[]): string => get("/socket", ...UPGRADE, KEY, VERSION, ...lines);

export const code = (number: number, reason = ""): Uint8Array =>
  new Uint8Array([number >> 8, number & 0xff, ...utf8(reason)]);
export const says = (...envelopes: readonly Uint8Array[]): Step[] => envelopes.map((bytes) => send(data(bytes, ASKED)));
export const hears = (flags: number, payload: string | Uint8Array = ""): Step => expectEnvelope(flags, { payload });

export const asked = (request = asks(), server: "main" | "bounded" = "main"): Step[] => [
  ...provide(["kit-socket"]),
  httpDial(server),
  httpSend(request).as("request"),
  expectCall({ services: ["kit-socket"], has: { ":protocol": "websocket" } }).as("asked"),
];
/** A WebSocket that both sides have accepted. */
export const opened = (server: "main" | "bounded" = "main"): Step[] => [
  ...asked(asks(), server),
  send(response(1, [], ASKED)),
  expectHttp(101, {
    fields: { "sec-websocket-accept": ACCEPT, upgrade: { matches: "^[Ww]eb[Ss]ocket$" } },
    lacks: ["sec-websocket-protocol", "sec-websocket-extensions"],
  }),
];
/** The client closes, the service answers, and both halves of the call end. */
export const closed = (): Step[] => [
  httpSend(clientFrame(CLOSE, code(1000))),
  hears(CLOSE_FLAG, code(1000)),
  expectEnd({ stream: ASKED }),
  expectFrame(CLOSE, { code: 1000 }),
  ...says(envelope(CLOSE_FLAG, code(1000))),
  send(end(ASKED)),
  expectServed(),
];
/** What a client says, and what the service hears of it. */
export const hearing = (requires: CaseText["requires"], why: string, said: Steps, heard: Steps): CaseText => ({
  requires,
  why,
  control: [opened(), said, heard, closed()],
  expect: succeeds(),
});
/** A client that breaks a rule: the service hears the code of the rule, the client is closed with it. */
export function broken(
  requires: CaseText["requires"],
  why: string,
  number: number,
  bytes: Uint8Array,
  server: "main" | "bounded" = "main",
): CaseText {
  return {
    requires,
    why,
    ...(server === "bounded" ? { needs: "bounded" as const } : {}),
    control: [
      opened(server),
      httpSend(clientFrame(TEXT, utf8("good"))).as("frame"),
      hears(TEXT_FLAG, "good"),
      closed(),
    ],
    change: at("frame").instead(httpSend(bytes)),
    expect: answers(
      expectFrame(CLOSE, { code: number }),
      expectEnvelope(CLOSE_FLAG, { code: number }),
      expectEnd({ stream: ASKED }),
    ),
  };
}
/** A service that breaks a rule, or is lost: the client is closed with 1011. */
export const failing = (why: string, ...steps: readonly Steps[]): CaseText => ({
  requires: ["FLT-GWY-168"],
  why,
  control: [
    opened(),
    send(data(envelope(TEXT_FLAG, "good"), ASKED)).as("message"),
    expectFrame(TEXT, { payload: "good" }),
    closed(),
  ],
  change: at("message").instead(...steps),
  expect: answers(expectFrame(CLOSE, { code: 1011 })),
});
/** A handshake that nobody is asked about. */
export const notAsked = (
  why: string,
  request: string,
  status: number,
  fields: Readonly<Record<string, string>> = {},
): CaseText => ({
  requires: ["FLT-GWY-160"],
  why,
  control: [asked(), send(response(1, [], ASKED)), expectHttp(101)],
  change: at("request").instead(httpSend(request)),
  expect: answers(expectHttp(status, { fields }), expectNoCall()),
});
export const ANOTHER_426 = { "sec-websocket-version": "13", upgrade: "websocket" };
export const refusing = (
  requires: CaseText["requires"],
  why: string,
  headers: readonly (readonly [string, string])[],
  status: number,
): CaseText => ({
  requires,
  why,
  control: [asked(), respond("no", headers), expectHttp(status), expectHttpBody({ matches: "" }), expectServed()],
  expect: succeeds(),
});
