import { type RequirementId, requirements } from "../generated/requirements.ts";
import type { TranscriptEvent } from "../probe/transcript.ts";

export const VERDICTS = [
  "pass",
  "fail",
  "non-strict",
  "informational",
  "unimplemented",
  "skipped",
  "inconclusive",
  "error",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What went otherwise than it should, in the terms of the step or expectation that noticed. */
export interface FailureReport {
  readonly step: string;
  readonly expected: string;
  readonly came: string;
}

/** How a target ended. Exit code and signal only where the kit started the target itself. */
export interface Death {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

export interface CaseResult {
  readonly id: string;
  readonly verdict: Verdict;
  readonly requirements: readonly RequirementId[];
  readonly durationMs: number;
  /** One sentence for every verdict but a pass. */
  readonly reason?: string;
  readonly failure?: FailureReport;
  /** The case ended the target. */
  readonly death?: Death;
  /** After the case the target accepted connections and completed no Handshake. */
  readonly hang?: boolean;
  readonly transcript: readonly TranscriptEvent[];
}

/** The verdict a missed requirement gives: the strongest level among those a case is about. */
export function missed(ids: readonly RequirementId[]): Verdict {
  const levels = ids.map((id) => requirements[id].level);
  if (levels.some((level) => level.startsWith("MUST"))) return "fail";
  return levels.some((level) => level.startsWith("SHOULD")) ? "non-strict" : "informational";
}
