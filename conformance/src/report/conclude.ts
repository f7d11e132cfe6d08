import { type Case, TEST_SERVICES } from "../case.ts";
import { type RequirementId, requirements } from "../generated/requirements.ts";
import { strayDeaths } from "../known-deaths.ts";
import { type KnownFailure, type KnownFailures, matches, staleEntries } from "../known-failures.ts";
import { toHex } from "../probe/bytes.ts";
import type { SuiteResult } from "../runner/suite.ts";
import { type CaseResult, VERDICTS, type Verdict } from "../runner/verdict.ts";
import type { CaseReport, Report } from "./schema.ts";
import { renderTranscript, sentLines } from "./transcript.ts";

export interface RunDescription {
  readonly version: string;
  readonly startedAt: Date;
  readonly seed: number;
  readonly strict: boolean;
  /** The target is judged as a gateway, and not as a node. */
  readonly forGateways: boolean;
  readonly target: { readonly kind: Report["target"]["kind"]; readonly description: string };
  readonly known: KnownFailures;
  readonly allCases: readonly Case[];
  /** YYYY-MM-DD, for entries that expire. */
  readonly today: string;
  repeatCommand(id: string): string;
}

/** Verdicts that say something about the requirements of a case. */
const JUDGED: ReadonlySet<Verdict> = new Set(["pass", "fail", "non-strict", "informational"]);
const SHOWN: ReadonlySet<Verdict> = new Set(["fail", "non-strict", "informational", "inconclusive", "error"]);

/** Of a node what its peers see; of a gateway what its HTTP clients and the services behind it see. */
function isVisible(id: RequirementId, { forGateways }: Pick<RunDescription, "forGateways">): boolean {
  const requirement = requirements[id];
  return requirement.observability === (forGateways ? "http" : "wire") && requirement.untestable === undefined;
}

export function emptySummary(): Record<Verdict, number> {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
}

/** A report without any case, for an end before the first. */
export function bareReport(run: RunDescription, exitCode: 2 | 3 | 4, problems: string[]): Report {
  return {
    schemaVersion: 1,
    kit: { name: "flatend-conformance", version: run.version },
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.max(0, Date.now() - run.startedAt.getTime()),
    seed: run.seed,
    profile: run.strict ? "base-strict" : "base",
    target: { kind: run.target.kind, description: run.target.description, services: [], roundTripMs: 0 },
    exitCode,
    conclusion: exitCode === 2 ? "wrong usage" : exitCode === 3 ? "incomplete" : "unreachable",
    problems,
    summary: emptySummary(),
    requirements: { exercised: 0, of: visibleRequirements(run).length, broken: [] },
    deaths: [],
    cases: [],
  };
}

function visibleRequirements(run: Pick<RunDescription, "forGateways">): RequirementId[] {
  return (Object.keys(requirements) as RequirementId[]).filter((id) => isVisible(id, run));
}

/** Whether a result speaks against the target: a missed SHOULD does so only in the strict profile. */
function counts(result: CaseResult, strict: boolean): boolean {
  return result.verdict === "fail" || (strict && result.verdict === "non-strict");
}

