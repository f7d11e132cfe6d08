import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import type { Handler, Headers, Node } from "./index.ts";
import { traceOf } from "./trace.ts";

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER = "00-11111111111111111111111111111111-2222222222222222-00";

describe("the trace of a request", () => {
  test.each([
    PARENT,
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff",
    // A later version may have more behind what is known.
    "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what the future will be like".replaceAll(" ", "."),
  ])("is taken when it is well formed: %s", (traceparent) => {
    expect(traceOf({ traceparent, other: "x" })).toEqual({ traceparent });
  });

  test.each([
    "",
    "rubbish",
    PARENT.toUpperCase(),
    `${PARENT}-more`,
    `${PARENT}\n`,
    ` ${PARENT}`,
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
    "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.x",
    `cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-${"x".repeat(300)}`,
  ])("is none when it is not: %j", (traceparent) => {
    expect(traceOf({ traceparent, tracestate: "a=b" })).toEqual({});
  });

  test.each<[string, boolean]>([
    ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true],
    ["a=1, b=2 , ,c@d=3", true],
    ["tenant@vendor=x y", true],
    ["a", false],
    ["A=1", false],
    ["a=b=c", false],
    ["a=ä", false],
    ["a=b\r\nset-cookie: x", false],
    ["", false],
    [`a=${"x".repeat(520)}`, false],
    [Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(), false],
  ])("has the state %j: %s", (tracestate, kept) => {
    expect(traceOf({ traceparent: PARENT, tracestate })).toEqual(
      kept ? { traceparent: PARENT, tracestate } : { traceparent: PARENT },
    );
  });

  test("never is what cannot be a header, whatever a peer sends", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (traceparent, tracestate) => {
        const trace = traceOf({ traceparent, tracestate });
        expect(Object.values(trace).every((value) => /^[\t -~]{1,512}$/.test(value))).toBe(true);
      }),
    );
  });
});

describe("a call made in a handler", () => {
  let mesh: Simulation;
  beforeEach(() => {
    mesh = new Simulation({ seed: 14 });
  });
  afterEach(() => mesh.stop());

  /** What headers arrive behind a node that calls on. */
  async function arriving(headers: Headers, propagateTrace: boolean, own: Headers = {}): Promise<unknown> {
    const last = await mesh.start({ services: { last: (ctx) => ctx.json(ctx.headers) } });
    const relay: Handler = async (ctx) => {
      await new Promise<void>((resolve) => mesh.clock.after(5, resolve));
      (
        await (ctx.headers.explicit
          ? middle.call("last", { headers: ctx.trace })
          : middle.call("last", { headers: own }))
      ).pipe(ctx);
    };
    const middle: Node = await mesh.start({ addrs: last.addresses, propagateTrace, services: { relay } });
    const client = await mesh.start({ addrs: middle.addresses });
    const text = client.call("relay", { headers }).then((response) => response.bytes());
    return JSON.parse(String(await mesh.clock.settle(text)));
  }

  test("carries the trace of the request, if the node is to pass it on", async () => {
    const headers = { traceparent: PARENT, tracestate: "a=b", other: "x" };
    expect(await arriving(headers, true)).toEqual({ traceparent: PARENT, tracestate: "a=b" });
    expect(await arriving(headers, true, { k: "v" })).toEqual({ traceparent: PARENT, tracestate: "a=b", k: "v" });
    expect(await arriving(headers, false)).toEqual({});
  });

  test("carries its own trace, if it has one", async () => {
    const headers = { traceparent: PARENT, tracestate: "a=b" };
    expect(await arriving(headers, true, { traceparent: OTHER })).toEqual({ traceparent: OTHER });
    expect(await arriving({ traceparent: PARENT }, true, { tracestate: "c=d" })).toEqual({ traceparent: PARENT });
  });

  test("carries no rubbish", async () => {
    expect(await arriving({ traceparent: "rubbish", tracestate: "a=b" }, true)).toEqual({});
  });

  test("may be given the trace by hand", async () => {
    expect(await arriving({ traceparent: PARENT, explicit: "yes" }, false)).toEqual({ traceparent: PARENT });
  });
});
