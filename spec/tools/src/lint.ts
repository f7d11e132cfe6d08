/** Everything that must hold of the specification itself; the codec's part is in `check-codec.ts`. */
import type { Link, Links } from "./links.ts";
import { coverageOf, isBinding, reasonWithout } from "./matrix.ts";
import type { Problem } from "./problem.ts";
import { ID_PATTERN } from "./requirement.ts";
import { lineOf, type Spec } from "./source.ts";

export function lint(spec: Spec, links: Links): Problem[] {
  return [
    ...spec.chapters.flatMap((chapter) => chapter.problems),
    ...checkIds(spec),
    ...checkAreas(spec),
    ...checkPairs(spec),
    ...checkReferences(spec),
    ...checkConstantNames(spec),
    ...checkMachines(spec),
    ...checkErrors(spec),
    ...links.problems,
    ...checkLinks(spec, links),
    ...checkPending(spec, links),
    ...checkCoverage(spec, links),
  ];
}

function at(item: { readonly chapter: string; readonly line: number }, message: string): Problem {
  return { file: `spec/${item.chapter}`, line: item.line, message };
}

function checkIds(spec: Spec): Problem[] {
  const first = new Map<string, { readonly chapter: string; readonly line: number }>();
  const problems: Problem[] = [];
  for (const item of [...spec.requirements, ...spec.withdrawn]) {
    const earlier = first.get(item.id);
    if (earlier)
      problems.push(
        at(item, `${item.id} stands already at spec/${earlier.chapter}:${earlier.line}: ids are never reused`),
      );
    else first.set(item.id, item);
  }
  return problems;
}

function checkAreas(spec: Spec): Problem[] {
  const areaOf = new Map(spec.areas.chapters.map((chapter) => [chapter.file, chapter.area]));
  const problems: Problem[] = [];
  for (const item of [...spec.requirements, ...spec.withdrawn]) {
    const area = item.id.slice(4, 7);
    const expected = areaOf.get(item.chapter);
    if (expected === undefined)
      problems.push(
        at(item, `${item.id}: spec/tables/areas.json gives this chapter no area, so no requirement may stand here`),
      );
    else if (area !== expected) problems.push(at(item, `${item.id} has the wrong area: this chapter's is ${expected}`));
  }
  return problems;
}

function checkPairs(spec: Spec): Problem[] {
  const problems: Problem[] = [];
  for (const requirement of spec.requirements) {
    for (const pair of requirement.pairs) {
      const other = spec.byId.get(pair);
      if (!other) problems.push(at(requirement, `${requirement.id} is paired with ${pair}, which does not exist`));
      else if (other === requirement) problems.push(at(requirement, `${requirement.id} is paired with itself`));
    }
  }
  return problems;
}

/** Ids that prose, rationale and tables mention. */
function checkReferences(spec: Spec): Problem[] {
  const known = new Set([...spec.requirements, ...spec.withdrawn].map((item) => item.id));
  const problems: Problem[] = [];
  for (const chapter of spec.chapters) {
    const inside = (index: number): boolean =>
      chapter.generated.some((block) => index >= block.start && index < block.end);
    chapter.lines.forEach((line, index) => {
      if (inside(index)) return;
      const prose = line.replace(/\[wire;.*\]$|\[http;.*\]$|\[api;.*\]$|\[internal;.*\]$/, "");
      for (const [id] of prose.matchAll(ID_PATTERN)) {
        if (!known.has(id) && !line.startsWith(`- **${id}**`))
          problems.push({ file: chapter.file, line: index + 1, message: `${id} is mentioned, but does not exist` });
      }
    });
  }
  return problems;
}

/** Names in capitals that belong to the platform, not to the registry. */
const PLATFORM_NAMES = new Set(["TCP_NODELAY"]);

function checkConstantNames(spec: Spec): Problem[] {
  const known = new Set(spec.constants.constants.map((constant) => constant.name));
  if (known.size === 0) return [];
  const problems: Problem[] = [];
  for (const chapter of spec.chapters) {
    chapter.lines.forEach((line, index) => {
      for (const [, name] of line.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)) {
        if (name === undefined || known.has(name) || PLATFORM_NAMES.has(name) || name === "NAME_MS" || name === "X_MS")
          continue;
        problems.push({
          file: chapter.file,
          line: index + 1,
          message: `\`${name}\` is no constant of spec/tables/constants.json`,
        });
      }
    });
  }
  return problems;
}

