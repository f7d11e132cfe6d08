/** Which case, vector and mutant stands behind which requirement: as Markdown, and as a snapshot that CI compares. */
import type { Link, Links } from "./links.ts";
import { compareText } from "./problem.ts";
import { table } from "./render.ts";
import type { Requirement } from "./requirement.ts";
import type { Spec } from "./source.ts";

export interface Coverage {
  readonly requirement: Requirement;
  readonly cases: readonly string[];
  readonly vectors: readonly string[];
  readonly mutants: readonly string[];
}

export function coverageOf(spec: Spec, links: Links): Coverage[] {
  const of = (list: readonly Link[]): Map<string, string[]> => {
    const index = new Map<string, string[]>();
    for (const link of list) {
      for (const id of link.requirements) index.set(id, [...(index.get(id) ?? []), link.id]);
    }
    for (const ids of index.values()) ids.sort(compareText);
    return index;
  };
  const [cases, vectors, mutants] = [of(links.cases), of(links.vectors), of(links.mutants)];
  return [...spec.requirements]
    .sort((a, b) => compareText(a.id, b.id))
    .map((requirement) => ({
      requirement,
      cases: cases.get(requirement.id) ?? [],
      vectors: vectors.get(requirement.id) ?? [],
      mutants: mutants.get(requirement.id) ?? [],
    }));
}

export function isBinding(requirement: Requirement): boolean {
  return requirement.level === "MUST" || requirement.level === "MUST NOT";
}

/** Peers of a node, or clients and services of a gateway, see it, and so can the kit. */
const isSeenFromOutside = ({ observability }: Requirement): boolean =>
  observability === "wire" || observability === "http";

/** Why a requirement may have neither case nor vector; undefined when it may not. */
export function reasonWithout(requirement: Requirement, spec: Spec): string | undefined {
  if (requirement.untestable !== undefined) return `untestable: ${requirement.untestable}`;
  const pending = spec.pending.pending.find((entry) => entry.requirements.includes(requirement.id));
  if (pending) return `pending: ${pending.reason}`;
  if (!isSeenFromOutside(requirement)) return `${requirement.observability}: held by a node's own tests`;
  return isBinding(requirement) ? undefined : `${requirement.level}: no fault to find`;
}

/** One line per requirement; short enough to read in a diff. */
export function renderSnapshot(spec: Spec, links: Links): string {
  const coverage = coverageOf(spec, links);
  const lines = coverage.map(({ requirement, cases, vectors, mutants }) => {
    const state = cases.length + vectors.length > 0 ? "covered" : reasonWithout(requirement, spec) ? "excused" : "OPEN";
    const counts = `cases=${cases.length} vectors=${vectors.length} mutants=${mutants.length}`;
    return `${requirement.id} ${requirement.level.replace(" ", "-")} ${requirement.observability} ${state} ${counts}`;
  });
  return [...summary(spec, coverage, links).map((line) => `# ${line}`), ...lines, ""].join("\n");
}

function summary(spec: Spec, coverage: readonly Coverage[], links: Links): string[] {
  const binding = coverage.filter(({ requirement }) => isBinding(requirement) && isSeenFromOutside(requirement));
  const covered = binding.filter((item) => item.cases.length + item.vectors.length > 0);
  const excused = binding.filter((item) => !covered.includes(item) && reasonWithout(item.requirement, spec));
  return [
    `${coverage.length} requirements, ${links.cases.length} cases, ${links.vectors.length} vectors, ${links.mutants.length} mutants`,
    `wire and http MUST and MUST NOT: ${binding.length}, with a case or vector: ${covered.length}, excused: ${excused.length}, open: ${binding.length - covered.length - excused.length}`,
  ];
}

const SHOWN = 6;

function list(ids: readonly string[]): string {
  const shown = ids.slice(0, SHOWN).map((id) => `\`${id}\``);
  return ids.length > SHOWN ? `${shown.join(" ")} and ${ids.length - SHOWN} more` : shown.join(" ");
}

export function renderMatrix(spec: Spec, links: Links): string {
  const coverage = coverageOf(spec, links);
  const parts = [
    "# Requirements, cases, vectors and mutants",
    "",
    "Written by `npm run spec`. A requirement without a case and a vector has its reason in the last column.",
    "",
    ...summary(spec, coverage, links).map((line) => `- ${line}`),
  ];
  for (const chapter of spec.areas.chapters) {
    const rows = coverage.filter(({ requirement }) => requirement.area === chapter.area);
    if (rows.length === 0) continue;
    parts.push("", `## [${chapter.title}](${chapter.file})`, "");
    parts.push(
      ...table(
        ["requirement", "level", "seen", "cases", "vectors", "mutants", "without"],
        rows.map(({ requirement, cases, vectors, mutants }) => [
          requirement.id,
          requirement.level,
          requirement.observability,
          list(cases),
          list(vectors),
          list(mutants),
          cases.length + vectors.length > 0 ? "" : (reasonWithout(requirement, spec) ?? "**open**"),
        ]),
      ),
    );
  }
  return `${parts.join("\n")}\n`;
}

/** The index that a chapter can hold: id, level, actor. */
export function renderRequirementIndex(spec: Spec): string[] {
  return table(
    ["requirement", "level", "actor", "chapter"],
    spec.requirements.map(({ id, level, actor, chapter }) => [id, level, actor, `[${chapter}](${chapter})`]),
  );
}
