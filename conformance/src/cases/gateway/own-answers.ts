import { type CaseText, chapter } from "../../case.ts";
import type { ExpectHttpStep } from "../../steps/http.ts";
import {
  answers,
  at,
  called,
  exchange,
  expectCall,
  expectHttp,
  expectHttpBody,
  expectNoCall,
  get,
  head,
  httpDial,
  httpSend,
  post,
  provide,
  respond,
  type Step,
  succeeds,
} from "../../steps/index.ts";

const TEXT = { "content-type": "text/plain; charset=utf-8" };
const request = (method: string, target: string, ...lines: readonly string[]): string =>
  head(`${method} ${target} HTTP/1.1`, "host: kit.example", ...lines);

/** Another request in place of a good one, which the gateway answers itself. */
function own(
  requires: CaseText["requires"],
  why: string,
  text: string,
  status: number | readonly number[],
  options: Partial<Omit<ExpectHttpStep, "step">> = {},
): CaseText {
  return {
    requires,
    why,
    control: exchange(get("/get"), "kit-get"),
    change: at("request").instead(httpSend(text)),
    expect: answers(expectHttp(status, options), expectNoCall()),
  };
}
const redirected = (
  why: string,
  text: string,
  status: number,
  location: string,
  requires: CaseText["requires"] = ["FLT-GWY-096", "FLT-GWY-090"],
): CaseText => own(requires, why, text, status, { fields: { location } });

