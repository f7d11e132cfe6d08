import type { Case } from "../case.ts";
import { describeDeath } from "../targets/program.ts";
import type { CaseResult, Death } from "./verdict.ts";

/** How a target ended that the kit does not own. */
export const UNKNOWN: Death = { exitCode: null, signal: null, stderr: "" };

/** A case that the target died of. */
export function asCrash(result: CaseResult, death: Death | undefined): CaseResult {
  const how = death === undefined ? "" : ` (${describeDeath(death)})`;
  return {
    ...result,
    verdict: "fail",
    requirements: result.requirements.includes("FLT-ERR-002")
      ? result.requirements
      : [...result.requirements, "FLT-ERR-002"],
    reason: `the target died of this case${how}`,
    death: death ?? UNKNOWN,
  };
}
/** A case after which the target accepted connections and served nobody. */
export function asHang(result: CaseResult): CaseResult {
  const { reason } = result;
  const requirements = result.requirements.includes("FLT-ERR-002")
    ? result.requirements
    : ([...result.requirements, "FLT-ERR-002"] as const);
  return {
    ...result,
    verdict: "fail",
    requirements,
    hang: true,
    reason: `after this case the target served nobody any more; ${reason ?? ""}`,
  };
}
/** A case that did not run. */
export function nothing(one: Case, verdict: "inconclusive" | "skipped" | "unimplemented", reason: string): CaseResult {
  return { id: one.id, verdict, requirements: one.requires, durationMs: 0, reason, transcript: [] };
}
