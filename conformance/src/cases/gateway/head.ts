import { type CaseText, chapter } from "../../case.ts";
import {
  at,
  called,
  exchange,
  expectCall,
  expectHttp,
  expectHttpBody,
  expectHttpBroken,
  expectNoCall,
  get,
  head,
  httpDial,
  httpSend,
  latin1,
  provide,
  respond,
  succeeds,
} from "../../steps/index.ts";
import { refused } from "./refusing.ts";

const MENDED = "What one program mends another reads as it stands, and the two then see different requests.";
const HIDDEN = "A header that one program sees and the next does not is a way past whatever looks at headers.";
const SMUGGLED = "Where two programs find different ends of a request, the rest of it becomes somebody else's request.";
const WHOSE = "A request for two hosts is let through for the one and served for the other.";

const post = (...lines: readonly string[]) => head("POST /post HTTP/1.1", "host: kit.example", ...lines);
/** A refusal behind which the connection has to end: nobody knows where the next request begins. */
const name = (line: string, why = HIDDEN): CaseText => refused(["FLT-GWY-001", "FLT-GWY-006"], why, get("/get", line));
const value = (line: string): CaseText => refused(["FLT-GWY-002", "FLT-GWY-006"], MENDED, latin1(get("/get", line)));
const length = (...lines: readonly string[]): CaseText =>
  refused(["FLT-GWY-004", "FLT-GWY-006"], SMUGGLED, `${post(...lines)}01234`);
const coding = (...lines: readonly string[]): CaseText =>
  refused(["FLT-GWY-005", "FLT-GWY-006"], SMUGGLED, `${post(...lines)}0\r\n\r\n`);
const host = (...lines: readonly string[]): CaseText =>
  refused(["FLT-GWY-007"], WHOSE, head("GET /get HTTP/1.1", ...lines), { closes: false });
const badHost = (text: string): CaseText =>
  refused(
    ["FLT-GWY-008"],
    "A host that is none ends up in links, in logs and in the services' own decisions.",
    head("GET /get HTTP/1.1", `host: ${text}`),
    { closes: false },
  );

