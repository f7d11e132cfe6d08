import { type CaseText, chapter } from "../../case.ts";
import {
  ASKED,
  answers,
  at,
  called,
  clientFrame,
  DOMAIN,
  data,
  envelope,
  expectCall,
  expectFrame,
  expectHttp,
  expectHttp2,
  expectHttp2Body,
  expectHttpBody,
  expectHttpBroken,
  expectNoCall,
  expectTlsRefused,
  head,
  http2Get,
  httpDial,
  httpSend,
  OTHER_DOMAIN,
  provide,
  reset,
  respond,
  response,
  type Step,
  send,
  succeeds,
  tlsDial,
  tlsHttp2Dial,
  utf8,
} from "../../steps/index.ts";
import { closed, hears, KEY, says, TEXT, TEXT_FLAG, UPGRADE, VERSION } from "./websocket-steps.ts";
import { working } from "./works.ts";

type Hello = NonNullable<Parameters<typeof tlsDial>[0]>;

const HTTP_1: Hello = { offers: ["http/1.1"] };
const request = (host: string, method = "GET", target = "/get", ...lines: readonly string[]): string =>
  head(`${method} ${target} HTTP/1.1`, `host: ${host}`, ...lines);
const answered = (): Step[] => [...respond("well"), expectHttp(200), expectHttpBody("well")];

/** A good exchange over TLS; `dial` and `request` are what cases change. */
const exchange = (hello: Hello = HTTP_1, host: string = DOMAIN, authority = host): Step[] => [
  ...provide(["kit-get"]),
  { ...tlsDial(hello), name: "dial" },
  { ...httpSend(request(host)), name: "request" },
  ...called({ has: { ":scheme": "https", ":http-version": "1.1", ":authority": authority } }),
  ...answered(),
];
const secure = working("secure");
const works = (why: string, requires: CaseText["requires"], control: readonly Step[]): CaseText =>
  secure(requires, why, control);
const overHttp2 = (why: string, hello: Hello): CaseText =>
  works(
    why,
    ["FLT-GWY-130"],
    [
      ...provide(["kit-get"]),
      tlsHttp2Dial(hello),
      http2Get("/get", { ":scheme": "https", ":authority": DOMAIN }),
      ...called({ has: { ":scheme": "https", ":http-version": "2", ":authority": DOMAIN } }),
      ...respond("well"),
      expectHttp2(200),
      expectHttp2Body("well"),
    ],
  );
/** A handshake that comes to nothing, in place of a good one. */
const refusesHandshake = (requires: CaseText["requires"], why: string, hello: Hello): CaseText => ({
  requires,
  why,
  control: exchange(),
  change: at("dial").instead(expectTlsRefused(hello)),
  expect: answers(expectNoCall()),
  needs: "secure",
});
/** Where a request of plain HTTP is sent. The port of the HTTPS server may stand there. */
const redirects = (why: string, method: string, status: number): CaseText =>
  works(
    why,
    ["FLT-GWY-133", "FLT-GWY-090"],
    [
      ...provide(["kit-get", "kit-post"]),
      httpDial("redirect"),
      httpSend(request(DOMAIN, method, "/get?kit=1%2F2&a", ...(method === "POST" ? ["content-length: 0"] : []))),
      expectHttp(status, {
        toHead: method === "HEAD",
        fields: { location: { matches: `^https://${DOMAIN.replaceAll(".", "\\.")}(?::\\d{1,5})?/get\\?kit=1%2F2&a$` } },
      }),
      expectNoCall(),
    ],
  );

