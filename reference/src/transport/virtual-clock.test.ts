import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

describe("the virtual clock", () => {
  it("calls in the order of time, and of one time in the order in which it was asked to", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 60 }), (waits) => {
        const clock = new VirtualClock();
        const expected: { at: number; name: string }[] = [];
        const called: string[] = [];
        const plan = (ms: number, name: string, then: () => void) => {
          expected.push({ at: clock.now() + ms, name });
          clock.after(ms, () => {
            called.push(name);
            then();
          });
        };
        for (const [n, [first, second]] of waits.entries()) {
          plan(first, `${n}`, () => plan(second, `${n} again`, () => {}));
        }
        clock.run(10);
        // A sort keeps the order of those of one time.
        expect(called).toEqual(expected.sort((a, b) => a.at - b.at).map(({ name }) => name));
        expect(clock.now()).toBe(10);
      }),
    );
  });

  it("leaves what is due later and what was cancelled", () => {
    const clock = new VirtualClock();
    const called: number[] = [];
    const cancel = clock.after(1, () => called.push(1));
    clock.after(2, () => called.push(2));
    clock.after(3, () => called.push(3));
    cancel();
    clock.run(2);
    expect(called).toEqual([2]);
    clock.run(1);
    expect(called).toEqual([2, 3]);
  });
});
