import { type CaseText, chapter } from "../../case.ts";
import type { ExpectCallStep } from "../../steps/http.ts";
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

/** Headers of every call. */
const ALWAYS = {
  ":method": "GET",
  ":scheme": "http",
  ":authority": "kit.example",
  ":path": "/get",
  ":http-version": "1.1",
  ":remote-address": { matches: "^[0-9a-f.:]+$" },
  ":request-id": { matches: "^.+$" },
  traceparent: { matches: "^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$" },
} as const;

/** A request, and what the service reads of it. */
function reads(
  requires: CaseText["requires"],
  why: string,
  request: Text,
  call: Partial<Omit<ExpectCallStep, "step">>,
  service = "kit-get",
): CaseText {
  return {
    requires,
    why,
    control: [
      ...provide([service]),
      httpDial(),
      httpSend(request),
      ...called({ services: [service], ...call }),
      ...respond(),
      expectHttp(200),
    ],
    expect: succeeds(),
  };
}
/** Lines of which the service reads nothing, and all others as they are. */
const hidden = (requires: CaseText["requires"], why: string, ...lines: readonly string[]): CaseText =>
  reads(requires, why, get("/get", ...lines, "x-kept: yes"), { has: { ...ALWAYS, "x-kept": "yes" }, only: true });
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const newTrace = (why: string, ...lines: readonly string[]): CaseText =>
  reads(["FLT-GWY-047"], why, get("/get", ...lines), {
    has: {
      traceparent: { matches: "^00-(?!0{32}|0af7651916cd43dd8448eb211c80319c)[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-" },
    },
    lacks: ["tracestate"],
  });
const tooLarge = (request: string): CaseText => ({
  requires: ["FLT-GWY-051"],
  why: "A call that is cut to fit, or that breaks the connection of all others, is worse than one that is refused.",
  control: exchange(get("/get"), "kit-get"),
  change: at("request").instead(httpSend(request)),
  expect: answers(expectHttp(431), expectNoCall()),
});

/**
 * Bytes of the headers that every call here has, by the sum of chapter 13; the request id and the trace are the gateway's own. A value that fills the
 * frame but for a hundred bytes, in which they have room, is still taken.
 */
const NEARLY_FULL = 3400;

