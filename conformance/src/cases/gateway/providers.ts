import { type CaseText, chapter } from "../../case.ts";
import {
  ASKED,
  answers,
  at,
  called,
  data,
  end,
  expectCall,
  expectEnd,
  expectHttp,
  expectHttpBody,
  expectHttpBroken,
  expectHttpFailed,
  expectHttpPart,
  expectHttpSilence,
  expectNoCall,
  get,
  head,
  hold,
  httpDial,
  httpSend,
  on,
  pause,
  post,
  provide,
  release,
  reset,
  respond,
  response,
  type Step,
  send,
  succeeds,
  utf8,
} from "../../steps/index.ts";

/** What a node answers that takes no more calls. */
const refuse = (stream = ASKED): Step => send(response(0, [], stream));
const request = (method: string, target: string): string => head(`${method} ${target} HTTP/1.1`, "host: kit.example");

/** One provider has the call; a second one that offers the same has come since. */
const asksFirst = (service: string, text: string): Step[] => [
  ...provide([service]),
  httpDial(),
  httpSend(text),
  ...called({ services: [service] }),
  ...provide([service], "second"),
];
/** The second one gets the call and answers it. */
const secondAnswers = (): Step[] => [
  ...on("second", expectCall().as("second call")),
  ...on("second", respond("of the second", [], { streamOf: "second call" })),
  expectHttp(200),
  expectHttpBody("of the second"),
];
const firstAnswers = (): Step[] => [
  ...respond("of the first").map(named),
  expectHttp(200),
  expectHttpBody("of the first"),
];
const named = (step: Step, index: number): Step => (index === 0 ? { ...step, name: "answer" } : step);

function repeated(why: string, service: string, text: string): CaseText {
  return {
    requires: ["FLT-GWY-113"],
    why,
    control: [...asksFirst(service, text), ...firstAnswers()],
    change: at("answer").instead(reset()),
    expect: answers(secondAnswers()),
  };
}
function notRepeated(requires: CaseText["requires"], why: string, text: string): CaseText {
  return {
    requires,
    why,
    control: [...asksFirst("kit-post", text), ...firstAnswers()],
    change: at("answer").instead(reset()),
    expect: answers(expectHttp(502), ...on("second", expectNoCall())),
  };
}

/** Head and breach come in one write: the gateway may not have sent anything yet. */
const lostWithItsHead = (service: string, text: string, ...more: readonly (readonly [string, string])[]): CaseText => {
  const headers = [["content-type", "text/plain"], ["x-secret", "kit"], ...more] as const;
  return {
    requires: ["FLT-GWY-112", "FLT-GWY-064"],
    why: "What is neither the service's answer nor the gateway's is believed to be the one and blamed on the other.",
    control: [
      ...asksFirst(service, text),
      hold(),
      send(response(1, headers, ASKED)),
      send(data(new Uint8Array(2048), ASKED)).as("data"),
      ...(more.length > 0 ? [send(data(new Uint8Array(1), ASKED))] : []),
      send(end(ASKED)),
      release(),
      expectHttp(200, { fields: { "x-secret": "kit" } }),
    ],
    // One byte more than a packet may hold.
    change: at("data").instead(send(data(new Uint8Array(2049), ASKED))),
    expect: answers(release(), expectHttpFailed("x-secret")),
  };
};

