import { describe, expect, it } from "vitest";
import { type Case, type CaseText, chapter, lintCases } from "./case.ts";
import { anonymous, at, closes, connect, expectReply, findNode, ignores, send, succeeds } from "./steps/index.ts";

const good: CaseText = {
  requires: ["FLT-SES-023"],
  why: "A length that nobody bounds lets any stranger exhaust the node's memory.",
  control: [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")],
  change: at("probe").frameLength(4097),
  expect: closes(),
};
const { change: _, ...unchanged } = good;
const lint = (text: CaseText, name = "one") => lintCases(chapter("session/frame", { [name]: text }));

describe("a chapter", () => {
  it("gives its cases their ids and what they leave unsaid", () => {
    const [one] = chapter("session/frame", { one: { ...good, needs: "echo" } }) as [Case];
    expect(one).toMatchObject({ id: "session/frame/one", role: "listener", needs: ["echo"], exclusive: false });
    expect(one.control.every((step) => "step" in step)).toBe(true);
    expect((chapter("a", { b: { ...good, needs: ["echo", "identity"] } }) as [Case])[0].needs).toEqual([
      "echo",
      "identity",
    ]);
  });
});

describe("lintCases", () => {
  it("has nothing to say of a case that is right", () => {
    expect(lint(good)).toEqual([]);
    expect(lint({ ...unchanged, expect: succeeds() })).toEqual([]);
  });

  it.each<[string, CaseText, RegExp]>([
    ["a reason that is no sentence", { ...good, why: "memory" }, /`why` is one sentence/],
    ["no steps", { ...unchanged, control: [], expect: succeeds() }, /the control has no steps/],
    [
      "a control that expects nothing",
      { ...unchanged, control: send(findNode()), expect: succeeds() },
      /the control expects nothing/,
    ],
    ["a close without a change", { ...unchanged, expect: closes() }, /needs a change/],
    ["an ignoring without a change", { ...unchanged, expect: ignores() }, /needs a change/],
    ["a change where the target is spent", { ...good, needs: "reload" }, /has none for a change/],
    ["a change to no step", { ...good, change: at("prob").replay() }, /names 0 steps/],
  ])("names %s, and the case", (_name, text, fault) => {
    expect(lint(text).join("\n")).toMatch(fault);
    expect(lint(text).every((line) => line.startsWith("session/frame/one: "))).toBe(true);
  });

  it("names an id that is used twice or has other characters", () => {
    const twice = chapter("session/frame", { one: good });
    expect(lintCases([...twice, ...twice])).toEqual(["session/frame/one: the id is used twice"]);
    expect(lint(good, "One_two").join()).toMatch(/lower-case/);
  });

  it("finds services that two cases offer which may run at the same time", () => {
    const offers = { ...good, control: [connect(anonymous, ["kit-shared"]), good.control] };
    const two = chapter("session/frame", { one: offers, two: offers });
    expect(lintCases(two)).toEqual([
      'session/frame/two: the service "kit-shared" is that of session/frame/one too, which may run at the same time',
    ]);
    expect(lintCases(chapter("session/frame", { one: offers, two: { ...offers, exclusive: true } }))).toEqual([]);
  });
});
