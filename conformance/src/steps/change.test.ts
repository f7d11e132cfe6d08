import { describe, expect, it } from "vitest";
import { applyChange } from "./change.ts";
import { anonymous, at, connect, expectReply, findNode, on, pause, send } from "./index.ts";
import { flatten } from "./types.ts";

const control = flatten([connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")]);
const index = control.findIndex((step) => step.name === "probe");
const kinds = (steps: readonly { step: string }[]) => steps.map(({ step }) => step);

describe("applyChange", () => {
  it("changes the named step and no other, and leaves the control as it was", () => {
    const before = structuredClone(control);
    const { steps, resume } = applyChange(control, at("probe").seq(9));
    expect(resume).toBe(index + 1);
    expect(steps).toHaveLength(control.length);
    expect(steps[index]).toEqual({ ...control[index], edit: { edit: "seq", seq: 9 } });
    expect(steps.filter((_, i) => i !== index)).toEqual(control.filter((_, i) => i !== index));
    expect(control).toEqual(before);
  });

  it("puts steps in place of, before and after the step; the run goes on behind them", () => {
    const two = [pause(1), pause(2)];
    const instead = applyChange(control, at("probe").instead(two));
    expect(kinds(instead.steps.slice(index))).toEqual(["pause", "pause", "expect-reply"]);
    expect(instead.resume).toBe(index + 2);
    const before = applyChange(control, at("probe").before(two));
    expect(kinds(before.steps.slice(index))).toEqual(["pause", "pause", "send", "expect-reply"]);
    expect(before.resume).toBe(index + 3);
    const after = applyChange(control, at("probe").after(two));
    expect(kinds(after.steps.slice(index))).toEqual(["send", "pause", "pause", "expect-reply"]);
    expect(after.resume).toBe(index + 3);
  });

  it("leaves a withheld step out and goes on with the next", () => {
    const { steps, resume } = applyChange(control, at("probe").withheld());
    expect(steps).toEqual(control.filter((_, i) => i !== index));
    expect(resume).toBe(index);
  });

  it("puts steps on the connection of the step they stand by, unless they name their own", () => {
    const second = [...control, ...on("second", connect(anonymous), send(findNode()).as("other"))];
    const { steps } = applyChange(second, at("other").after(pause(1), on("third", pause(2))));
    expect(steps.slice(-2)).toEqual([
      { step: "pause", ms: 1, connection: "second" },
      { step: "pause", ms: 2, connection: "third" },
    ]);
  });

  it("refuses a name that no step has, or more than one", () => {
    expect(() => applyChange(control, at("prob").replay())).toThrow(/"prob", which names 0 steps/);
    expect(() => applyChange([...control, ...control], at("probe").replay())).toThrow(/names 2 steps/);
  });
});
