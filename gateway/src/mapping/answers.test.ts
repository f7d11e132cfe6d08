import fc from "fast-check";
import { FlatendError, type FlatendErrorCode } from "flatend";
import { describe, expect, test } from "vitest";
import {
  allowed,
  answerBody,
  noProvider,
  normalizePath,
  Refusal,
  redirect,
  statusOf,
  withoutEmptySegments,
} from "./index.ts";

test("the status of every way in which a call fails", () => {
  const statuses: Record<FlatendErrorCode, number> = {
    INVALID_ARGUMENT: 500,
    NO_PROVIDER: 503,
    UNHANDLED: 503,
    TIMEOUT: 504,
    ABORTED: 500,
    CONNECTION_LOST: 502,
    PROTOCOL_ERROR: 502,
    TOO_LARGE: 431,
    CONNECT_FAILED: 503,
    LIMIT: 503,
    SHUT_DOWN: 503,
  };
  for (const [code, status] of Object.entries(statuses)) {
    expect([code, statusOf(new FlatendError(code as FlatendErrorCode, "x"))]).toEqual([code, status]);
  }
  expect([new Error("x"), "NO_PROVIDER", null, undefined, { code: 503 }].map(statusOf)).toEqual([
    500, 500, 500, 500, 500,
  ]);
});

test("the original's sentence", () => {
  expect(noProvider(["hello_world"])).toBe("no nodes were able to process your request for service(s): [hello_world]");
  expect(noProvider(["a", "b", "c"])).toBe("no nodes were able to process your request for service(s): [a b c]");
});

test("Allow", () => {
  expect(allowed(["POST", "GET", "POST"])).toBe("GET, HEAD, OPTIONS, POST");
  expect(allowed(["DELETE"])).toBe("DELETE, OPTIONS");
  expect(allowed(["OPTIONS"])).toBe("OPTIONS");
});

describe("a redirect", () => {
  test("keeps method and query", () => {
    expect(redirect("GET", "/a", undefined)).toEqual({ status: 301, location: "/a" });
    expect(redirect("HEAD", "/a", "")).toEqual({ status: 301, location: "/a?" });
    expect(redirect("POST", "/a%2F", "b=//c")).toEqual({ status: 308, location: "/a%2F?b=//c" });
  });

  test.each(["//evil.example", "///", "evil", "", "/a\r\nb", "/ü"])("does not go to %j", (path) => {
    expect(redirect("GET", path, undefined)).toBeUndefined();
  });

  test("never leaves the host", () => {
    const part = fc.constantFrom("/", "//", "\\", "%5c", "%2f", "evil.example", "@", ":", "a", "%09");
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const path = normalizePath(`/${parts.join("")}`);
        if (path instanceof Refusal) return;
        const found = redirect("GET", withoutEmptySegments(path), "x=//y");
        expect(new URL(found?.location ?? "", "http://here.example").host).toBe("here.example");
        expect(found).toBeDefined();
      }),
    );
  });
});

test.each<[string | undefined, string]>([
  [undefined, "text"],
  ["*/*", "text"],
  ["text/html, */*;q=0.8", "text"],
  ["application/json", "json"],
  ["text/plain, Application/JSON; q=0.5", "json"],
  ["application/json;q=0", "text"],
  ["application/json; q=0.000", "text"],
  ["application/jsonp", "text"],
])("for Accept: %s the body is %s", (accept, kind) => {
  expect(answerBody('say "no"', accept)).toEqual(
    kind === "json"
      ? { contentType: "application/json", body: '{"error":"say \\"no\\""}' }
      : { contentType: "text/plain; charset=utf-8", body: 'say "no"' },
  );
});
