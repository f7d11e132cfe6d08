import { type CaseText, chapter } from "../../case.ts";
import {
  answers,
  at,
  called,
  exchange,
  expectHttp,
  expectNoCall,
  get,
  head,
  httpDial,
  httpSend,
  latin1,
  provide,
  respond,
  succeeds,
  type Text,
} from "../../steps/index.ts";
import { refused } from "./refusing.ts";

const CLIMBS = "A step that arrives in disguise climbs out of the folder that a service keeps to.";
const TWICE = "Text that is decoded twice is other text than the one which was checked.";
const AMBIGUOUS = "What two programs decode differently is checked as the one and used as the other.";

const bad = (requirement: CaseText["requires"][0], why: string, target: Text): CaseText =>
  refused(
    [requirement],
    why,
    typeof target === "string" ? get(target) : latin1(get(Buffer.from(target).toString("latin1"))),
    { closes: false },
  );
/** The same route by another spelling, with what the service has to see of it. */
function spelled(
  requires: CaseText["requires"],
  why: string,
  request: string,
  has: Readonly<Record<string, string>>,
  service = "kit-get",
): CaseText {
  return {
    requires,
    why,
    control: [
      ...provide([service]),
      httpDial(),
      httpSend(request),
      ...called({ services: [service], has }),
      ...respond(),
      expectHttp(200),
    ],
    expect: succeeds(),
  };
}
const parameter = (requires: CaseText["requires"], why: string, text: string, id: string, path: string): CaseText =>
  spelled(requires, why, get(`/of/${text}/and/b`), { "params.id": id, ":path": `/of/${path}/and/b` }, "kit-of");
/** No route has this path, whatever it looks like. */
const noRoute = (requires: CaseText["requires"], why: string, target: string): CaseText => ({
  requires,
  why,
  control: exchange(get("/of/a/and/b"), "kit-of"),
  change: at("request").instead(httpSend(get(target))),
  expect: answers(expectHttp(404), expectNoCall()),
});

