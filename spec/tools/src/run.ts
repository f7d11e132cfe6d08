/** The three commands, without a process of their own. */
import { checkCodec } from "./check-codec.ts";
import { checkHyperlinks, existsIn } from "./check-hyperlinks.ts";
import type { Codec } from "./codec.ts";
import type { Links } from "./links.ts";
import { lint } from "./lint.ts";
import type { Problem } from "./problem.ts";
import { sortProblems } from "./problem.ts";
import { generatedCode, type Outputs, renderSpec, reports, staleOutputs, writeOutputs } from "./project.ts";
import { readSpecTexts } from "./source.ts";

/** What the checks need beside `spec/`: read from a build by the command, from sources by the tests. */
export interface Surroundings {
  readonly links: Links;
  readonly codec: Codec | undefined;
}

export interface Outcome {
  readonly problems: readonly Problem[];
  readonly written: readonly string[];
  readonly requirements: number;
}

/** Rewrites the chapters' generated parts and the generated code: all that has to be there before a build. */
export function generate(root: string): Outcome {
  const { spec, outputs, problems } = renderSpec(readSpecTexts(root));
  const written = writeOutputs(root, merge(outputs, generatedCode(spec)));
  const faults = spec.chapters.flatMap((chapter) => chapter.problems);
  return { problems: sortProblems([...problems, ...faults]), written, requirements: spec.requirements.length };
}

/** Lints all and writes snapshot and matrix, also when the lint found faults. */
export function write(root: string, surroundings: Surroundings): Outcome {
  const { outputs, ...rest } = examine(root, surroundings);
  return { ...rest, written: writeOutputs(root, outputs) };
}

/** Lints all, writes nothing, and counts every file that `npm run spec` would change as a fault. */
export function check(root: string, surroundings: Surroundings): Outcome {
  const { outputs, problems, requirements } = examine(root, surroundings);
  const stale = staleOutputs(root, outputs).map((file) => ({
    file,
    line: 0,
    message: 'is not up to date: run "npm run spec" and commit the result',
  }));
  return { problems: sortProblems([...problems, ...stale]), written: [], requirements };
}

function examine(
  root: string,
  { links, codec }: Surroundings,
): Omit<Outcome, "written"> & { readonly outputs: Outputs } {
  const { spec, outputs, problems } = renderSpec(readSpecTexts(root));
  const fromCodec = codec
    ? checkCodec(spec, codec)
    : [{ file: "reference/src/wire/index.ts", line: 0, message: "there is no built codec to hold the tables to" }];
  return {
    outputs: merge(outputs, generatedCode(spec), reports(spec, links)),
    problems: sortProblems([...problems, ...lint(spec, links), ...checkHyperlinks(spec, existsIn(root)), ...fromCodec]),
    requirements: spec.requirements.length,
  };
}

function merge(...parts: readonly Outputs[]): Outputs {
  return new Map(parts.flatMap((part) => [...part]));
}