export default chapter(
  "gateway/https",
  {
    "http-1": works(
      "Most of what is said to a gateway from outside is said over TLS, and its service has to know that it was.",
      ["FLT-GWY-130", "FLT-GWY-048"],
      exchange(),
    ),
    "no-alpn": works("Small clients know TLS, and nothing of ALPN.", ["FLT-GWY-130"], exchange({})),
    "http-2": overHttp2("A browser speaks HTTP/2 over TLS alone, and only where ALPN says so.", {}),
    "http-2-offered-last": overHttp2("The order in which a client offers is not what it can do.", {
      offers: ["http/1.1", "h2"],
    }),
    "an-older-version": refusesHandshake(
      ["FLT-GWY-130"],
      "TLS 1.1 keeps no secret any more: a gateway that speaks it lets whoever stands between choose it.",
      { name: DOMAIN, version: "TLSv1.1" },
    ),
    "another-domain": works(
      "A server may be known by more than one name.",
      ["FLT-GWY-131"],
      exchange(
        {
          ...HTTP_1,
          name: OTHER_DOMAIN,
        },
        OTHER_DOMAIN,
      ),
    ),
    "a-name-in-capitals": works(
      "Names of DNS are the same in any case.",
      ["FLT-GWY-131"],
      exchange({ ...HTTP_1, name: "One.KIT.example" }, "One.KIT.example", DOMAIN),
    ),
    "a-name-that-is-not-served": refusesHandshake(
      ["FLT-GWY-131"],
      "Whoever shows a certificate for any name tells strangers what it serves.",
      { ...HTTP_1, name: "three.kit.example" },
    ),
    "a-name-above": refusesHandshake(["FLT-GWY-131"], "The name of a parent is the name of somebody else.", {
      ...HTTP_1,
      name: "kit.example",
    }),
    "no-name": refusesHandshake(["FLT-GWY-131"], "Programs that try all addresses know no name.", HTTP_1),
    "a-host-that-is-not-served": {
      requires: ["FLT-GWY-132", "FLT-GWY-090"],
      why: "A client that is let through by one name and asks another gets pages of whom it has not asked.",
      control: exchange(),
      change: at("request").instead(httpSend(request("three.kit.example"))),
      expect: answers(expectHttp(421), expectNoCall()),
      needs: "secure",
    },
    "a-host-that-is-not-served-over-http-2": {
      requires: ["FLT-GWY-132"],
      why: "A browser asks for other domains over a connection that it has, and takes another one when it is told so.",
      control: [
        ...provide(["kit-get"]),
        tlsHttp2Dial(),
        { ...http2Get("/get", { ":scheme": "https", ":authority": DOMAIN }), name: "request" },
        ...called(),
        ...respond("well"),
        expectHttp2(200),
      ],
      change: at("request").instead(http2Get("/get", { ":scheme": "https", ":authority": "three.kit.example" })),
      expect: answers(
        expectHttp2(421),
        expectNoCall(),
        http2Get("/get", { ":scheme": "https", ":authority": OTHER_DOMAIN }, "next"),
        expectCall({ has: { ":authority": OTHER_DOMAIN } }).as("next"),
        ...respond("well", [], { streamOf: "next" }),
        expectHttp2(200, { id: "next" }),
      ),
      needs: "secure",
    },
    "a-host-with-a-port": works(
      "Behind a router the client's port is another than the server's.",
      ["FLT-GWY-132"],
      exchange(HTTP_1, `${DOMAIN}:4433`),
    ),
    "the-host-of-another-handshake": works(
      "The connection may have been opened for another domain of the server.",
      ["FLT-GWY-132"],
      exchange(HTTP_1, OTHER_DOMAIN),
    ),
    "a-service-that-dies-in-a-body-without-length": {
      requires: ["FLT-GWY-064"],
      why: "Where the end of the body is the end of the connection, one that looks good makes half a file a whole one.",
      control: [
        ...provide(["kit-get"]),
        tlsDial(),
        httpSend(head("GET /get HTTP/1.0", `host: ${DOMAIN}`)),
        ...called({ has: { ":http-version": "1.0" } }),
        send(response(1, [], ASKED)),
        send(data(utf8("well"), ASKED)),
        expectHttp(200, { lacks: ["content-length"] }),
        reset(),
        expectHttpBroken(),
      ],
      expect: succeeds(),
      needs: "secure",
    },
    "a-web-socket": works(
      "Pages that came over TLS may open no WebSocket without it.",
      ["FLT-GWY-162", "FLT-GWY-130"],
      [
        ...provide(["kit-socket"]),
        tlsDial(),
        httpSend(request(DOMAIN, "GET", "/socket", ...UPGRADE, KEY, VERSION)),
        expectCall({ has: { ":scheme": "https", ":protocol": "websocket" } }).as("asked"),
        send(response(1, [], ASKED)),
        expectHttp(101),
        httpSend(clientFrame(TEXT, utf8("ping"))),
        hears(TEXT_FLAG, "ping"),
        ...says(envelope(TEXT_FLAG, "pong")),
        expectFrame(TEXT, { payload: "pong" }),
        ...closed(),
      ],
    ),
    "leads-to-it": redirects("Whoever types a name without a scheme comes over plain HTTP first.", "GET", 301),
    "leads-to-it-by-head": redirects("HEAD is told what GET would be told.", "HEAD", 301),
    "leads-a-post-to-it": redirects("With 301 a browser makes a GET of a POST, and loses what was in it.", "POST", 308),
  },
  "gateway",
);