export default chapter(
  "gateway/call-headers",
  {
    "those-of-the-table": reads(
      ["FLT-GWY-040"],
      "A service counts on these headers whichever gateway asks it, and on nobody's adding to them.",
      get("/get?b=c&b=d", "x-a: b"),
      { has: { ...ALWAYS, "x-a": "b", "query.b": "c", ":query.b": '["c","d"]' }, only: true },
    ),
    "no-host-no-authority": reads(
      ["FLT-GWY-040"],
      "An authority that is made up looks like the client's word.",
      head("GET /get HTTP/1.0"),
      { has: { ":http-version": "1.0" }, lacks: [":authority"] },
    ),
    "authority-in-lower-case": reads(
      ["FLT-GWY-040"],
      "A service that compares hosts need not fold letters.",
      head("GET /get HTTP/1.1", "host: KIT.Example:8080"),
      { has: { ":authority": "kit.example:8080" } },
    ),
    "names-in-lower-case": reads(
      ["FLT-GWY-041"],
      "Names are compared byte for byte in the mesh.",
      get("/of/a/and/b?Query=C", "X-Field: V"),
      { has: { "x-field": "V", "params.other-name": "b", "params.id": "a", "query.query": "C" }, lacks: ["X-Field"] },
      "kit-of",
    ),
    "names-that-differ-in-case": reads(
      ["FLT-GWY-041", "FLT-GWY-040"],
      "One name that comes as two keys is read as either.",
      get("/get?A=1&a=2", "X-A: 1", "x-a: 2"),
      { has: { "x-a": "1, 2", "query.a": "1", ":query.a": '["1","2"]' } },
    ),
    "a-field-like-a-parameter-of-the-query": hidden(
      ["FLT-GWY-042"],
      "A service believes a parameter to be of the URL.",
      "query.b: c",
      "Query.D: e",
    ),
    "a-field-like-a-parameter-of-the-path": reads(
      ["FLT-GWY-042"],
      "Whose id stands in the path has been checked by somebody; a header with the same key has not.",
      get("/of/a/and/b", "params.id: 9", "PARAMS.ID: 9"),
      { has: { "params.id": "a" }, lacks: ["PARAMS.ID"] },
      "kit-of",
    ),
    "a-field-with-a-tilde": hidden(
      ["FLT-GWY-042"],
      "Keys with a tilde are for what nodes will tell each other.",
      "~a: b",
    ),
    "fields-of-the-connection": hidden(
      ["FLT-GWY-043"],
      "What holds between client and gateway is wrong of the connection behind it.",
      "keep-alive: timeout=5",
      "te: trailers",
      "trailer: x-b",
      "proxy-authorization: Basic a",
      "proxy-connection: keep-alive",
      "http2-settings: AAMAAABkAAQCAAAAAAIAAAAA",
    ),
    "fields-that-connection-names": hidden(
      ["FLT-GWY-043"],
      "A client says itself which fields end at the next hop.",
      "connection: x-hop, X-Other",
      "x-hop: 1",
      "x-other: 2",
    ),
    "an-upgrade-to-nothing": hidden(
      ["FLT-GWY-043"],
      "A service that sees a wish to upgrade would answer it to the wrong side.",
      "connection: upgrade",
      "upgrade: kit/1",
    ),
    "the-host": hidden(["FLT-GWY-044"], "Two places that name the host are two that can differ."),
    "a-repeated-field": reads(
      ["FLT-GWY-045"],
      "A list that loses an element, or its order, is another list.",
      get("/get", "accept: a/b", "x-a: 1", "accept: c/d", "X-A: 2", "Accept: e/f"),
      { has: { accept: "a/b, c/d, e/f", "x-a": "1, 2" } },
    ),
    cookies: reads(
      ["FLT-GWY-045"],
      "HTTP/2 sends each cookie in a field of its own, and a comma between them would be part of a value.",
      get("/get", "cookie: a=1", "cookie: b=2; c=3"),
      { has: { cookie: "a=1; b=2; c=3" } },
    ),
    "white-space-around-a-value": reads(
      ["FLT-GWY-046"],
      "White space around a value is no part of it.",
      get("/get", "x-a: \t b\tc \t ", "x-b:d", "x-c:"),
      { has: { "x-a": "b\tc", "x-b": "d", "x-c": "" } },
    ),
    "a-value-in-utf-8": reads(
      ["FLT-GWY-046"],
      "Text in UTF-8 has to reach the service as what it is.",
      get("/get", "x-a: grün €"),
      { has: { "x-a": "grün €" } },
    ),
    "a-value-in-latin-1": reads(
      ["FLT-GWY-046"],
      "Bytes that are no UTF-8 must not break whoever reads headers as text.",
      latin1(get("/get", "x-a: gr\xfcn")),
      { has: { "x-a": "grün" } },
    ),
    "a-trace": reads(
      ["FLT-GWY-047"],
      "A trace that breaks at the gateway shows nothing of what lies behind it.",
      get("/get", `traceparent: ${TRACE}`, "tracestate: a=b"),
      { has: { traceparent: TRACE, tracestate: "a=b" } },
    ),
    "two-traces": newTrace(
      "A request belongs to one trace.",
      `traceparent: ${TRACE}`,
      `traceparent: ${TRACE}`,
      "tracestate: a=b",
    ),
    "a-trace-of-zeros": newTrace(
      "The trace of zeros is none, and all that took part in it would be one.",
      "traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "tracestate: a=b",
    ),
    "a-trace-in-capitals": newTrace(
      "Readers of traces compare them byte for byte.",
      `traceparent: ${TRACE.toUpperCase()}`,
    ),
    "a-state-without-a-trace": newTrace("State that belongs to no trace belongs to nobody.", "tracestate: a=b"),
    "what-strangers-say-of-the-client": reads(
      ["FLT-GWY-048"],
      "Whoever limits or logs by address must not be told it by the client.",
      get(
        "/get",
        "x-forwarded-for: 203.0.113.9",
        "x-forwarded-proto: https",
        "forwarded: for=203.0.113.9;proto=https",
        "x-real-ip: 203.0.113.9",
      ),
      { has: { ":remote-address": { matches: "^(?!203\\.0\\.113\\.9$)" }, ":scheme": "http" } },
    ),
    "the-address-of-the-client": reads(
      ["FLT-GWY-049"],
      "One client with two spellings of its address has two limits.",
      get("/get"),
      // Whatever the kit's own address is: dotted, or IPv6 that is no mapped IPv4 and has no zone.
      { has: { ":remote-address": { matches: "^(?:\\d+\\.\\d+\\.\\d+\\.\\d+|(?!::ffff:\\d+\\.)[0-9a-f:]+)$" } } },
    ),
    "a-query-in-all-its-forms": reads(
      ["FLT-GWY-050"],
      "Each program that splits a query in its own way reads another one.",
      get("/get?&a=1=2&=x&b&c=+%2B&%64=d&&e=;f=g"),
      {
        has: { ...ALWAYS, "query.a": "1=2", "query.b": "", "query.c": " +", "query.d": "d", "query.e": ";f=g" },
        only: true,
      },
    ),
    "a-name-that-comes-again": reads(
      ["FLT-GWY-040", "FLT-GWY-050"],
      "Who checks the first value and uses the last one checks nothing.",
      get("/get?a=1&b=2&a=%22,&a="),
      { has: { "query.a": "1", ":query.a": '["1","\\",",""]', "query.b": "2" }, lacks: [":query.b"] },
    ),
    "a-query-that-looks-like-the-gateways-own": reads(
      ["FLT-GWY-040", "FLT-GWY-050"],
      "No name in a URL may become a header that only a gateway writes.",
      get("/get?:method=POST&:status=1&params.id=2"),
      { has: { ...ALWAYS, "query.:method": "POST", "query.:status": "1", "query.params.id": "2" }, only: true },
    ),
    "a-key-of-255-bytes": reads(
      ["FLT-GWY-051"],
      "A limit that is lower than it says cuts off what works elsewhere.",
      get("/get", `${"x".repeat(255)}: b`),
      { has: { ["x".repeat(255)]: "b" } },
    ),
    "a-key-of-256-bytes": tooLarge(get("/get", `${"x".repeat(256)}: b`)),
    "a-name-in-the-query-of-250-bytes": tooLarge(get(`/get?${"x".repeat(250)}=b`)),
    "headers-that-nearly-fill-the-frame": reads(
      ["FLT-GWY-051"],
      "Cookies of three kilobytes are common, and the frame has room for them.",
      get("/get", `cookie: a=${"b".repeat(NEARLY_FULL)}`),
      { has: { cookie: `a=${"b".repeat(NEARLY_FULL)}` } },
    ),
    "headers-above-the-frame": tooLarge(get("/get", `cookie: a=${"b".repeat(4000)}`)),
    "many-headers-above-the-frame": tooLarge(
      get("/get", ...Array.from({ length: 200 }, (_, index) => `x-${index}: ${"b".repeat(16)}`)),
    ),
  },
  "gateway",
);
