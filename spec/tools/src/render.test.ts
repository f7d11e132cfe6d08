import { describe, expect, test } from "vitest";
import { emitConstants } from "./emit-constants.ts";
import { emitMachines } from "./emit-machines.ts";
import { emitRequirements } from "./emit-requirements.ts";
import { collectTests, NO_LINKS } from "./links.ts";
import { renderMatrix, renderSnapshot } from "./matrix.ts";
import { renderSpec } from "./project.ts";
import { parseSpec } from "./source.ts";
import { fixture } from "./testing-only/fixture.ts";

const links = {
  ...NO_LINKS,
  cases: [{ id: "session/length", requirements: ["FLT-SES-001"], file: "" }],
  mutants: [{ id: "no-limit", requirements: ["FLT-SES-001"], killedBy: ["session/length"], file: "" }],
};

describe("the generated parts of a chapter", () => {
  const { outputs } = renderSpec(fixture());
  const text = outputs.get("spec/02-session.md")!;

  test("are tables of layouts, constants, opcodes, errors and states by events", () => {
    expect(text).toContain("| data | counted (`u8`) | `u8` + n | bytes |  |");
    expect(text).toContain("| `MAX_LENGTH` | 4,096 | bytes | most bytes |");
    expect(text).toContain("| 0 | Ping | dialer | not 0 | Ping |");
    expect(text).toContain("| too many bytes | open | close | FLT-SES-002 |");
    expect(text).toContain("| push | shut it → **shut** (FLT-SES-001) |  |");
    expect(text).toContain("Default, for every empty cell: nothing → **shut** (FLT-SES-002).");
  });

  test("are the same when they are rendered again, and leave the rest alone", () => {
    const chapters = new Map([...outputs].map(([path, content]) => [path.slice("spec/".length), content]));
    expect(renderSpec({ chapters, data: fixture().data }).outputs).toEqual(outputs);
    const prose = (content: string): string =>
      content.replace(/(<!-- generated: [^\n]* -->)[\s\S]*?(<!-- end generated -->)/g, "$1\n$2");
    expect(prose(text)).toBe(fixture().chapters.get("02-session.md"));
  });

  test("do not disturb the line numbers of the requirements", () => {
    const { spec } = renderSpec(fixture());
    for (const requirement of spec.requirements) {
      expect(outputs.get(`spec/${requirement.chapter}`)!.split("\n")[requirement.line - 1]).toContain(
        `**${requirement.id}**`,
      );
    }
  });
});

describe("generated code", () => {
  const spec = parseSpec(fixture());

  test("carries the requirement's own sentence", () => {
    const code = emitRequirements(spec.requirements);
    expect(code).toContain('export type RequirementId =\n  | "FLT-SES-001"\n  | "FLT-SES-002"\n  | "FLT-SES-003";');
    expect(code).toContain('text: "MUST close on more, see chapter 00."');
    expect(code).toContain('chapter: "02-session.md", line: 4 }');
  });

  test("has constants with their units and machines with their states as types", () => {
    expect(emitConstants(spec.constants)).toContain("/** Most bytes, in bytes. */\nexport const MAX_LENGTH = 4_096;");
    const machines = emitMachines(spec.machines);
    expect(machines).toContain('export type DoorState = "open" | "shut";');
    expect(machines).toContain("export const door: Machine<DoorState, DoorEvent> = {");
  });
});

describe("the matrix", () => {
  const spec = parseSpec(fixture());

  test("names cases and mutants, or the reason for their absence", () => {
    const matrix = renderMatrix(spec, links);
    expect(matrix).toContain("| FLT-SES-001 | MUST | wire | `session/length` |  | `no-limit` |  |");
    expect(matrix).toContain("| FLT-SES-002 | MUST | wire |  |  |  | **open** |");
    expect(matrix).toContain("| FLT-SES-003 | SHOULD | internal |  |  |  | internal: held by a node's own tests |");
  });

  test("has a snapshot with one line for each requirement", () => {
    expect(renderSnapshot(spec, links).split("\n")).toEqual([
      "# 3 requirements, 1 cases, 0 vectors, 1 mutants",
      "# wire and http MUST and MUST NOT: 2, with a case or vector: 1, excused: 0, open: 1",
      "FLT-SES-001 MUST wire covered cases=1 vectors=0 mutants=1",
      "FLT-SES-002 MUST wire OPEN cases=0 vectors=0 mutants=0",
      "FLT-SES-003 SHOULD internal excused cases=0 vectors=0 mutants=0",
      "",
    ]);
  });
});

test("vector tests are found at any depth of a file", () => {
  const file = { groups: [{ tests: [{ id: "frame/001", requirements: ["FLT-SES-001"] }] }, { id: "no test" }] };
  expect(collectTests(file, "f.json")).toEqual([{ id: "frame/001", requirements: ["FLT-SES-001"], file: "f.json" }]);
});
