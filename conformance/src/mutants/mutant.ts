import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cases } from "../cases/index.ts";
import { type RequirementId, requirements } from "../generated/requirements.ts";

const requirementId = z.custom<RequirementId>((value) => typeof value === "string" && value in requirements, {
  message: "expected the id of a requirement of the specification",
});

const mutantSchema = z.strictObject({
  /** Layer and fault, as `session/no-tag-check`. Those of the gateway begin with `gateway/`, all others are of the reference node. */
  id: z.string().regex(/^[a-z]+\/[a-z0-9-]+$/),
  /** Source file below the src of its package. */
  file: z.string(),
  /** Occurs exactly once in the file. */
  find: z.string().min(1),
  replace: z.string(),
  /** What the mutated node breaks. */
  requirement: requirementId,
  /** Cases each of which must notice, and name the requirement. */
  killedBy: z.array(z.string()).min(1),
});

/** One fault put into the reference node, or into the gateway, on purpose. */
export type Mutant = z.infer<typeof mutantSchema>;

export const isOfGateway = ({ id }: Pick<Mutant, "id">): boolean => id.startsWith("gateway/");

/** All mutants of conformance/mutants. Throws on a file that does not fit, a name used twice, or a case that does not exist. */
export function loadMutants(directory: string): Mutant[] {
  const mutants = readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => {
      const parsed = z.array(mutantSchema).safeParse(JSON.parse(readFileSync(join(directory, name), "utf8")));
      if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    });
  const known = new Map(cases.map((one) => [one.id, one]));
  const seen = new Set<string>();
  for (const mutant of mutants) {
    if (seen.has(mutant.id)) throw new Error(`${mutant.id}: two mutants have this id`);
    seen.add(mutant.id);
    for (const id of mutant.killedBy) {
      const one = known.get(id);
      if (!one) throw new Error(`${mutant.id}: there is no case ${id}`);
      if (isOfGateway(mutant) !== (one.role === "gateway"))
        throw new Error(`${mutant.id}: the case ${id} is about another program`);
      if (!one.requires.includes(mutant.requirement)) {
        throw new Error(`${mutant.id}: the case ${id} is not about ${mutant.requirement}, so it cannot report it`);
      }
    }
  }
  return mutants;
}

/** The source with its fault. Throws when the text to replace does not stand in it exactly once. */
export function applyMutant(source: string, mutant: Pick<Mutant, "id" | "file" | "find" | "replace">): string {
  const parts = source.split(mutant.find);
  if (parts.length !== 2) {
    throw new Error(`${mutant.id}: expected its text once in ${mutant.file}, found it ${parts.length - 1} times`);
  }
  return parts.join(mutant.replace);
}
