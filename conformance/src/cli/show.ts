import type { Case } from "../case.ts";
import { type RequirementId, requirements } from "../generated/requirements.ts";
import { describeChange, describeExpectation, describeStep } from "../steps/describe.ts";
import { UsageError } from "./arguments.ts";
import { nearest } from "./nearest.ts";

export function listCases(cases: readonly Case[]): string {
  const width = Math.max(...cases.map((one) => one.id.length));
  return cases
    .map(
      (one) =>
        `${one.id.padEnd(width)}  ${one.requires.join(" ")}${one.needs.length > 0 ? `  needs ${one.needs.join(", ")}` : ""}`,
    )
    .join("\n");
}

/** A requirement with the cases about it, or a case with all its steps. */
export function explain(id: string, cases: readonly Case[]): string {
  const upper = id.toUpperCase();
  if (Object.hasOwn(requirements, upper)) return explainRequirement(upper as RequirementId, cases);
  const one = cases.find((candidate) => candidate.id === id);
  if (one !== undefined) return explainCase(one);
  const suggestion = nearest(
    upper.startsWith("FLT") ? upper : id,
    upper.startsWith("FLT") ? Object.keys(requirements) : cases.map((candidate) => candidate.id),
  );
  throw new UsageError(
    `--explain: no requirement or case is called "${id}"${suggestion === undefined ? "" : `, the nearest is ${suggestion}`}`,
  );
}

function explainRequirement(id: RequirementId, cases: readonly Case[]): string {
  const requirement = requirements[id];
  const about = cases.filter((one) => one.requires.includes(id));
  const lines = [
    `${id}  (${requirement.actor}) ${requirement.text}`,
    `spec/${requirement.chapter}:${requirement.line}, ${requirement.observability}`,
  ];
  if (requirement.pairs.length > 0)
    lines.push(
      "",
      "The other side of the rule:",
      ...requirement.pairs.map((pair) => `  ${pair}  (${requirements[pair].actor}) ${requirements[pair].text}`),
    );
  lines.push("");
  if (about.length > 0) {
    lines.push("Why it matters:", ...[...new Set(about.map((one) => one.why))].map((why) => `  ${why}`), "", "Cases:");
    lines.push(...about.map((one) => `  ${one.id}`), "", `Run them: npx flatend-conformance --only ${id}`);
  } else
    lines.push(
      `No case: ${requirement.untestable ?? (requirement.observability === "wire" || requirement.observability === "http" ? "it is held by vectors or not yet at all" : `it is not visible on the wire (${requirement.observability})`)}`,
    );
  return lines.join("\n");
}

function explainCase(one: Case): string {
  const step = (text: string, connection: string | undefined, name: string | undefined) =>
    `  ${connection === undefined ? "" : `[${connection}] `}${text}${name === undefined ? "" : `   ← "${name}"`}`;
  const lines = [one.id, one.why, ""];
  for (const id of one.requires) lines.push(`${id}  (${requirements[id].actor}) ${requirements[id].text}`);
  lines.push("", one.change === undefined ? "Steps:" : "Control:");
  lines.push(
    ...one.control.map((each) =>
      step(
        `${each.step.startsWith("expect") ? "expect" : each.step.startsWith("send") ? "send" : ""} ${describeStep(each)}`.trim(),
        each.connection,
        each.name,
      ),
    ),
  );
  if (one.change !== undefined) lines.push("", "Change:", `  ${describeChange(one.change)}`);
  lines.push("", "Expected:", `  ${describeExpectation(one.expect)}`);
  if (one.needs.length > 0) lines.push("", `Needs: ${one.needs.join(", ")}`);
  if (one.exclusive) lines.push("", "Runs with no other case beside it.");
  return lines.join("\n");
}
