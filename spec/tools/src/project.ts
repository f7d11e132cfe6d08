/** Every file that the specification determines, and what each should hold. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { emitConstants } from "./emit-constants.ts";
import { emitMachines } from "./emit-machines.ts";
import { emitRequirements } from "./emit-requirements.ts";
import type { Links } from "./links.ts";
import { renderMatrix, renderSnapshot } from "./matrix.ts";
import type { Problem } from "./problem.ts";
import { renderChapter } from "./render.ts";
import { parseSpec, readText, type Spec, type SpecTexts } from "./source.ts";

/** Path relative to the root, and content. */
export type Outputs = ReadonlyMap<string, string>;

/** The specification with its generated parts up to date, so that line numbers taken from it stay true. */
export function renderSpec(texts: SpecTexts): {
  readonly spec: Spec;
  readonly outputs: Outputs;
  readonly problems: readonly Problem[];
} {
  const before = parseSpec(texts);
  const outputs = new Map<string, string>();
  const chapters = new Map<string, string>();
  const problems: Problem[] = [];
  for (const chapter of before.chapters) {
    const rendered = renderChapter(chapter, before);
    problems.push(...rendered.problems);
    chapters.set(chapter.file.slice("spec/".length), rendered.text);
    outputs.set(chapter.file, rendered.text);
  }
  return { spec: parseSpec({ chapters, data: texts.data }), outputs, problems };
}

/** The code that is generated from the specification alone. */
export function generatedCode(spec: Spec): Outputs {
  return new Map([
    ["conformance/src/generated/requirements.ts", emitRequirements(spec.requirements)],
    ["reference/src/generated/machines.ts", emitMachines(spec.machines)],
    ["conformance/src/generated/machines.ts", emitMachines(spec.machines)],
    ["reference/src/wire/constants.ts", emitConstants(spec.constants)],
  ]);
}

/** What needs cases, vectors and mutants as well. */
export function reports(spec: Spec, links: Links): Outputs {
  return new Map([
    ["spec/coverage.snapshot.txt", renderSnapshot(spec, links)],
    ["spec/matrix.md", renderMatrix(spec, links)],
  ]);
}

/** Writes what differs. @returns the paths written */
export function writeOutputs(root: string, outputs: Outputs): string[] {
  const stale = staleOutputs(root, outputs);
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), outputs.get(path)!);
  }
  return stale;
}

/** The paths whose file is missing or holds something else. */
export function staleOutputs(root: string, outputs: Outputs): string[] {
  return [...outputs]
    .filter(([path, text]) => !existsSync(join(root, path)) || readText(join(root, path)) !== text)
    .map(([path]) => path);
}
