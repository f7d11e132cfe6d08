import fc from "fast-check";
import { encodeServiceRequest, MAX_PLAINTEXT_LENGTH } from "flatend/wire";
import { describe, expect, test } from "vitest";
import { type Facts, type FieldLine, Refusal, type RequestHead, readRequest, requestHeaders } from "./index.ts";

const TRACE = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", sampled: false };
const FACTS: Facts = {
  scheme: "http",
  remoteAddress: "192.0.2.1",
  requestId: "r-1",
  trace: TRACE,
  services: ["hello_world"],
  params: new Map(),
};
const HOST: FieldLine = ["Host", "example.org"];

function map(head: Partial<RequestHead> = {}, facts: Partial<Facts> = {}) {
  const request = readRequest({ method: "GET", target: "/", version: "1.1", lines: [HOST], ...head });
  const headers = request instanceof Refusal ? request : requestHeaders(request, { ...FACTS, ...facts });
  return headers instanceof Refusal ? headers : Object.entries(headers);
}

function sent(head: Partial<RequestHead> = {}, facts: Partial<Facts> = {}): ReadonlyMap<string, string> {
  const headers = map(head, facts);
  if (headers instanceof Refusal) throw new Error(headers.reason);
  return new Map(headers);
}

test("what a service reads of a request", () => {
  const lines: FieldLine[] = [HOST, ["User-Agent", "curl/7.88.1"], ["Accept", "*/*"]];
  const head = { method: "POST", target: "/todo/7?Done=yes&tag=a&tag=b,c", lines };
  expect(map(head, { params: new Map([["id", "7"]]) })).toEqual([
    [":method", "POST"],
    [":scheme", "http"],
    [":authority", "example.org"],
    [":path", "/todo/7"],
    [":http-version", "1.1"],
    [":remote-address", "192.0.2.1"],
    [":request-id", "r-1"],
    ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"],
    ["user-agent", "curl/7.88.1"],
    ["accept", "*/*"],
    ["params.id", "7"],
    ["query.done", "yes"],
    ["query.tag", "a"],
    [":query.tag", '["a","b,c"]'],
  ]);
});

test("fields of the connection stay behind", () => {
  const names = [
    "Keep-Alive",
    "TE",
    "Trailer",
    "Upgrade",
    "HTTP2-Settings",
    "Expect",
    "Proxy-Authorization",
    "Proxy-X",
    "X-Mine",
  ];
  const lines: FieldLine[] = [HOST, ["Connection", "close, x-MINE"], ...names.map((name): FieldLine => [name, "1"])];
  expect([...sent({ lines }).keys()].filter((key) => !key.startsWith(":"))).toEqual(["traceparent"]);
});

describe("the trace", () => {
  const of = (...lines: FieldLine[]) => {
    const headers = sent({ lines: [HOST, ...lines] });
    return [headers.get("traceparent"), headers.get("tracestate")];
  };
  const VALID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const FRESH = ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", undefined];

  test("is the client's where it is valid", () => {
    expect(of(["Traceparent", VALID], ["tracestate", "a=1"], ["tracestate", "b=2"])).toEqual([VALID, "a=1, b=2"]);
    expect(of(["traceparent", `cc${VALID.slice(2)}-more`])).toEqual([`cc${VALID.slice(2)}-more`, undefined]);
  });

  test.each([
    "",
    "x",
    VALID.toUpperCase().replace("00-", "00-"),
    `ff${VALID.slice(2)}`,
    `${VALID}-more`,
    VALID.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0".repeat(32)),
    VALID.replace("00f067aa0ba902b7", "0".repeat(16)),
    `cc${VALID.slice(2)}-${"x".repeat(250)}`,
  ])("is a new one instead of %j", (traceparent) => {
    expect(of(["traceparent", traceparent], ["tracestate", "a=1"])).toEqual(FRESH);
  });

  test("is a new one where the client names two, or a state alone", () => {
    expect(of(["traceparent", VALID], ["traceparent", VALID], ["tracestate", "a=1"])).toEqual(FRESH);
    expect(of(["tracestate", "a=1"])).toEqual(FRESH);
    expect(sent({}, { trace: { ...TRACE, sampled: true } }).get("traceparent")).toMatch(/-01$/);
  });
});

test.each([
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:192.0.2.7", "192.0.2.7"],
  ["fe80::1%eth0", "fe80::1"],
  ["2001:db8::1", "2001:db8::1"],
])("the address %s is given as %s", (remoteAddress, expected) => {
  expect(sent({}, { remoteAddress }).get(":remote-address")).toBe(expected);
});

