/** Writes the requirements as TypeScript, so that a case that names an unknown id does not compile. */

import { compareText } from "./problem.ts";
import type { Requirement } from "./requirement.ts";

const HEADER = `// Generated from spec/*.md by \`npm run spec\`. Do not edit.

export type RequirementLevel = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";

export interface Requirement {
  readonly id: RequirementId;
  readonly level: RequirementLevel;
  /** Whom the rule binds: node, dialer, listener, requester, responder, reader, writer, … */
  readonly actor: string;
  /** The rule's own sentence, from its key word on. */
  readonly text: string;
  /** wire: a peer can see it. http: clients and services of a gateway can. api: the user of the node can. internal: only its own tests can. */
  readonly observability: "wire" | "http" | "api" | "internal";
  /** Whether the rule binds whoever produces bytes or whoever consumes them. */
  readonly side?: "writes" | "reads";
  /** The rules of the other side that answer this one. */
  readonly pairs: readonly RequirementId[];
  /** Why neither a case nor a vector can reach it. */
  readonly untestable?: string;
  /** File of the chapter inside spec/. */
  readonly chapter: string;
  readonly line: number;
}
`;

export function emitRequirements(requirements: readonly Requirement[]): string {
  const sorted = [...requirements].sort((a, b) => compareText(a.id, b.id));
  const ids = sorted.map((requirement) => `\n  | ${JSON.stringify(requirement.id)}`).join("") || " never";
  const entries = sorted.map((requirement) => `  ${JSON.stringify(requirement.id)}: ${entry(requirement)},\n`);
  return `${HEADER}
export type RequirementId =${ids};

export const requirements: Readonly<Record<RequirementId, Requirement>> = {
${entries.join("")}};
`;
}

function entry(requirement: Requirement): string {
  const fields: string[] = [
    `id: ${JSON.stringify(requirement.id)}`,
    `level: ${JSON.stringify(requirement.level)}`,
    `actor: ${JSON.stringify(requirement.actor)}`,
    `text: ${JSON.stringify(requirement.text)}`,
    `observability: ${JSON.stringify(requirement.observability)}`,
  ];
  if (requirement.side) fields.push(`side: ${JSON.stringify(requirement.side)}`);
  fields.push(`pairs: ${JSON.stringify(requirement.pairs)}`);
  if (requirement.untestable !== undefined) fields.push(`untestable: ${JSON.stringify(requirement.untestable)}`);
  fields.push(`chapter: ${JSON.stringify(requirement.chapter)}`, `line: ${requirement.line}`);
  return `{ ${fields.join(", ")} }`;
}
