import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Circuits, FAILURES_TO_OPEN, FIRST_WAIT_MS, LONGEST_WAIT_MS, MAX_PROVIDERS } from "./circuits.ts";

function failing(circuits: Circuits, times: number, now: number): void {
  for (let i = 0; i < times; i++) circuits.failed(circuits.asked("a", now), now);
}

describe("one provider", () => {
  test("is left alone after several failures in a row, for one that others are not", () => {
    const circuits = new Circuits();
    failing(circuits, FAILURES_TO_OPEN - 1, 0);
    expect(circuits.avoids("a", 0)).toBe(false);
    failing(circuits, 1, 10);
    expect([circuits.avoids("a", 10), circuits.avoids("a", 9 + FIRST_WAIT_MS)]).toEqual([true, true]);
    expect([circuits.avoids("a", 10 + FIRST_WAIT_MS), circuits.avoids("b", 10)]).toEqual([false, false]);
  });

  test("begins anew with an answer", () => {
    const circuits = new Circuits();
    failing(circuits, FAILURES_TO_OPEN - 1, 0);
    circuits.answered(circuits.asked("a", 0));
    expect(circuits.size).toBe(0);
    failing(circuits, FAILURES_TO_OPEN - 1, 0);
    expect(circuits.avoids("a", 0)).toBe(false);
  });

  test("gets one call on trial, which decides; one whose client leaves decides nothing", () => {
    const circuits = new Circuits();
    failing(circuits, FAILURES_TO_OPEN, 0);
    const before = circuits.asked("a", 1);
    const trial = circuits.asked("a", FIRST_WAIT_MS);
    expect(circuits.avoids("a", FIRST_WAIT_MS)).toBe(true);
    circuits.failed(before, FIRST_WAIT_MS);
    expect(circuits.avoids("a", 10 * LONGEST_WAIT_MS)).toBe(true);
    circuits.undecided(trial);
    expect(circuits.avoids("a", FIRST_WAIT_MS)).toBe(false);
    const second = circuits.asked("a", FIRST_WAIT_MS);
    circuits.failed(second, FIRST_WAIT_MS);
    expect(circuits.avoids("a", 3 * FIRST_WAIT_MS - 1)).toBe(true);
    expect(circuits.avoids("a", 3 * FIRST_WAIT_MS)).toBe(false);
    circuits.answered(circuits.asked("a", 3 * FIRST_WAIT_MS));
    expect(circuits.size).toBe(0);
  });
});

const step = fc.record({
  kind: fc.constantFrom("ask" as const, "answered" as const, "failed" as const, "undecided" as const),
  provider: fc.constantFrom("a", "b", "c"),
  passes: fc.integer({ min: 0, max: 2 * FIRST_WAIT_MS }),
  which: fc.nat(),
});

test("whatever happens: nobody is left alone without failures in a row, for too long, or with two trials", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const circuits = new Circuits();
      const running: ReturnType<Circuits["asked"]>[] = [];
      const inARow = new Map<string, number>();
      let now = 0;
      for (const { kind, provider, passes, which } of steps) {
        now += passes;
        if (kind === "ask") running.push(circuits.asked(provider, now));
        else {
          const [attempt] = running.splice(which % Math.max(1, running.length), 1);
          if (attempt === undefined) continue;
          if (kind === "failed") {
            circuits.failed(attempt, now);
            inARow.set(attempt.provider, (inARow.get(attempt.provider) ?? 0) + 1);
          } else if (kind === "answered") {
            circuits.answered(attempt);
            inARow.delete(attempt.provider);
          } else circuits.undecided(attempt);
        }
        for (const one of ["a", "b", "c"]) {
          const trials = running.filter(({ trialOf, provider: of }) => trialOf !== undefined && of === one);
          const failures = inARow.get(one) ?? 0;
          if (failures < FAILURES_TO_OPEN) expect(circuits.avoids(one, now)).toBe(false);
          if (trials.length === 0) expect(circuits.avoids(one, now + LONGEST_WAIT_MS)).toBe(false);
          expect(new Set(trials.map(({ trialOf }) => trialOf)).size).toBe(trials.length);
        }
      }
    }),
  );
});

test("a wait doubles with each trial that fails, and no more than to its limit", () => {
  const circuits = new Circuits();
  failing(circuits, FAILURES_TO_OPEN, 0);
  let now = 0;
  for (let wait = FIRST_WAIT_MS, i = 0; i < 10; i++, wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    expect(circuits.avoids("a", now + wait - 1)).toBe(true);
    expect(circuits.avoids("a", now + wait)).toBe(false);
    now += wait;
    failing(circuits, 1, now);
  }
});

test("remembers no more than so many, and forgets the one that failed longest ago", () => {
  const circuits = new Circuits();
  failing(circuits, FAILURES_TO_OPEN, 0);
  for (let i = 1; i < MAX_PROVIDERS; i++) circuits.failed(circuits.asked(`${i}`, 0), 0);
  expect([circuits.size, circuits.avoids("a", 0)]).toEqual([MAX_PROVIDERS, true]);
  circuits.failed(circuits.asked("one more", 0), 0);
  expect([circuits.size, circuits.avoids("a", 0)]).toEqual([MAX_PROVIDERS, false]);
});
