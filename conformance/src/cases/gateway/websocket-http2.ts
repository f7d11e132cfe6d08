import { type CaseText, chapter } from "../../case.ts";
import { concat } from "../../probe/bytes.ts";
import { serverFrame } from "../../probe/websocket.ts";
import {
  ASKED,
  answers,
  at,
  clientFrame,
  DOMAIN,
  end,
  envelope,
  expectCall,
  expectEnd,
  expectEnvelope,
  expectHttp2,
  expectHttp2Body,
  expectHttp2Connect,
  expectHttp2Part,
  expectNoCall,
  expectServed,
  http2Dial,
  http2End,
  http2Get,
  http2Reset,
  http2Send,
  http2Socket,
  provide,
  respond,
  response,
  type Step,
  send,
  tlsHttp2Dial,
  utf8,
} from "../../steps/index.ts";
import { BINARY, BINARY_FLAG, CLOSE, CLOSE_FLAG, code, hears, says, TEXT, TEXT_FLAG } from "./websocket-steps.ts";
import { working } from "./works.ts";

type Fields = Parameters<typeof http2Get>[1];

/** Keys of HTTP/1 that have no meaning here. */
const OF_HTTP_1 = ["sec-websocket-accept", "upgrade", "connection", "content-length"];
const NORMAL = code(1000);

const asked = (fields: Fields = {}, dial: Step = http2Dial()): Step[] => [
  ...provide(["kit-socket", "kit-get"]),
  dial,
  expectHttp2Connect(),
  { ...http2Socket("/socket", fields), name: "request" },
  expectCall({
    services: ["kit-socket"],
    has: { ":method": "GET", ":path": "/socket", ":protocol": "websocket", ":http-version": "2" },
    lacks: ["sec-websocket-key"],
  }).as("asked"),
];
const opened = (fields?: Fields, dial?: Step): Step[] => [
  ...asked(fields, dial),
  send(response(1, [], ASKED)),
  expectHttp2(200, { lacks: [...OF_HTTP_1, "sec-websocket-protocol"] }),
];
/** The client closes, the service answers; `before` are the frames that have come so far. */
const closed = (...before: readonly Uint8Array[]): Step[] => [
  http2End(clientFrame(CLOSE, NORMAL)),
  hears(CLOSE_FLAG, NORMAL),
  expectEnd({ stream: ASKED }),
  ...says(envelope(CLOSE_FLAG, NORMAL)),
  send(end(ASKED)),
  expectHttp2Body(concat(...before, serverFrame(CLOSE, NORMAL))),
  expectServed(),
];
const works = working();
/** A request in place of a good handshake, for which nobody is called. */
const notAsked = (
  requires: CaseText["requires"],
  why: string,
  request: Step,
  status: number,
  options: Parameters<typeof expectHttp2>[1] = {},
): CaseText => ({
  requires,
  why,
  control: [...opened(), ...closed()],
  change: at("request").instead(request),
  expect: answers(expectHttp2(status, options), expectNoCall()),
});
/** What a client does in place of a word, and is told to have done. */
const ends = (why: string, requires: CaseText["requires"], number: number, ...steps: readonly Step[]): CaseText => ({
  requires,
  why,
  control: [
    ...opened(),
    { ...http2Send(clientFrame(TEXT, utf8("good"))), name: "frame" },
    hears(TEXT_FLAG, "good"),
    ...closed(),
  ],
  change: at("frame").instead(...steps),
  expect: answers(expectEnvelope(CLOSE_FLAG, { code: number }), expectEnd({ stream: ASKED })),
});