/** The report of a run, with its exit code. `repeats` holds the results of further runs of the same cases. */
export function conclude(
  run: RunDescription,
  selected: readonly Case[],
  suite: SuiteResult,
  repeats: readonly SuiteResult[] = [],
): Report {
  const base = bareReport(run, 3, []);
  const listed = new Map(run.known.failures.map((entry) => [entry.case, entry]));
  const asListed = (result: CaseResult) => {
    const entry = listed.get(result.id);
    return entry !== undefined && matches(entry, result) && !(entry.expires !== undefined && entry.expires < run.today)
      ? entry
      : undefined;
  };
  const strays = strayDeaths(
    run.known.deaths,
    suite.results.filter((result) => asListed(result) === undefined),
    [suite, ...repeats].flatMap((one) => one.unexplained),
  );
  const known = (result: CaseResult) => asListed(result) ?? strays.ofCases.get(result);
  const summary = emptySummary();
  const exercised = new Set<RequirementId>();
  const broken = new Set<RequirementId>();
  const flaky: string[] = [];
  const cases = suite.results.map((result, index): CaseReport => {
    summary[result.verdict]++;
    if (JUDGED.has(result.verdict)) for (const id of result.requirements) exercised.add(id);
    if (counts(result, run.strict)) for (const id of result.requirements) broken.add(id);
    const verdicts = [result, ...repeats.flatMap((repeat) => repeat.results[index] ?? [])].map((one) => one.verdict);
    const differ = new Set(verdicts).size > 1;
    if (differ) flaky.push(result.id);
    return caseReport(result, selected[index] as Case, known(result), differ ? verdicts : undefined, run);
  });
  const stale = staleEntries(
    run.known.failures,
    new Set(run.allCases.map((one) => one.id)),
    suite.results.filter((result) => !strays.ofCases.has(result)),
    run.today,
  );
  const { unexplained } = strays;
  const against = suite.results.filter((result) => counts(result, run.strict) && known(result) === undefined);
  const open = suite.results.filter(
    (result) => (result.verdict === "inconclusive" || result.verdict === "error") && known(result) === undefined,
  );
  const judged = suite.results.filter((result) => JUDGED.has(result.verdict));
  const serviceCases = selected.filter(needsService);
  const serviceJudged = suite.results.some(
    (result, index) => JUDGED.has(result.verdict) && needsService(selected[index] as Case),
  );

  const wrong: string[] = [];
  if (against.length > 0) wrong.push(`${against.length} ${against.length === 1 ? "case fails" : "cases fail"}`);
  if (unexplained.length > 0) wrong.push(`the target died ${unexplained.length} times of no single case`);
  wrong.push(...strays.problems, ...stale);
  if (flaky.length > 0) wrong.push(`verdicts differ between repetitions: ${flaky.join(", ")}`);
  const missing: string[] = [];
  const interrupted = suite.interrupted || repeats.some((one) => one.interrupted);
  if (interrupted) missing.push("the run was interrupted");
  if (judged.length === 0) missing.push("no case came to a verdict");
  if (serviceCases.length > 0 && !serviceJudged)
    missing.push(
      `no case with a test service came to a verdict${suite.facts.services.some((name) => (TEST_SERVICES as readonly string[]).includes(name)) ? "" : `: the target hosts none of ${TEST_SERVICES.join(", ")} (appendix B)`}`,
    );
  if (open.length > 0)
    missing.push(`${open.length} ${open.length === 1 ? "case is" : "cases are"} inconclusive or in error`);

  const exitCode = interrupted ? 3 : wrong.length > 0 ? 1 : missing.length > 0 ? 3 : 0;
  const { facts } = suite;
  return {
    ...base,
    durationMs: Math.max(0, Date.now() - run.startedAt.getTime()),
    target: {
      ...base.target,
      ...(facts.publicKey === undefined ? {} : { publicKey: toHex(facts.publicKey) }),
      services: [...facts.services],
      roundTripMs: Math.round(facts.roundTripMs * 1000) / 1000,
    },
    exitCode,
    conclusion: exitCode === 0 ? "conforms" : exitCode === 1 ? "does not conform" : "incomplete",
    problems: [...wrong, ...missing],
    summary,
    requirements: {
      exercised: [...exercised].filter((id) => isVisible(id, run)).length,
      of: visibleRequirements(run).length,
      broken: [...broken].sort(),
    },
    deaths: unexplained.map(({ death, around }) => ({ ...death, around: [...around] })),
    cases,
  };
}

function needsService(one: Case): boolean {
  return one.needs.some((need) => (TEST_SERVICES as readonly string[]).includes(need));
}

function caseReport(
  result: CaseResult,
  one: Case,
  known: Pick<KnownFailure, "reason" | "link" | "expires"> | undefined,
  verdicts: Verdict[] | undefined,
  run: RunDescription,
): CaseReport {
  const shown = SHOWN.has(result.verdict) && result.transcript.length > 0;
  return {
    id: result.id,
    verdict: result.verdict,
    requirements: [...result.requirements],
    durationMs: result.durationMs,
    why: one.why,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    ...(result.failure === undefined ? {} : { failure: { ...result.failure } }),
    ...(result.death === undefined
      ? {}
      : {
          crash: true as const,
          exitCode: result.death.exitCode,
          signal: result.death.signal,
          stderr: result.death.stderr,
        }),
    ...(result.hang === true ? { hang: true as const } : {}),
    ...(known === undefined
      ? {}
      : {
          known: {
            reason: known.reason,
            ...(known.link === undefined ? {} : { link: known.link }),
            ...(known.expires === undefined ? {} : { expires: known.expires }),
          },
        }),
    ...(verdicts === undefined ? {} : { verdicts }),
    ...(shown ? { sent: sentLines(result.transcript), transcript: renderTranscript(result.transcript) } : {}),
    ...(SHOWN.has(result.verdict) ? { repeat: run.repeatCommand(result.id) } : {}),
  };
}
