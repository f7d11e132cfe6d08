import type { Case } from "../case.ts";
import { Transcript } from "../probe/transcript.ts";
import { applyChange } from "../steps/change.ts";
import type { DialIn } from "../targets/dial-in.ts";
import { describeDeath } from "../targets/program.ts";
import { type Limits, RunContext, runLabel, type TargetFacts } from "./context.ts";
import { judge, performAll, StepFailure } from "./judge.ts";
import { type Life, lookForLife } from "./liveness.ts";
import { type CaseResult, type Death, type FailureReport, missed } from "./verdict.ts";

/** What a run tells about the target's life goes to the runner, which knows how to blame and to restart. */
export interface CaseRun {
  readonly result: CaseResult;
  readonly life: Life["state"];
}

/** What the target lacks for this case, or undefined. */
export function missingNeed(one: Case, target: TargetFacts): string | undefined {
  for (const need of one.needs) {
    if (need === "bounded") {
      if (target.gateway?.bounded === undefined) return "the server with small limits is not known (--gateway-bounded)";
    } else if (need === "secure") {
      if (target.gateway?.secure === undefined || target.gateway.redirect === undefined)
        return "the HTTPS server is not known (--gateway-https, --gateway-redirect)";
    } else if (need === "reload") {
      if (target.control?.configure === undefined)
        return "the kit cannot give the gateway another configuration: start it with --gateway-exec and {config}";
    } else if (need === "end") {
      if (target.control?.end === undefined)
        return "the kit cannot ask the gateway to end: start it with --gateway-exec, not on Windows";
    } else if (need === "identity") {
      if (target.publicKey === undefined) return "the target is anonymous";
    } else if (!target.services.includes(need)) return `the target does not host the test service "${need}"`;
    else if (need === "shutdown" && target.isOwned !== true)
      return "the kit cannot start the target again once it is shut down: start it with --exec";
  }
  return undefined;
}

/** One case: its control, its change, and the target's life afterwards, each on connections of its own. */
export async function runCase(
  one: Case,
  target: TargetFacts,
  limits: Limits,
  repeat = 0,
  dialIn?: DialIn,
): Promise<CaseRun> {
  const start = performance.now();
  const transcript = new Transcript();
  const finish = (verdict: CaseResult["verdict"], life: Life["state"], more: Partial<CaseResult> = {}): CaseRun => ({
    life,
    result: {
      id: one.id,
      verdict,
      requirements: one.requires,
      durationMs: Math.round(performance.now() - start),
      transcript: transcript.events,
      ...more,
    },
  });
  if (one.role === "gateway" && target.gateway === undefined)
    return finish("unimplemented", "alive", {
      reason: "the target is not known to be a gateway (--gateway, --gateway-exec)",
    });
  const missing = missingNeed(one, target);
  if (missing !== undefined) return finish("unimplemented", "alive", { reason: missing });
  if (one.role === "dialer") return runDialing(one, target, limits, repeat, transcript, finish, dialIn);
  try {
    if (one.change === undefined) {
      transcript.note("main", "— the case —");
      const failure = await attempt(one, "control", target, limits, transcript, repeat, (context) =>
        performAll(one.control, context),
      );
      if (failure === undefined) return finish("pass", "alive");
      const life = await lookForLife(target, limits);
      return finish(missed(one.requires), life.state, { reason: sentence(failure), failure, ...hung(life) });
    }
    transcript.note("main", "— control: the same exchange without the change —");
    const control = await attempt(one, "control", target, limits, transcript, repeat, (context) =>
      performAll(one.control, context),
    );
    if (control !== undefined) {
      const life = await lookForLife(target, limits);
      return finish("inconclusive", life.state, {
        reason: `the control failed: ${sentence(control)}`,
        failure: control,
      });
    }
    transcript.note("main", "— the case: the control with its change —");
    const { steps, resume } = applyChange(one.control, one.change);
    const start = one.control.findIndex((step) => step.name === one.change?.at);
    const connection = one.control[start]?.connection ?? "main";
    const failure = await attempt(one, "changed", target, limits, transcript, repeat, (context) =>
      judge({ steps, start, resume, connection }, one.expect, context),
    );
    const life = await lookForLife(target, limits);
    if (failure !== undefined)
      return finish(missed(one.requires), life.state, { reason: sentence(failure), failure, ...hung(life) });
    if (life.state === "alive") return finish("pass", "alive");
    const stillborn: FailureReport = {
      step: "a fresh connection afterwards",
      expected: "a completed key exchange and Handshake",
      came: life.reason,
    };
    return finish("fail", life.state, { reason: sentence(stillborn), failure: stillborn, ...hung(life) });
  } catch (error) {
    return finish("error", "alive", { reason: `the kit is at fault: ${(error as Error).stack ?? String(error)}` });
  }
}