export default chapter(
  "gateway/websocket-http2",
  {
    opens: works(
      ["FLT-GWY-178", "FLT-GWY-165", "FLT-GWY-168"],
      "A browser that has a connection of HTTP/2 opens no other one for a WebSocket where the server takes it there.",
      [
        ...opened(),
        http2Send(clientFrame(TEXT, utf8("ping"))),
        hears(TEXT_FLAG, "ping"),
        ...says(envelope(BINARY_FLAG, new Uint8Array([1, 2])), envelope(TEXT_FLAG, "pong")),
        expectHttp2Part(concat(serverFrame(BINARY, new Uint8Array([1, 2])), serverFrame(TEXT, utf8("pong")))),
        ...closed(serverFrame(BINARY, new Uint8Array([1, 2])), serverFrame(TEXT, utf8("pong"))),
      ],
    ),
    "opens-over-tls": {
      ...works(["FLT-GWY-178"], "Browsers speak HTTP/2 over TLS alone.", [
        ...opened({ ":scheme": "https", ":authority": DOMAIN }, tlsHttp2Dial()),
        http2Send(clientFrame(TEXT, utf8("ping"))),
        hears(TEXT_FLAG, "ping"),
        ...closed(),
      ]),
      needs: "secure",
    },
    "a-subprotocol": works(["FLT-GWY-163", "FLT-GWY-178"], "Both sides have to know what they speak.", [
      ...asked({ "sec-websocket-protocol": "kit.1, kit.2" }),
      send(response(1, [["sec-websocket-protocol", "kit.2"]], ASKED)),
      expectHttp2(200, { fields: { "sec-websocket-protocol": "kit.2" }, lacks: OF_HTTP_1 }),
      ...closed(),
    ]),
    "what-the-service-says-of-http-1": works(
      ["FLT-GWY-178", "FLT-GWY-164"],
      "A service that knows one HTTP alone answers with 101, which HTTP/2 does not have.",
      [
        ...asked(),
        send(
          response(
            1,
            [
              [":status", "101"],
              ["upgrade", "websocket"],
              ["sec-websocket-accept", "no"],
              ["x-kit", "well"],
            ],
            ASKED,
          ),
        ),
        expectHttp2(200, { fields: { "x-kit": "well" }, lacks: OF_HTTP_1 }),
        ...closed(),
      ],
    ),
    "many-of-a-connection": works(["FLT-GWY-178"], "What is one connection here carries all that a page has open.", [
      ...opened(),
      http2Socket("/socket", {}, "other"),
      expectCall({ services: ["kit-socket"] }).as("other"),
      send(response(1, [], { streamOf: "other" })),
      expectHttp2(200, { id: "other" }),
      http2Get("/get", {}, "between"),
      expectCall({ services: ["kit-get"] }).as("between"),
      ...respond("well", [], { streamOf: "between" }),
      expectHttp2(200, { id: "between" }),
      expectHttp2Body("well", "between"),
      http2Send(clientFrame(TEXT, utf8("of the other")), "other"),
      expectEnvelope(TEXT_FLAG, { stream: { streamOf: "other" }, payload: "of the other" }),
      http2Send(clientFrame(TEXT, utf8("of the first"))),
      hears(TEXT_FLAG, "of the first"),
      ...closed(),
    ]),
    "a-route-without": notAsked(
      ["FLT-GWY-178"],
      "CONNECT of old asks for a tunnel: a service that gets one as something else speaks to whom it does not know.",
      http2Socket("/get"),
      405,
    ),
    "a-request-of-another-kind": notAsked(
      ["FLT-GWY-160"],
      "HTTP/2 has no Upgrade, and a client that is told of one there takes the answer for broken.",
      http2Get("/socket"),
      426,
      { fields: { "sec-websocket-version": "13" }, lacks: ["upgrade", "connection"] },
    ),
    "another-version": notAsked(
      ["FLT-GWY-160", "FLT-GWY-178"],
      "The version is asked for in HTTP/2 as elsewhere.",
      http2Socket("/socket", { "sec-websocket-version": "8" }),
      426,
      { fields: { "sec-websocket-version": "13" }, lacks: ["upgrade", "connection"] },
    ),
    refused: works(["FLT-GWY-162", "FLT-GWY-178"], "A service that refuses says why.", [
      ...asked(),
      ...respond("not you", [[":status", "403"]]),
      expectHttp2(403),
      expectHttp2Part("not you"),
      expectServed(),
    ]),
    "the-service-closes": works(
      ["FLT-GWY-178", "FLT-GWY-168"],
      "The stream is what the WebSocket is made of, and nothing else ends with it.",
      [
        ...opened(),
        ...says(envelope(CLOSE_FLAG, code(4000, "enough"))),
        send(end(ASKED)),
        expectHttp2Part(serverFrame(CLOSE, code(4000, "enough"))),
        http2End(clientFrame(CLOSE, code(4000))),
        expectEnvelope(CLOSE_FLAG, { code: 4000 }),
        expectEnd({ stream: ASKED }),
        expectHttp2Body(serverFrame(CLOSE, code(4000, "enough"))),
        http2Get("/get", {}, "next"),
        expectCall({ services: ["kit-get"] }).as("next"),
        ...respond("well", [], { streamOf: "next" }),
        expectHttp2(200, { id: "next" }),
      ],
    ),
    "a-client-that-takes-it-back": ends(
      "The connection lives on, so nothing but the reset tells that this client is gone.",
      ["FLT-GWY-178", "FLT-GWY-166"],
      1006,
      http2Reset(),
    ),
    "a-client-that-ends-the-stream": ends(
      "An end without Close is a client that was lost, and not one that has left.",
      ["FLT-GWY-178", "FLT-GWY-166"],
      1006,
      http2End(new Uint8Array(0)),
    ),
    "a-frame-without-mask": ends(
      "The rules of frames are the same over every HTTP.",
      ["FLT-GWY-178", "FLT-GWY-166"],
      1002,
      http2End(serverFrame(TEXT, utf8("bare"))),
    ),
  },
  "gateway",
);
