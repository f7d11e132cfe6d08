// npm run mutants: each fault that is put into the reference node, or into the gateway, must be noticed by the case that is named for it, with the
// requirement that is named for it; and the programs without a fault by none.
import { fileURLToPath } from "node:url";
import type { Case } from "../case.ts";
import { cases } from "../cases/index.ts";
import { Suite } from "../runner/suite.ts";
import type { CaseResult } from "../runner/verdict.ts";
import { ExecTarget } from "../targets/exec.ts";
import { GatewayExecTarget } from "../targets/gateway.ts";
import { MutantWorkshop } from "./build.ts";
import { loadMutants, type Mutant } from "./mutant.ts";

/** Mutants under way at a time. */
const PARALLEL = 3;
const NOTICED = new Set(["fail", "non-strict"]);

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const workshop = new MutantWorkshop(repository);
const wanted = process.argv.slice(2);
const mutants = loadMutants(fileURLToPath(new URL("../../mutants", import.meta.url))).filter(
  (mutant) => wanted.length === 0 || wanted.some((word) => mutant.id.includes(word)),
);

async function judge(
  program: string,
  which: readonly Case[],
  description: string,
  concurrency: number,
): Promise<readonly CaseResult[]> {
  const target = which.some((one) => one.role === "gateway")
    ? new GatewayExecTarget([process.execPath, program, "-c", "{config}"], description, [])
    : new ExecTarget([process.execPath, program, "{bind}", "{bootstrap}"], description, []);
  try {
    const { results } = await new Suite({
      cases: which,
      target,
      limits: { timeoutMs: 5000, seed: 1 },
      concurrency,
    }).run();
    return results;
  } finally {
    await target.stop();
  }
}

/** What is wrong with the proof that a mutant gives; empty when it is killed as promised. */
async function survives(mutant: Mutant): Promise<string[]> {
  const named = cases.filter((one) => mutant.killedBy.includes(one.id));
  const results = await judge(workshop.build(mutant), named, mutant.id, named.length);
  return results.flatMap((result) => {
    if (!NOTICED.has(result.verdict))
      return [`${result.id} says ${result.verdict}${result.reason ? ` (${result.reason})` : ""}`];
    if (!result.requirements.includes(mutant.requirement))
      return [`${result.id} fails without naming ${mutant.requirement}`];
    return [];
  });
}

function tell(end: string, mutant: Mutant, problems: readonly string[]): void {
  const cases =
    problems.length === 0 ? `  ${mutant.killedBy.join(", ")}` : `\n          ${problems.join("\n          ")}`;
  console.log(`${end.padEnd(9)} ${mutant.id}  ${mutant.requirement}${cases}`);
}

async function main(): Promise<number> {
  if (mutants.length === 0) {
    console.error(`no mutant matches ${wanted.join(", ")}`);
    return 2;
  }
  const named = new Set(mutants.flatMap((mutant) => mutant.killedBy));
  const pristine: CaseResult[] = [];
  for (const program of ["reference", "gateway"] as const) {
    const wanted = cases.filter((one) => named.has(one.id) && (one.role === "gateway") === (program === "gateway"));
    if (wanted.length > 0) pristine.push(...(await judge(workshop.build(program), wanted, `pristine ${program}`, 8)));
  }
  const noticed = pristine.filter((result) => result.verdict !== "pass");
  for (const result of noticed) console.log(`PRISTINE  ${result.id}: ${result.verdict} ${result.reason ?? ""}`);

  let killed = 0;
  const waiting = [...mutants];
  const survivors: Mutant[] = [];
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const problems = await survives(mutant).catch((error: unknown) => [String(error)]);
      if (problems.length === 0) killed += 1;
      else survivors.push(mutant);
      tell(problems.length === 0 ? "killed" : "DOUBTFUL", mutant, problems);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  // Beside two others a machine that is busy may answer too late for a verdict: once more with nothing beside it.
  let failed = 0;
  for (const mutant of survivors) {
    const problems = await survives(mutant).catch((error: unknown) => [String(error)]);
    if (problems.length === 0) killed += 1;
    else failed += 1;
    tell(problems.length === 0 ? "killed at the second look" : "SURVIVES", mutant, problems);
  }
  workshop.clean();
  console.log(
    `\n${killed} of ${mutants.length} mutants killed; the pristine programs are noticed by ${noticed.length} of ${named.size} cases`,
  );
  console.log(`${killed + named.size - noticed.length} passed, ${failed + noticed.length} failed`);
  return failed + noticed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
