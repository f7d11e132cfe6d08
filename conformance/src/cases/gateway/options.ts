import { type CaseText, chapter } from "../../case.ts";
import type { ExpectHttpStep } from "../../steps/http.ts";
import {
  ASKED,
  answers,
  at,
  called,
  data,
  end,
  exchange,
  expectHttp,
  expectHttpBody,
  expectHttpPart,
  expectNoCall,
  get,
  head,
  httpDial,
  httpSend,
  provide,
  respond,
  response,
  type Step,
  send,
  succeeds,
  utf8,
} from "../../steps/index.ts";

const ORIGIN = "https://kit.example";
const TEXT = "kit ".repeat(1000);

const asks = (path: string, service: string, ...lines: readonly string[]): Step[] => [
  ...provide([service]),
  httpDial(),
  httpSend(get(path, ...lines)),
  ...called({ services: [service] }),
];
/** What a route whose user has said something of its responses makes of one. */
function reads(
  requires: CaseText["requires"],
  why: string,
  start: readonly Step[],
  headers: readonly (readonly [string, string])[],
  options: Partial<Omit<ExpectHttpStep, "step">>,
  body = "well",
  status = 200,
): CaseText {
  return {
    requires,
    why,
    control: [...start, ...respond(body, headers), expectHttp(status, options)],
    expect: succeeds(),
  };
}
const preflight = (path: string, origin = ORIGIN, method = "GET"): string =>
  head(
    `OPTIONS ${path} HTTP/1.1`,
    "host: kit.example",
    `origin: ${origin}`,
    `access-control-request-method: ${method}`,
  );
const VARIES = { matches: "(?:^|, ?)[Oo]rigin(?:,|$)" };
/** A page that the user has not named. */
const strange = (why: string, origin: string): CaseText =>
  reads(
    ["FLT-GWY-087"],
    why,
    asks("/shared", "kit-shared", `origin: ${origin}`),
    [["access-control-allow-origin", origin]],
    { fields: { "access-control-allow-origin": { matches: `^${ORIGIN.replaceAll(".", "\\.")}$`, optional: true } } },
  );
const packed = (...lines: readonly string[]): Step[] => asks("/packed", "kit-packed", ...lines);
const GZIP = "accept-encoding: gzip";
const PLAIN: readonly (readonly [string, string])[] = [["content-type", "text/plain"]];
const asItIs = (
  why: string,
  headers: readonly (readonly [string, string])[],
  status = 200,
  ...lines: readonly string[]
): CaseText =>
  reads(
    ["FLT-GWY-088"],
    why,
    packed(GZIP, ...lines),
    [...PLAIN, ...headers],
    { fields: { "content-encoding": headers.filter(([key]) => key === "content-encoding").map(([, value]) => value) } },
    TEXT,
    status,
  );