export default chapter(
  "gateway/head",
  {
    "space-before-the-colon": name("x-a : b"),
    "space-in-a-name": name("x a: b"),
    "no-name": name(": b"),
    "no-colon": name("x-a"),
    "brackets-in-a-name": name("x(a): b"),
    "a-name-beyond-ascii": name("x-ä: b", "Programs fold the letters of such names differently."),
    "nul-in-a-value": value("x-a: b\0c"),
    "escape-in-a-value": value("x-a: b\x1bc"),
    "delete-in-a-value": value("x-a: b\x7fc"),
    "cr-in-a-value": value("x-a: b\rc: d"),
    "lf-in-a-value": value("x-a: b\n\tc"),
    "a-folded-line": value("x-a: b\r\n c"),
    "a-folded-first-line": refused(
      ["FLT-GWY-001", "FLT-GWY-006"],
      MENDED,
      head("GET /get HTTP/1.1", " x-a: b", "host: kit.example"),
    ),
    "length-and-chunks": refused(
      ["FLT-GWY-003", "FLT-GWY-006"],
      SMUGGLED,
      `${post("content-length: 6", "transfer-encoding: chunked")}0\r\n\r\nG`,
    ),
    "chunks-and-length": refused(
      ["FLT-GWY-003", "FLT-GWY-006"],
      SMUGGLED,
      `${post("transfer-encoding: chunked", "content-length: 5")}0\r\n\r\n`,
    ),
    "two-lengths": length("content-length: 5", "content-length: 6"),
    "one-length-twice": length("content-length: 5", "content-length: 5"),
    "a-list-of-lengths": length("content-length: 5, 5"),
    "a-length-with-a-sign": length("content-length: +5"),
    "a-length-below-nothing": length("content-length: -5"),
    "a-length-in-hexadecimal": length("content-length: 0x5"),
    "a-length-with-a-fraction": length("content-length: 5.0"),
    "an-empty-length": length("content-length:"),
    "a-length-with-too-many-digits": length("content-length: 0000000000000005"),
    "a-coding-before-the-chunks": coding("transfer-encoding: gzip, chunked"),
    "a-coding-behind-the-chunks": coding("transfer-encoding: chunked, identity"),
    "no-coding": coding("transfer-encoding: identity"),
    "a-coding-nobody-knows": coding("transfer-encoding: xchunked"),
    "an-empty-coding": coding("transfer-encoding:"),
    "two-codings": coding("transfer-encoding: chunked", "transfer-encoding: chunked"),
    "a-vertical-tab-before-the-coding": refused(
      ["FLT-GWY-002", "FLT-GWY-006"],
      SMUGGLED,
      `${post("transfer-encoding: \vchunked")}0\r\n\r\n`,
    ),
    "chunks-in-http-1-0": refused(
      ["FLT-GWY-005", "FLT-GWY-006"],
      SMUGGLED,
      `${head("POST /post HTTP/1.0", "host: kit.example", "connection: keep-alive", "transfer-encoding: chunked")}0\r\n\r\n`,
    ),
    "chunks-in-capitals": {
      requires: ["FLT-GWY-005"],
      why: "The word means the same in any case, and clients write it as they like.",
      control: [
        ...provide(["kit-post"]),
        httpDial(),
        httpSend(`${post("Transfer-Encoding: Chunked")}0\r\n\r\n`),
        ...called({ services: ["kit-post"] }),
        ...respond("well"),
        expectHttp(200),
        expectHttpBody("well"),
      ],
      expect: succeeds(),
    },
    "no-host": host("x-a: b"),
    "two-hosts": host("host: kit.example", "host: other.example"),
    "one-host-twice": host("host: kit.example", "host: kit.example"),
    "a-target-with-another-host": refused(
      ["FLT-GWY-007"],
      WHOSE,
      head("GET http://other.example/get HTTP/1.1", "host: kit.example"),
      { closes: false },
    ),
    "a-target-with-another-port": refused(
      ["FLT-GWY-007"],
      WHOSE,
      head("GET http://kit.example:81/get HTTP/1.1", "host: kit.example"),
      { closes: false },
    ),
    "no-host-in-http-1-0": {
      requires: ["FLT-GWY-007"],
      why: "Clients of HTTP/1.0 need not name a host, and are to be served.",
      control: exchange(get("/get"), "kit-get"),
      change: at("request").instead(httpSend(head("GET /get HTTP/1.0"))),
      expect: succeeds(),
    },
    "a-path-in-the-host": badHost("kit.example/x"),
    "a-user-in-the-host": badHost("kit@kit.example"),
    "a-host-with-a-list": badHost("kit.example, other.example"),
    "a-host-with-an-escape": badHost("kit%2eexample"),
    "a-host-with-a-word-for-a-port": badHost("kit.example:http"),
    "a-host-with-a-port-too-long": badHost("kit.example:123456"),
    "an-open-bracket": badHost("[::1"),
    "a-host-in-brackets": {
      requires: ["FLT-GWY-008"],
      why: "An IPv6 address is a host like any other.",
      control: exchange(get("/get"), "kit-get"),
      change: at("request").instead(httpSend(head("GET /get HTTP/1.1", "host: [2001:db8::1]:8080"))),
      expect: succeeds(),
    },
    "two-authorizations": refused(
      ["FLT-GWY-009"],
      "One program checks the first, another one believes the last.",
      get("/get", "authorization: Basic a", "authorization: Basic b"),
      { closes: false },
    ),
    "two-content-types": refused(
      ["FLT-GWY-009"],
      "A body that is read as two things gets past a check of either.",
      `${post("content-type: text/plain", "content-type: application/json", "content-length: 0")}`,
      { closes: false },
    ),
    connect: refused(
      ["FLT-GWY-010"],
      "A gateway is no proxy to other hosts.",
      head("CONNECT kit.example:80 HTTP/1.1", "host: kit.example:80"),
      { closes: false },
    ),
    "a-method-that-is-no-token": refused(
      ["FLT-GWY-010"],
      "A method with other characters ends up in logs and headers as somebody else's line.",
      get("/get").replace("GET", "G@T"),
      { closes: false },
    ),
    "one-request-after-the-other": {
      requires: ["FLT-GWY-011"],
      why: "Requests that overtake each other give a client the answer to somebody else's question.",
      control: [
        ...provide(["kit-get"]),
        httpDial(),
        httpSend(get("/get?n=1") + get("/get?n=2")),
        ...called({ has: { "query.n": "1" } }),
        expectNoCall(),
        ...respond("one"),
        expectHttp(200),
        expectHttpBody("one"),
        expectCall({ has: { "query.n": "2" } }).as("second"),
        ...respond("two", [], { streamOf: "second" }),
        expectHttp(200),
        expectHttpBody("two"),
      ],
      expect: succeeds(),
    },
    "requests-without-end": {
      requires: ["FLT-GWY-012"],
      why: "Requests that wait for an answer wait in memory, and one connection can bring any number of them.",
      control: [
        ...provide(["kit-get"]),
        httpDial(),
        httpSend(get("/get").repeat(2000)),
        expectCall(),
        expectNoCall(),
        expectHttpBroken(),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