function checkMachines(spec: Spec): Problem[] {
  const problems: Problem[] = [];
  for (const machine of spec.machines) {
    const path = `machines/${machine.name}.json`;
    const fault = (needle: string, message: string): void =>
      void problems.push({ file: `spec/${path}`, line: lineOf(spec, path, `"${needle}"`), message });
    const states = new Set(machine.states.map((state) => state.name));
    const events = new Set(machine.events.map((event) => event.name));
    const seen = new Set<string>();
    for (const transition of machine.transitions) {
      const { state, event, next, requirement } = transition;
      const cell = `${state} × ${event}`;
      if (!states.has(state)) fault(state, `${cell}: no state named ${state}`);
      if (!states.has(next)) fault(next, `${cell}: no state named ${next}`);
      if (!events.has(event)) fault(event, `${cell}: no event named ${event}`);
      if (seen.has(cell)) fault(event, `${cell} stands twice`);
      if (!spec.byId.has(requirement)) fault(requirement, `${cell} names ${requirement}, which does not exist`);
      seen.add(cell);
    }
    if (!states.has(machine.default.next))
      fault(machine.default.next, `default: no state named ${machine.default.next}`);
    if (!spec.byId.has(machine.default.requirement))
      fault(machine.default.requirement, `default names ${machine.default.requirement}, which does not exist`);
  }
  return problems;
}

function checkErrors(spec: Spec): Problem[] {
  const path = "tables/errors.json";
  return spec.errors.rows
    .filter((row) => !spec.byId.has(row.requirement))
    .map((row) => ({
      file: `spec/${path}`,
      line: lineOf(spec, path, row.requirement),
      message: `"${row.input}" names ${row.requirement}, which does not exist`,
    }));
}

function checkLinks(spec: Spec, links: Links): Problem[] {
  const problems: Problem[] = [];
  const gone = new Set(spec.withdrawn.map((item) => item.id));
  const check = (kind: string, list: readonly Link[]): void => {
    const seen = new Set<string>();
    for (const link of list) {
      if (seen.has(link.id)) problems.push({ file: link.file, line: 0, message: `${kind} ${link.id} stands twice` });
      seen.add(link.id);
      if (link.requirements.length === 0)
        problems.push({ file: link.file, line: 0, message: `${kind} ${link.id} names no requirement` });
      for (const id of link.requirements) {
        if (!spec.byId.has(id))
          problems.push({
            file: link.file,
            line: 0,
            message: `${kind} ${link.id} names ${id}, which ${gone.has(id) ? "is withdrawn" : "does not exist"}`,
          });
      }
    }
  };
  check("case", links.cases);
  check("vector", links.vectors);
  check("mutant", links.mutants);
  const cases = new Set(links.cases.map((item) => item.id));
  for (const mutant of links.mutants) {
    if (mutant.killedBy.length === 0)
      problems.push({ file: mutant.file, line: 0, message: `mutant ${mutant.id} names no case that kills it` });
    for (const id of mutant.killedBy) {
      if (!cases.has(id))
        problems.push({
          file: mutant.file,
          line: 0,
          message: `mutant ${mutant.id} shall be killed by ${id}, which is no case`,
        });
    }
  }
  return problems;
}

/** What is excused for now, so that the list cannot rot. */
function checkPending(spec: Spec, links: Links): Problem[] {
  const path = "tables/pending.json";
  const covered = new Map(
    coverageOf(spec, links).map((item) => [item.requirement.id, item.cases.length + item.vectors.length > 0]),
  );
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const id of spec.pending.pending.flatMap((entry) => entry.requirements)) {
    const fault = (message: string): void =>
      void problems.push({ file: `spec/${path}`, line: lineOf(spec, path, id), message: `${id} ${message}` });
    if (!covered.has(id)) fault("does not exist");
    else if (covered.get(id)) fault("has a case or a vector: it is no longer pending");
    if (seen.has(id)) fault("stands twice");
    seen.add(id);
  }
  return problems;
}

/** Only once there is a kit: before the first case there is nothing to demand. */
function checkCoverage(spec: Spec, links: Links): Problem[] {
  if (links.cases.length === 0) return [];
  return coverageOf(spec, links)
    .filter(
      ({ requirement, cases, vectors }) =>
        isBinding(requirement) && cases.length + vectors.length === 0 && reasonWithout(requirement, spec) === undefined,
    )
    .map(({ requirement }) =>
      at(
        requirement,
        `${requirement.id} is a ${requirement.level} on the wire or over HTTP without case and vector: add one, "untestable: reason", or an entry in spec/tables/pending.json`,
      ),
    );
}
