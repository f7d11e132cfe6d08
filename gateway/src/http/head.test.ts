import { describe, expect, it } from "vitest";
import { type HttpRequest, Refusal, readRequest } from "../mapping/index.ts";
import { callHeaders, newTrace } from "./head.ts";

const facts = {
  scheme: "http",
  remoteAddress: "192.0.2.1",
  requestId: "one",
  trace: newTrace(),
  services: ["hello"],
  params: new Map<string, string>(),
} as const;

describe("the headers of a call", () => {
  it("keep names that mean something to the language", () => {
    const request = readRequest({
      method: "GET",
      target: "/?__proto__=1",
      version: "1.1",
      lines: [
        ["host", "example.org"],
        ["__proto__", "a"],
        ["constructor", "b"],
      ],
    });
    expect(request).not.toBeInstanceOf(Refusal);
    const headers = callHeaders(request as HttpRequest, facts);
    expect(Object.entries(headers)).toEqual(
      expect.arrayContaining([
        ["__proto__", "a"],
        ["constructor", "b"],
        ["query.__proto__", "1"],
        [":request-id", "one"],
      ]),
    );
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });
});
