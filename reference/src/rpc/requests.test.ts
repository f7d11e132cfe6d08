import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Requests } from "./index.ts";

const LARGEST = 0xffff_ffff;

describe("requests", () => {
  it("behave as a plain list of numbers and deadlines does, under any use", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("open" as const), wait: fc.nat({ max: 9 }) }),
      fc.record({ do: fc.constant("settle" as const), which: fc.nat() }),
      fc.record({ do: fc.constant("time" as const), by: fc.nat({ max: 4 }) }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("dialer", "listener"),
        fc.array(step, { maxLength: 80 }),
        fc.boolean(),
        (role, steps, late) => {
          const first = role === "dialer" ? 1 : 2;
          // Near the end of the numbers, so that they start again.
          const start = late ? LARGEST - (role === "dialer" ? 4 : 5) : first;
          const requests = new Requests<number>(role, start);
          const model = new Map<number, number>();
          let now = 0;
          for (const item of steps) {
            if (item.do === "open") {
              const number = requests.open(now, now + item.wait);
              expect(number % 2).toBe(first % 2);
              expect(number >= first && number <= LARGEST).toBe(true);
              expect(model.has(number)).toBe(false);
              model.set(number, now + item.wait);
            } else if (item.do === "settle" && model.size > 0) {
              const number = [...model.keys()][item.which % model.size]!;
              expect(requests.kindOf(number)).toBe("reply");
              requests.settle(number);
              model.delete(number);
              expect(requests.kindOf(number)).toBe("stray");
            } else if (item.do === "time") {
              now += item.by;
              const due = [...model].filter(([, deadline]) => deadline <= now);
              expect(requests.expire(now)).toHaveLength(due.length);
              for (const [number] of due) model.delete(number);
            }
            expect(requests.size).toBe(model.size);
            // The deadline may come early, and never late.
            expect(requests.deadline).toBeLessThanOrEqual(Math.min(...model.values()));
            expect(requests.deadline === Number.POSITIVE_INFINITY).toBe(model.size === 0);
          }
          expect(requests.drain()).toHaveLength(model.size);
          expect(requests.size).toBe(0);
        },
      ),
    );
  });

  it.each([
    ["dialer", 0, "request"],
    ["dialer", 1, "stray"],
    ["dialer", 2, "request"],
    ["dialer", LARGEST, "stray"],
    ["dialer", LARGEST - 1, "request"],
    ["listener", 0, "request"],
    ["listener", 1, "request"],
    ["listener", 2, "stray"],
    ["listener", LARGEST, "request"],
    ["listener", LARGEST - 1, "stray"],
  ] as const)("of a %s take the number %i for a %s (FLT-RPC-010 to FLT-RPC-012)", (role, number, kind) => {
    expect(new Requests(role).kindOf(number)).toBe(kind);
  });

  it("start again after the largest number, past those that wait (FLT-RPC-004)", () => {
    const dialer = new Requests<string>("dialer", LARGEST);
    expect([dialer.open("a", 9), dialer.open("b", 9), dialer.open("c", 9)]).toEqual([LARGEST, 1, 3]);
    const listener = new Requests<string>("listener", LARGEST - 1);
    expect([listener.open("a", 9), listener.open("b", 9)]).toEqual([LARGEST - 1, 2]);
  });

  it("expire oldest first, and cannot be settled twice", () => {
    const requests = new Requests<string>("dialer");
    requests.open("a", 5);
    requests.open("b", 3);
    const number = requests.open("c", 9);
    expect(requests.expire(2)).toEqual([]);
    expect(requests.expire(5)).toEqual(["a", "b"]);
    expect(requests.settle(number)).toBe("c");
    expect(() => requests.settle(number)).toThrow(RangeError);
  });
});
