import { z } from "zod";
import type { UnexplainedDeath } from "./runner/suite.ts";
import type { CaseResult, Death } from "./runner/verdict.ts";

export const deathSchema = z.strictObject({
  /** Stands somewhere in the target's last words. */
  stderr: z.string().min(1),
  /** So many deaths of a run are taken for this one; more of them are a problem. */
  most: z.int().min(1),
  reason: z.string().min(1),
});

/** A way to die that may strike whatever case is under way, because it hangs on the moment and not on what the case does. */
export type KnownDeath = z.output<typeof deathSchema>;

export interface StrayDeaths {
  /** Results that say nothing but that the target died a known death. */
  readonly ofCases: ReadonlyMap<CaseResult, KnownDeath>;
  /** Deaths of no single case, without those that are known. */
  readonly unexplained: readonly UnexplainedDeath[];
  readonly problems: readonly string[];
}

/** Which deaths of a run the list knows. `results` holds those that are not as the list says of their case itself. */
export function strayDeaths(
  known: readonly KnownDeath[],
  results: readonly CaseResult[],
  unexplained: readonly UnexplainedDeath[],
): StrayDeaths {
  const counts = new Map<KnownDeath, number>();
  const find = (death: Death | undefined) => {
    const found = death === undefined ? undefined : known.find((one) => death.stderr.includes(one.stderr));
    if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
    return found;
  };
  const ofCases = new Map<CaseResult, KnownDeath>();
  for (const result of results) {
    const found = find(result.death);
    if (found !== undefined) ofCases.set(result, found);
  }
  const left = unexplained.filter(({ death }) => find(death) === undefined);
  const problems = [...counts].flatMap(([{ stderr, most }, count]) =>
    count > most
      ? [
          `the target died ${count} times with ${JSON.stringify(stderr)} in cases that do not list it, where the list allows ${most}`,
        ]
      : [],
  );
  return { ofCases, unexplained: left, problems };
}