export default chapter(
  "gateway/providers",
  {
    "the-names-of-a-route": {
      requires: ["FLT-GWY-110"],
      why: "The node that is asked has to see under which names it may answer, the first ones first.",
      control: [
        ...provide(["kit-second"]),
        httpDial(),
        httpSend(get("/either")),
        ...called({ services: ["kit-first", "kit-second"] }),
        ...respond("well"),
        expectHttp(200),
        expectHttpBody("well"),
      ],
      expect: succeeds(),
    },
    "the-next-one-after-a-refusal": {
      requires: ["FLT-GWY-110", "FLT-PRV-005"],
      why: "A node that stops refuses what it has not begun, so that another one can do it: also what may be done once only.",
      control: [...asksFirst("kit-post", post("/post", 0)), ...firstAnswers()],
      change: at("answer").instead(refuse()),
      expect: answers(secondAnswers()),
    },
    "a-lost-get": repeated(
      "A node that dies costs its clients an error that asking once more would have spared them.",
      "kit-get",
      get("/get"),
    ),
    "a-lost-head": {
      ...repeated("HEAD asks like GET.", "kit-get", request("HEAD", "/get")),
      control: [
        ...asksFirst("kit-get", request("HEAD", "/get")),
        ...respond("").map(named),
        expectHttp(200, { toHead: true }),
      ],
      expect: answers(
        ...on("second", expectCall().as("second call")),
        ...on("second", respond("", [], { streamOf: "second call" })),
        expectHttp(200, { toHead: true }),
      ),
    },
    "a-lost-put-without-a-body": repeated("PUT may be done twice.", "kit-put", request("PUT", "/put")),
    "a-lost-delete": repeated("DELETE may be done twice.", "kit-many", request("DELETE", "/many")),
    "a-lost-post": notRepeated(
      ["FLT-GWY-110", "FLT-GWY-112", "FLT-PRV-007"],
      "An order that is placed twice is paid twice.",
      post("/post", 0),
    ),
    "a-lost-put-with-a-body": {
      requires: ["FLT-GWY-110", "FLT-GWY-112", "FLT-PRV-007"],
      why: "A body that was passed on is gone: a second call would have half of it, or none.",
      control: [
        ...provide(["kit-put"]),
        httpDial(),
        httpSend(`${request("PUT", "/put").slice(0, -2)}content-length: 4\r\n\r\nbody`),
        expectCall().as("asked"),
        ...provide(["kit-put"], "second"),
        ...firstAnswers(),
      ],
      change: at("answer").instead(reset()),
      expect: answers(expectHttp(502), ...on("second", expectNoCall())),
    },
    "lost-after-its-answer-began": {
      requires: ["FLT-GWY-112", "FLT-GWY-064", "FLT-GWY-110"],
      why: "A client that has read half an answer would get the other half of another one.",
      control: [
        ...asksFirst("kit-get", get("/get")),
        send(response(1, [], ASKED)),
        send(data(utf8("half"), ASKED)),
        expectHttp(200),
        expectHttpPart("half"),
        send(data(utf8(" and half"), ASKED)).as("rest"),
        expectHttpPart("half and half"),
      ],
      change: at("rest").instead(reset()),
      expect: answers(expectHttpBroken(), ...on("second", expectNoCall())),
    },
    "a-breach-is-a-loss": {
      requires: ["FLT-GWY-112"],
      why: "A node that breaks the protocol has closed its connection, whatever else it meant by it.",
      control: [...asksFirst("kit-post", post("/post", 0)), ...firstAnswers()],
      // A body before its head.
      change: at("answer").instead(send(data(utf8("body"), ASKED))),
      expect: answers(expectHttp(502), ...on("second", expectNoCall())),
    },
    "lost-with-its-head": lostWithItsHead("kit-get", get("/get")),
    "lost-with-its-head-where-bodies-are-packed": lostWithItsHead(
      "kit-packed",
      get("/packed", "accept-encoding: gzip"),
    ),
    "lost-with-its-head-and-its-length": lostWithItsHead("kit-get", get("/get"), ["content-length", "2049"]),
    "lost-three-times": {
      requires: ["FLT-GWY-113"],
      why: "A request that kills whoever gets it must not be given to all of them.",
      control: [
        ...asksFirst("kit-get", get("/get")),
        reset(),
        ...on("second", expectCall()),
        ...provide(["kit-get"], "third"),
        ...on("second", reset()),
        ...on("third", expectCall()),
        ...provide(["kit-get"], "fourth"),
        ...on("third", reset()),
        expectHttp(502),
        ...on("fourth", expectNoCall()),
      ],
      expect: succeeds(),
    },
    "the-one-with-the-least-to-do": {
      requires: ["FLT-GWY-111"],
      why: "A node that is busy answers later than one that is not.",
      control: [
        ...asksFirst("kit-get", get("/get?n=1")),
        ...on("another-client", httpDial(), httpSend(get("/get?n=2"))),
        ...on("second", expectCall({ has: { "query.n": "2" } }).as("second call")),
        ...on("second", respond("two", [], { streamOf: "second call" })),
        ...on("another-client", expectHttp(200), expectHttpBody("two"), httpSend(get("/get?n=3"))),
        ...on("second", expectCall({ has: { "query.n": "3" } }).as("third call")),
        ...on("second", respond("three", [], { streamOf: "third call" })),
        ...on("another-client", expectHttp(200), expectHttpBody("three")),
        ...respond("one"),
        expectHttp(200),
        expectHttpBody("one"),
      ],
      expect: succeeds(),
    },
    "a-provider-that-comes-back": {
      requires: ["FLT-GWY-116"],
      why: "A node that dials its gateway again after a moment was never away for the clients.",
      control: [
        ...provide(["kit-get"]),
        ...provide(["kit-post"], "other"),
        reset(),
        ...on("other", pause(50)),
        httpDial(),
        httpSend(get("/get")),
        expectHttpSilence(300),
        ...provide(["kit-get"]),
        ...called({ services: ["kit-get"] }),
        ...respond("back"),
        expectHttp(200),
        expectHttpBody("back"),
      ],
      expect: succeeds(),
    },
    "an-answer-behind-another": {
      requires: ["FLT-GWY-011", "FLT-GWY-112"],
      why: "The failure of one call is none of the next over the same connection.",
      control: [
        ...provide(["kit-post"]),
        ...provide(["kit-get"], "second"),
        httpDial(),
        httpSend(post("/post", 0)),
        ...called({ services: ["kit-post"] }),
        reset(),
        expectHttp(502),
        expectHttpBody({ matches: "^.+$" }),
        httpSend(get("/get")),
        ...on("second", expectCall().as("next"), expectEnd({ stream: { streamOf: "next" } })),
        ...on("second", respond("well", [], { streamOf: "next" })),
        expectHttp(200),
        expectHttpBody("well"),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