export default chapter(
  "gateway/target",
  {
    absolute: spelled(
      ["FLT-GWY-020"],
      "Clients that take the gateway for a proxy send whole URLs, and mean the same.",
      head("GET http://kit.example/get?a=b HTTP/1.1", "host: kit.example"),
      { ":path": "/get", "query.a": "b", ":authority": "kit.example", ":scheme": "http" },
    ),
    "absolute-in-capitals": spelled(
      ["FLT-GWY-020"],
      "Scheme and host mean the same in any case.",
      head("GET HTTP://KIT.example/get HTTP/1.1", "host: kit.example"),
      { ":path": "/get", ":authority": "kit.example" },
    ),
    "another-scheme": bad(
      "FLT-GWY-020",
      "A gateway that fetched what a URL names would be a door into the network behind it.",
      "ftp://kit.example/get",
    ),
    "no-slash": bad("FLT-GWY-020", "A target without a slash is another one for each program that adds it.", "get"),
    "a-star-for-get": bad("FLT-GWY-020", "The star names the server and no path of it.", "*"),
    "a-star-for-options": {
      requires: ["FLT-GWY-020", "FLT-GWY-090"],
      why: "Who asks the server itself what it can do is to be told.",
      control: exchange(get("/get"), "kit-get"),
      change: at("request").instead(httpSend(head("OPTIONS * HTTP/1.1", "host: kit.example"))),
      expect: answers(expectHttp(204, { fields: { allow: { matches: "OPTIONS" } } }), expectNoCall()),
    },
    "no-authority-in-an-absolute": bad("FLT-GWY-020", "A URL without a host leads nowhere.", "http:///get"),
    "a-fragment": bad("FLT-GWY-021", "A fragment belongs to the client: who cuts it off sees another path.", "/get#a"),
    "a-backslash": bad("FLT-GWY-021", "Some programs take a backslash for a slash.", "/of\\a\\and\\b"),
    "a-byte-beyond-ascii": bad("FLT-GWY-021", AMBIGUOUS, latin1("/get/\xe4")),
    "a-tab": bad("FLT-GWY-021", "White space ends a target for some readers.", "/get\t/a"),
    "a-percent-alone": bad("FLT-GWY-022", AMBIGUOUS, "/of/100%/and/b"),
    "a-percent-with-other-letters": bad("FLT-GWY-022", AMBIGUOUS, "/of/%zz/and/b"),
    "an-escaped-nul": bad(
      "FLT-GWY-022",
      "Text behind a NUL does not exist for half of all programs.",
      "/of/a%00b/and/b",
    ),
    "an-escaped-nul-in-the-query": bad("FLT-GWY-022", "A value is cut at a NUL by what is written in C.", "/get?a=%00"),
    "escapes-that-are-no-utf-8": bad("FLT-GWY-022", AMBIGUOUS, "/of/%ff/and/b"),
    "escapes-that-are-too-long-a-slash": bad("FLT-GWY-022", CLIMBS, "/of/%c0%af/and/b"),
    "escapes-that-are-no-utf-8-in-the-query": bad("FLT-GWY-022", AMBIGUOUS, "/get?a=%e4"),
    "an-escape-cut-in-the-query": bad("FLT-GWY-022", AMBIGUOUS, "/get?a=%4"),
    "escapes-that-need-not-be": spelled(
      ["FLT-GWY-023"],
      "A path has one spelling, or rules for it are passed by with another.",
      get("/%67%65%74?a=%62"),
      { ":path": "/get", "query.a": "b" },
    ),
    "escapes-in-lower-case": parameter(
      ["FLT-GWY-023", "FLT-GWY-027"],
      "Two spellings of one path are two keys of a cache.",
      "%c3%a4%7e%2c",
      "ä~,",
      "%C3%A4~%2C",
    ),
    "bytes-that-want-an-escape": parameter(
      ["FLT-GWY-023"],
      "A service that puts the path into a link shall need to escape nothing.",
      'a"<>^`{|}b',
      'a"<>^`{|}b',
      "a%22%3C%3E%5E%60%7B%7C%7Db",
    ),
    "two-dots": bad("FLT-GWY-024", CLIMBS, "/of/../get"),
    "one-dot": bad("FLT-GWY-024", "What a dot stands for is taken away by some programs and kept by others.", "/./get"),
    "two-escaped-dots": bad("FLT-GWY-024", CLIMBS, "/of/%2e%2E/get"),
    "a-dot-and-an-escaped-one": bad("FLT-GWY-024", CLIMBS, "/of/.%2e/and/b"),
    "two-dots-at-the-end": bad("FLT-GWY-024", CLIMBS, "/of/a/and/.."),
    "three-dots": parameter(["FLT-GWY-024"], "Three dots are a name like any other.", "...", "...", "..."),
    "an-escaped-slash": parameter(
      ["FLT-GWY-025", "FLT-GWY-027"],
      "A name with a slash in it is one name: whoever escaped it wanted it so.",
      "a%2fb",
      "a/b",
      "a%2Fb",
    ),
    "an-escaped-slash-in-place-of-one": noRoute(
      ["FLT-GWY-025"],
      "A slash that is data must not lead to the route of another path.",
      "/of/a%2Fand/b",
    ),
    "an-escaped-backslash": parameter(
      ["FLT-GWY-027"],
      "A parameter is the text that its caller has escaped, whatever it looks like.",
      "a%5Cb",
      "a\\b",
      "a%5Cb",
    ),
    "an-escaped-escape": parameter(["FLT-GWY-027"], TWICE, "%252e%252e", "%2e%2e", "%252e%252e"),
    "an-escaped-escape-in-the-query": spelled(["FLT-GWY-050"], TWICE, get("/get?a=%252f"), { "query.a": "%2f" }),
    "an-empty-parameter": noRoute(
      ["FLT-GWY-027", "FLT-GWY-028"],
      "A service that is given no id may take that for all of them.",
      "/of//and/b",
    ),
    "a-plus-in-the-path": parameter(
      ["FLT-GWY-027"],
      "A plus is a space in a query and nowhere else.",
      "a+b",
      "a+b",
      "a+b",
    ),
    "half-a-segment": noRoute(
      ["FLT-GWY-027"],
      "A parameter is a whole segment: one that ends within it lets the rest go unseen.",
      "/of/a/and/b/c",
    ),
  },
  "gateway",
);
