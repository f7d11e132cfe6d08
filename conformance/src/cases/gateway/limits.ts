import { type CaseText, chapter } from "../../case.ts";
import {
  ASKED,
  answers,
  at,
  called,
  expectCall,
  expectEnd,
  expectHttp,
  expectHttpBody,
  expectHttpClosed,
  expectNoCall,
  expectUnended,
  get,
  head,
  httpDial,
  httpSend,
  latin1,
  on,
  pattern,
  pause,
  post,
  provide,
  RETIRE_MS,
  respond,
  type Step,
  succeeds,
} from "../../steps/index.ts";
import { BOUNDED, LARGEST_BODY } from "../../targets/gateway-configuration.ts";

const request = (method: string, target: string, ...lines: readonly string[]): string =>
  head(`${method} ${target} HTTP/1.1`, "host: kit.example", ...lines);
const bounded = (service: string): Step[] => [...provide([service]), httpDial("bounded")];
const served = (target: string, service: string, name: string): Step[] => [
  httpSend(get(target)),
  expectCall({ services: [service] }).as(name),
  ...respond("well", [], { streamOf: name }),
  expectHttp(200),
  expectHttpBody("well"),
];
/** A good request to the server with small limits, and another one in its place. */
function limited(
  requires: CaseText["requires"],
  why: string,
  text: string | Uint8Array,
  status: number,
  closes = true,
): CaseText {
  return {
    requires,
    why,
    needs: "bounded",
    control: [
      ...bounded("kit-post"),
      httpSend(`${post("/post", BOUNDED.largestBody)}${"x".repeat(BOUNDED.largestBody)}`).as("request"),
      expectCall().as("asked"),
      ...respond("well"),
      expectHttp(200),
      expectHttpBody("well"),
    ],
    change: at("request").instead(httpSend(text)),
    expect: answers(expectHttp(status), closes ? expectHttpClosed() : []),
  };
}

export default chapter(
  "gateway/limits",
  {
    "a-head-that-does-not-come": {
      requires: ["FLT-GWY-090"],
      why: "A connection that says nothing takes a place from one that would.",
      needs: "bounded",
      control: [
        ...bounded("kit-get"),
        httpSend(get("/get")).as("request"),
        ...called(),
        ...respond("well"),
        expectHttp(200),
      ],
      change: at("request").instead(httpSend("GET /get HTTP/1.1\r\nhost: kit.exa")),
      expect: answers(expectHttp(408, { notBefore: 500 }), expectHttpClosed()),
    },
    "a-body-that-does-not-come": {
      requires: ["FLT-GWY-090", "FLT-GWY-062"],
      why: "A client that stops in the middle keeps a service busy for nothing.",
      needs: "bounded",
      control: [
        ...bounded("kit-post"),
        httpSend(post("/post", 20)),
        httpSend("0123456789"),
        expectCall().as("asked"),
        httpSend("0123456789").as("rest"),
        ...respond("well"),
        expectHttp(200),
      ],
      change: at("rest").withheld(),
      expect: answers(expectHttp(408, { notBefore: 500 }), expectUnended(RETIRE_MS)),
    },
    "no-length-where-one-is-wanted": limited(
      ["FLT-GWY-090"],
      "Whether a body of unknown length is large enough shows when it is too late.",
      `${request("POST", "/post", "transfer-encoding: chunked")}14\r\n01234567890123456789\r\n0\r\n\r\n`,
      411,
      false,
    ),
    "a-length-above-the-limit": limited(
      ["FLT-GWY-090"],
      "A body that will not be taken need not be sent.",
      post("/post", BOUNDED.largestBody + 1),
      413,
      false,
    ),
    "a-body-above-the-limit": {
      requires: ["FLT-GWY-090", "FLT-GWY-062"],
      why: "Chunks without end pass a limit that only looks at lengths.",
      control: [
        ...provide(["kit-post"]),
        httpDial(),
        httpSend(request("POST", "/post", "transfer-encoding: chunked")),
        expectCall().as("asked"),
        httpSend("4\r\nhalf\r\n").as("chunk"),
        httpSend("0\r\n\r\n"),
        ...respond("well"),
        expectHttp(200),
      ],
      change: at("chunk").instead(
        httpSend(latin1(`${(LARGEST_BODY + 1).toString(16)}\r\n`)),
        httpSend(pattern(LARGEST_BODY + 1)),
      ),
      expect: answers(expectHttp(413, { within: 20_000 }), expectUnended(RETIRE_MS)),
    },
    "a-head-above-the-limit": limited(
      ["FLT-GWY-090"],
      "A head without end fills memory before anybody knows whom it is for.",
      get("/get", `x-a: ${"b".repeat(BOUNDED.header)}`),
      431,
    ),
    "more-than-the-rate": {
      requires: ["FLT-GWY-090", "FLT-GWY-099"],
      why: "A client that is stopped and not told for how long tries again at once.",
      control: [
        ...provide(["kit-rare"]),
        // A run before this one may have used what there is.
        pause(1100),
        httpDial(),
        httpSend(get("/rare")),
        ...called({ services: ["kit-rare"] }),
        ...respond("well"),
        expectHttp(200),
        expectHttpBody("well"),
        httpSend(get("/rare")),
        expectHttp(429, { fields: { "retry-after": { matches: "^[1-9][0-9]*$" } } }),
        expectNoCall(),
      ],
      expect: succeeds(),
    },
    "the-rate-of-a-while-later": {
      requires: ["FLT-GWY-090"],
      why: "A client that has waited as long as it was told is served, and others of its routes were not meant.",
      control: [
        ...provide(["kit-rare", "kit-get"]),
        pause(1100),
        httpDial(),
        ...served("/rare", "kit-rare", "first"),
        httpSend(get("/rare")),
        expectHttp(429),
        expectHttpBody({ matches: "^.+$" }),
        ...served("/get", "kit-get", "other"),
        pause(1100),
        ...served("/rare", "kit-rare", "later"),
      ],
      expect: succeeds(),
    },
    "no-answer-in-time": {
      requires: ["FLT-GWY-090"],
      why: "A client that waits for ever is one more that does so tomorrow.",
      exclusive: false,
      control: [
        ...provide(["kit-slow"]),
        httpDial(),
        httpSend(get("/slow")),
        expectCall().as("asked"),
        expectEnd({ stream: ASKED }),
        expectHttp(504, { notBefore: 5000, within: 70_000 }),
        ...on("main", expectNoCall()),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