describe("what fits a frame", () => {
  const lengthOf = (services: string[], headers: readonly (readonly [string, string])[]) =>
    4 + 1 + encodeServiceRequest({ stream: 1, services, headers: headers.map(([key, value]) => [key, value]) }).length;

  test("to the byte", () => {
    const empty = map({ lines: [HOST, ["X", ""]] });
    if (empty instanceof Refusal) throw new Error(empty.reason);
    const room = MAX_PLAINTEXT_LENGTH - lengthOf(["hello_world"], empty);
    const full = map({ lines: [HOST, ["X", "v".repeat(room)]] });
    if (full instanceof Refusal) throw new Error(full.reason);
    expect(lengthOf(["hello_world"], full)).toBe(MAX_PLAINTEXT_LENGTH);
    expect(map({ lines: [HOST, ["X", "v".repeat(room + 1)]] })).toMatchObject({ status: 431, kind: "TOO_LARGE" });
    expect(map({ lines: [HOST, ["X", "v".repeat(room)]] }, { services: ["hello_worlds"] })).toMatchObject({
      status: 431,
    });
    // Two bytes of ISO 8859-1 that are no UTF-8 become four.
    expect(map({ lines: [HOST, ["X", `${"v".repeat(room - 1)}\u00fc`]] })).toMatchObject({ status: 431 });
  });

  test("a key of 255 bytes does, one of 256 does not", () => {
    expect(sent({ target: `/?${"q".repeat(249)}` }).get(`query.${"q".repeat(249)}`)).toBe("");
    expect(map({ target: `/?${"q".repeat(250)}` })).toMatchObject({ status: 431 });
    expect(map({ lines: [HOST, ["x".repeat(256), ""]] })).toMatchObject({ status: 431 });
    expect(map({ target: `/?${"%C3%BC".repeat(125)}` })).toMatchObject({ status: 431 });
  });
});

describe("whatever a client sends", () => {
  const name = fc.oneof(
    fc.constantFrom(
      ...":method :path :remote-address :request-id :query.a query.a Query.A params.id PARAMS.ID ~x ~ traceparent".split(
        " ",
      ),
      ..."tracestate host connection x-forwarded-for Cookie __proto__ constructor accept content-type".split(" "),
    ),
    fc.string({ unit: "binary-ascii", maxLength: 8 }),
  );
  const value = fc.oneof(
    fc.constantFrom("query.a", ":method, accept", "params.id", "example.org", "close"),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 2000 }),
  );
  const lines = fc.array(fc.tuple(name, value), { maxLength: 8 });
  const target = fc
    .array(fc.constantFrom(..."a A b = & + %2e %25 %C3%BC %0a %22 ? : . query.a :query.a ~".split(" ")))
    .map((parts) => `/?${parts.join("")}`);

  test("what only the gateway may say is the gateway's, each key stands once, and the request fits a frame", () => {
    fc.assert(
      fc.property(lines, target, fc.constantFrom("1.0" as const, "1.1" as const), (lines, target, version) => {
        const headers = map({ version, target, lines: [HOST, ...lines] }, { params: new Map([["id", "7"]]) });
        if (headers instanceof Refusal) {
          expect([400, 431]).toContain(headers.status);
          return;
        }
        const found = new Map(headers);
        expect(found.size).toBe(headers.length);
        const query = new URL(target, "http://host").searchParams;
        const names = new Set([...query.keys()].map((key) => key.replace(/[A-Z]/g, (letter) => letter.toLowerCase())));
        for (const [key, text] of headers) {
          if (key.startsWith("query.")) expect(names).toContain(key.slice(6));
          else if (key.startsWith(":query.")) expect(names).toContain(key.slice(7));
          else if (key.startsWith("params.")) expect([key, text]).toEqual(["params.id", "7"]);
          else if (key === ":http-version") expect(text).toBe(version);
          else if (key.startsWith(":")) expect(GATEWAYS[key]).toBe(text);
          expect(key.startsWith("~") || key === "host" || key === "connection").toBe(false);
          expect(key).not.toMatch(/[A-Z]/);
        }
        expect(Object.keys(GATEWAYS).filter((key) => !found.has(key))).toEqual([]);
        expect(found.get("traceparent")).toBeDefined();
        const length = 5 + encodeServiceRequest({ stream: 1, services: ["hello_world"], headers: [...found] }).length;
        expect(length).toBeLessThanOrEqual(MAX_PLAINTEXT_LENGTH);
      }),
    );
  });

  const GATEWAYS: Readonly<Record<string, string | undefined>> = {
    ":method": "GET",
    ":scheme": "http",
    ":authority": "example.org",
    ":path": "/",
    ":remote-address": "192.0.2.1",
    ":request-id": "r-1",
  };
});