const GONE = "no nodes were able to process your request for service(s): [kit-nobody kit-no-one]";
const bounded = (service: string): Step[] => [...provide([service]), httpDial("bounded")];
export default chapter(
  "gateway/own-answers",
  {
    "no-route": own(["FLT-GWY-090", "FLT-GWY-095"], "A path without a route is nobody's.", get("/kit"), 404, {
      fields: TEXT,
    }),
    "another-method": own(
      ["FLT-GWY-090", "FLT-GWY-092"],
      "Who asks with the wrong method is to be told the right ones.",
      request("PATCH", "/many"),
      405,
      { fields: { allow: "DELETE, GET, HEAD, OPTIONS" } },
    ),
    "a-method-in-lower-case": own(
      ["FLT-GWY-090", "FLT-GWY-013"],
      "Methods are compared with regard to case, or a rule for DELETE is passed by with delete.",
      request("delete", "/many"),
      [400, 405],
    ),
    "a-method-nobody-knows": own(
      ["FLT-GWY-090", "FLT-GWY-013"],
      "A method is any token, and one that no route has must not be taken for one that some route has.",
      request("KITTEN", "/put"),
      [400, 405],
    ),
    "head-without-get": own(
      ["FLT-GWY-092", "FLT-GWY-091"],
      "HEAD stands for GET and for no other method.",
      request("HEAD", "/put"),
      405,
      { fields: { allow: "OPTIONS, PUT" }, toHead: true },
    ),
    options: own(
      ["FLT-GWY-090", "FLT-GWY-092"],
      "Programs ask what they may do before they do it.",
      request("OPTIONS", "/many"),
      204,
      { fields: { allow: "DELETE, GET, HEAD, OPTIONS" } },
    ),
    "options-of-a-route": {
      requires: ["FLT-GWY-090"],
      why: "A service that answers OPTIONS itself is to be asked.",
      control: [
        ...provide(["kit-own"]),
        httpDial(),
        httpSend(request("OPTIONS", "/own")),
        ...called({ services: ["kit-own"], has: { ":method": "OPTIONS" } }),
        ...respond("well", [["x-a", "b"]]),
        expectHttp(200, { fields: { "x-a": "b" } }),
        expectHttpBody("well"),
      ],
      expect: succeeds(),
    },
    "head-calls-get": {
      requires: ["FLT-GWY-091"],
      why: "Who wants the head alone is to get the one that GET would get.",
      control: [
        ...provide(["kit-get"]),
        httpDial(),
        httpSend(request("HEAD", "/get")),
        ...called({ services: ["kit-get"], has: { ":method": "HEAD" } }),
        ...respond("well", [["content-length", "4"]]),
        expectHttp(200, { fields: { "content-length": "4" }, toHead: true }),
      ],
      expect: succeeds(),
    },
    "a-slash-too-many": redirected("People type slashes.", get("/get/?a=/b%2f"), 301, "/get?a=/b%2f"),
    "a-slash-too-few": redirected("People leave slashes out.", get("/slashed"), 301, "/slashed/"),
    "empty-segments": redirected("Programs join paths with a slash too many.", get("//get"), 301, "/get"),
    "another-case": redirected("Links are typed with a capital.", get("/GET"), 301, "/get"),
    "a-redirect-of-put": redirected(
      "A browser that follows 301 turns every method into GET.",
      request("PUT", "/put/"),
      308,
      "/put",
    ),
    "a-redirect-of-head": {
      ...redirected("HEAD is told what GET is told.", request("HEAD", "/get/"), 301, "/get"),
      expect: answers(expectHttp(301, { fields: { location: "/get" }, toHead: true }), expectNoCall()),
    },
    "a-redirect-to-another-host": own(
      ["FLT-GWY-097", "FLT-GWY-028"],
      "Two slashes in front name another host: a link to a good one leads to a bad one.",
      get("//of//evil.example/and/b"),
      301,
      { fields: { location: { matches: "^/[^/\\\\]" } } },
    ),
    "a-redirect-with-an-escaped-line": own(
      ["FLT-GWY-097", "FLT-GWY-098"],
      "An escape that is decoded into Location ends its line.",
      get("/of/a%0d%0ax:%20y/and/b/"),
      301,
      { fields: { location: { matches: "^/of/a%0D%0Ax:%20y/and/b$" } }, lacks: ["x"] },
    ),
    "no-redirect-for-another-method": own(
      ["FLT-GWY-096", "FLT-GWY-090"],
      "A redirect to where the method is refused helps nobody.",
      request("DELETE", "/get/"),
      404,
    ),
    "no-redirect-where-that-is-off": {
      requires: ["FLT-GWY-096"],
      why: "Who has turned redirects off has two paths and means it.",
      needs: "bounded",
      control: [
        ...bounded("kit-get"),
        httpSend(get("/get/")),
        expectHttp(404),
        httpSend(get("/GET")),
        expectHttp(404),
        expectNoCall(),
      ],
      expect: succeeds(),
    },
    "plain-text": {
      requires: ["FLT-GWY-095"],
      why: "Who names no type is a person with a terminal.",
      control: exchange(get("/get"), "kit-get"),
      change: at("request").instead(httpSend(get("/kit", "accept: */*"))),
      expect: answers(expectHttp(404, { fields: TEXT }), expectHttpBody({ matches: "^[^{]+$" })),
    },
    json: {
      requires: ["FLT-GWY-095"],
      why: "A program reads one form of failures, whoever has failed.",
      control: exchange(get("/get"), "kit-get"),
      change: at("request").instead(httpSend(get("/kit", "accept: text/html, application/json;q=0.5"))),
      expect: answers(
        expectHttp(404, { fields: { "content-type": { matches: "^application/json" } } }),
        expectHttpBody({ matches: '^\\{ ?"error": ?"[^"]+" ?\\}$' }),
      ),
    },
    "json-with-no-weight": {
      requires: ["FLT-GWY-095"],
      why: "A weight of nothing says that a type is not wanted.",
      control: exchange(get("/get"), "kit-get"),
      change: at("request").instead(httpSend(get("/kit", "accept: application/json;q=0, text/plain"))),
      expect: answers(expectHttp(404, { fields: TEXT })),
    },
    "a-refused-head-names-nothing": own(
      ["FLT-GWY-098"],
      "What a client wrote and a gateway repeats in a header is the client's own header.",
      get("/k%0d%0aset-cookie:a=b", "accept: application/json"),
      404,
      { lacks: ["set-cookie"] },
    ),
    "nobody-there": own(
      ["FLT-GWY-093", "FLT-GWY-094", "FLT-GWY-090"],
      "A client that is told to come back later does; one that is told of a fault reports it.",
      get("/nobody"),
      503,
      { fields: { "retry-after": { matches: "^[0-9]+$" }, ...TEXT } },
    ),
    "nobody-there-in-words": {
      requires: ["FLT-GWY-094"],
      why: "Users of the original look for its sentence, and the names in it say what is not running.",
      control: [httpDial(), httpSend(get("/nobody")), expectHttp(503), expectHttpBody(GONE)],
      expect: succeeds(),
    },
    "all-have-refused": {
      requires: ["FLT-GWY-093"],
      why: "A node that stops refuses calls: its clients lose nothing by asking once more.",
      control: [
        ...provide(["kit-post"]),
        httpDial(),
        httpSend(post("/post", 0)),
        ...called({ services: ["kit-post"] }),
        ...respond("well"),
        expectHttp(200),
        expectHttpBody("well"),
        httpSend(post("/post", 0)),
        expectCall().as("again"),
        {
          step: "send",
          seq: 0,
          packet: { packet: "service-response", stream: { streamOf: "again" }, handled: 0, headers: [] },
        },
        // A provider may come in the meantime (FLT-GWY-116).
        expectHttp(503, { fields: { "retry-after": { matches: "^[0-9]+$" } }, within: 17_000 }),
        expectHttpBody("no nodes were able to process your request for service(s): [kit-post]"),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