export default chapter(
  "gateway/options",
  {
    "a-field-of-the-user": reads(
      ["FLT-GWY-082"],
      "Who runs the gateway has the last word on what it says.",
      asks("/added", "kit-added"),
      [["x-added", "by the service"]],
      { fields: { "x-added": ["by the gateway"] } },
    ),
    "a-preflight": {
      requires: ["FLT-GWY-086"],
      why: "A browser asks before it lets a page ask, and only the user knows what pages may do.",
      control: exchange(get("/shared"), "kit-shared"),
      change: at("request").instead(httpSend(preflight("/shared"))),
      expect: answers(
        expectHttp(204, {
          fields: { "access-control-allow-origin": ORIGIN, "access-control-allow-methods": { matches: "GET" } },
        }),
        expectNoCall(),
      ),
    },
    "a-preflight-of-a-stranger": {
      requires: ["FLT-GWY-087", "FLT-GWY-086"],
      why: "An origin that is named because it has asked may read what is meant for another one.",
      control: exchange(get("/shared"), "kit-shared"),
      change: at("request").instead(httpSend(preflight("/shared", "https://evil.example"))),
      expect: answers(
        expectHttp(204, { fields: { "access-control-allow-origin": { matches: `^${ORIGIN}$`, optional: true } } }),
        expectNoCall(),
      ),
    },
    "the-origin-of-a-response": reads(
      ["FLT-GWY-087"],
      "Without it the browser keeps the response from its page.",
      asks("/shared", "kit-shared", `origin: ${ORIGIN}`),
      [],
      { fields: { "access-control-allow-origin": [ORIGIN] } },
    ),
    "the-origin-of-a-stranger": strange(
      "Most pages ask without a preflight, and read what is not kept from them.",
      "https://evil.example",
    ),
    "an-origin-that-begins-like-it": strange(
      "Whoever compares beginnings lets in all who can name a host so.",
      `${ORIGIN}.evil.example`,
    ),
    "an-origin-that-ends-like-it": strange(
      "Whoever compares ends lets in all who can name a host so.",
      "https://evil-kit.example",
    ),
    "no-origin-at-all": strange(
      "Pages from a file, and ones in a frame that hides where they are from, say `null`.",
      "null",
    ),
    "a-response-that-depends-on-the-origin": reads(
      ["FLT-GWY-089"],
      "A cache that does not know it gives one page what names another one, and the browser keeps it from both.",
      asks("/shared", "kit-shared", `origin: ${ORIGIN}`),
      [["vary", "x-kit"]],
      { fields: { vary: VARIES, "access-control-allow-origin": [ORIGIN] } },
    ),
    "a-response-that-would-depend-on-the-origin": reads(
      ["FLT-GWY-089"],
      "What was cached for a request without Origin is given to a page as well.",
      asks("/shared", "kit-shared"),
      [],
      { fields: { vary: VARIES } },
    ),
    "a-service-that-lets-in-everybody": reads(
      ["FLT-GWY-087"],
      "A service that says less than its user means opens what the user has closed.",
      asks("/shared", "kit-shared", `origin: ${ORIGIN}`),
      [
        ["access-control-allow-origin", "*"],
        ["access-control-allow-credentials", "true"],
      ],
      { fields: { "access-control-allow-origin": [ORIGIN] }, lacks: ["access-control-allow-credentials"] },
    ),
    "a-service-that-says-it-itself": reads(
      ["FLT-GWY-087"],
      "Where the user has said nothing the service speaks for itself.",
      asks("/get", "kit-get", `origin: ${ORIGIN}`),
      [["access-control-allow-origin", "*"]],
      { fields: { "access-control-allow-origin": ["*"] } },
    ),
    packs: {
      requires: ["FLT-GWY-083", "FLT-GWY-085"],
      why: "A cache that does not know on what a coding depends gives packed text to who cannot unpack it.",
      control: [
        ...packed(GZIP),
        ...respond(TEXT, [...PLAIN, ["etag", '"kit"']]),
        expectHttp(200, {
          fields: {
            "content-encoding": ["gzip"],
            vary: { matches: "(?:^|, ?)(?:[Aa]ccept-[Ee]ncoding)(?:,|$)" },
            etag: 'W/"kit"',
          },
        }),
        expectHttpBody(TEXT, "gzip"),
      ],
      expect: succeeds(),
    },
    "packs-for-nobody-who-has-not-asked": reads(
      ["FLT-GWY-088", "FLT-GWY-085"],
      "A client that names no coding may know none, and the next one may.",
      packed(),
      PLAIN,
      { fields: { vary: { matches: "[Aa]ccept-[Ee]ncoding" } }, lacks: ["content-encoding"] },
      TEXT,
    ),
    "packs-in-no-coding-that-is-refused": reads(
      ["FLT-GWY-088"],
      "A weight of nothing is a refusal.",
      packed("accept-encoding: gzip;q=0, br;q=0, deflate;q=0"),
      PLAIN,
      { lacks: ["content-encoding"] },
      TEXT,
    ),
    "packed-already": asItIs("What is packed twice is unpacked once.", [["content-encoding", "kit"]]),
    "not-to-be-changed": asItIs("Who signs a body wants it as it is.", [["cache-control", "public, No-Transform"]]),
    events: asItIs("Events that wait for more of their kind are no events.", [["content-type", "text/event-stream"]]),
    "a-part": asItIs(
      "A part of what is packed is no part of what was asked.",
      [["content-range", "bytes 0-3999/9000"]],
      200,
    ),
    "packs-what-has-come": {
      requires: ["FLT-GWY-084"],
      why: "What a packer keeps for better packing is what the client waits for.",
      control: [
        ...packed(GZIP),
        send(response(1, PLAIN, ASKED)),
        send(data(utf8("first"), ASKED)),
        expectHttp(200, { fields: { "content-encoding": ["gzip"] } }),
        expectHttpPart("first", "gzip"),
        send(data(utf8(", last"), ASKED)),
        send(end(ASKED)),
        expectHttpBody("first, last", "gzip"),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