function hung(life: Life): Partial<CaseResult> {
  return life.state === "hung" ? { hang: true } : {};
}

function sentence(failure: FailureReport): string {
  return `expected ${failure.expected}; ${failure.came}`;
}

type Finish = (verdict: CaseResult["verdict"], life: Life["state"], more?: Partial<CaseResult>) => CaseRun;

/** A case in which the target dials the kit: a process of its own for each run, so that its death is this case's doing. */
async function runDialing(
  one: Case,
  target: TargetFacts,
  limits: Limits,
  repeat: number,
  transcript: Transcript,
  finish: Finish,
  dialIn: DialIn | undefined,
): Promise<CaseRun> {
  if (dialIn === undefined)
    return finish("unimplemented", "alive", {
      reason: "the kit cannot make the target dial: give --exec a command with {bootstrap}, or --listen",
    });
  try {
    if (one.change !== undefined) {
      transcript.note("main", "— control: the same exchange without the change —");
      const control = await dialed(one, "control", target, limits, transcript, repeat, dialIn, (context) =>
        performAll(one.control, context),
      );
      if (control.failure !== undefined)
        return finish("inconclusive", "alive", {
          reason: `the control failed: ${sentence(control.failure)}`,
          failure: control.failure,
        });
    }
    transcript.note("main", one.change === undefined ? "— the case —" : "— the case: the control with its change —");
    const { failure, death } = await dialed(
      one,
      "changed",
      target,
      limits,
      transcript,
      repeat,
      dialIn,
      async (context) => {
        if (one.change === undefined) return performAll(one.control, context);
        const { steps, resume } = applyChange(one.control, one.change);
        const start = one.control.findIndex((step) => step.name === one.change?.at);
        return judge(
          { steps, start, resume, connection: one.control[start]?.connection ?? "main" },
          one.expect,
          context,
        );
      },
    );
    // A program need not outlive the node that it was asked to shut down.
    const isWanted = one.needs.includes("shutdown") && death?.exitCode === 0;
    if (death !== undefined && !isWanted)
      return finish("fail", "alive", {
        requirements: [...one.requires, "FLT-ERR-002"],
        reason: `the target died of this case (${describeDeath(death)})`,
        death,
        ...(failure === undefined ? {} : { failure }),
      });
    if (failure !== undefined) return finish(missed(one.requires), "alive", { reason: sentence(failure), failure });
    return finish("pass", "alive");
  } catch (error) {
    return finish("error", "alive", { reason: `the kit is at fault: ${(error as Error).stack ?? String(error)}` });
  }
}

/** Time in which a death that the last step has caused shows, ms. */
const DEATH_MS = 100;

async function dialed(
  one: Case,
  part: "control" | "changed",
  target: TargetFacts,
  limits: Limits,
  transcript: Transcript,
  repeat: number,
  dialIn: DialIn,
  run: (context: RunContext) => Promise<void>,
): Promise<{ failure?: FailureReport; death?: Death }> {
  const dialing = await dialIn.open();
  try {
    const context = new RunContext(runLabel(one, part, repeat), target, limits, transcript, dialing);
    const failure = await attemptIn(context, run);
    const death = await dialing.death(DEATH_MS);
    return { ...(failure === undefined ? {} : { failure }), ...(death === undefined ? {} : { death }) };
  } finally {
    await dialing.close();
  }
}

async function attempt(
  one: Case,
  part: "control" | "changed",
  target: TargetFacts,
  limits: Limits,
  transcript: Transcript,
  repeat: number,
  run: (context: RunContext) => Promise<void>,
): Promise<FailureReport | undefined> {
  return attemptIn(new RunContext(runLabel(one, part, repeat), target, limits, transcript), run);
}

async function attemptIn(
  context: RunContext,
  run: (context: RunContext) => Promise<void>,
): Promise<FailureReport | undefined> {
  try {
    await run(context);
    return undefined;
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    const inner = error.failure;
    return { step: error.step, expected: inner.expected, came: inner.came };
  } finally {
    await context.close();
  }
}
