import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Case } from "../case.ts";
import {
  assertRewritable,
  BadKnownFailures,
  type KnownFailures,
  NOTHING_KNOWN,
  parseKnownFailures,
  updateKnownFailures,
} from "../known-failures.ts";
import { bareReport, conclude, type RunDescription } from "../report/conclude.ts";
import { writeReport, writeTranscript } from "../report/files.ts";
import { jsonReporter } from "../report/json.ts";
import { prettyReporter } from "../report/pretty.ts";
import type { Output, Reporter, ReporterName } from "../report/reporter.ts";
import type { Report } from "../report/schema.ts";
import { Suite, type SuiteResult } from "../runner/suite.ts";
import type { CaseResult } from "../runner/verdict.ts";
import { AddressTarget, parseAddress } from "../targets/address.ts";
import { startEmbeddedNode } from "../targets/embedded.ts";
import { ExecTarget } from "../targets/exec.ts";
import { GatewayAddressTarget, GatewayExecTarget } from "../targets/gateway.ts";
import { ListenTarget } from "../targets/listen.ts";
import { type Address, type Target, TargetUnreachable } from "../targets/target.ts";
import { BadCommand, quoteWord } from "../targets/words.ts";
import { type Arguments, UsageError } from "./arguments.ts";
import { selectCases } from "./select.ts";

export interface Environment {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  readonly cases: readonly Case[];
  /** Aborted when the user interrupts. */
  readonly interrupt: AbortSignal;
}

const REPORTER_OF: Record<ReporterName, (output: Output) => Reporter> = { pretty: prettyReporter, json: jsonReporter };

const isGateway = (args: Arguments): boolean => args.gateway !== undefined || args.gatewayExec !== undefined;

/** An address of the command line, which has been checked. */
const address = (text: string): Address => parseAddress(text) as Address;

export function targetOf(args: Arguments): Target {
  const { target, gateway } = args;
  if (target !== undefined && gateway !== undefined) {
    const others = [
      ["bounded", "--gateway-bounded", args.gatewayBounded],
      ["secure", "--gateway-https", args.gatewayHttps],
      ["redirect", "--gateway-redirect", args.gatewayRedirect],
    ] as const;
    const given = others.flatMap(([name, flag, text]) => (text === undefined ? [] : [{ name, flag, text }]));
    const flags = ["--gateway", gateway, ...given.flatMap(({ flag, text }) => [flag, text])];
    const servers = Object.fromEntries(given.map(({ name, text }) => [name, address(text)]));
    return new GatewayAddressTarget(target, address(target), { main: address(gateway), ...servers }, flags);
  }
  if (target !== undefined) return new AddressTarget(target, address(target));
  if (args.listen !== undefined) return new ListenTarget(args.listen, address(args.listen));
  try {
    if (args.gatewayExec !== undefined) return GatewayExecTarget.fromCommand(args.gatewayExec);
    if (args.exec === undefined) return startEmbeddedNode();
    return ExecTarget.fromCommand(args.exec);
  } catch (error) {
    throw error instanceof BadCommand ? new UsageError(error.message) : error;
  }
}

function readKnown(path: string | undefined, toRewrite: boolean): { text: string; entries: KnownFailures } {
  if (path === undefined || (toRewrite && !existsSync(path))) return { text: "", entries: NOTHING_KNOWN };
  try {
    const text = readFileSync(path, "utf8");
    const entries = parseKnownFailures(text, path);
    if (toRewrite) assertRewritable(text, entries.failures, path);
    return { text, entries };
  } catch (error) {
    if (error instanceof BadKnownFailures) throw new UsageError(error.message);
    throw new UsageError(`--known-failures: ${(error as Error).message}`);
  }
}

/** Runs cases as the arguments say; returns the report, which is written and shown already. */
export async function runCases(args: Arguments, environment: Environment): Promise<Report> {
  const { cases, interrupt, stdout } = environment;
  const forGateways = isGateway(args);
  const selected = selectCases(cases, args.only, args.skip).filter((one) => (one.role === "gateway") === forGateways);
  const known = readKnown(args.knownFailures, args.updateExpectations);
  const target = targetOf(args);
  const seed = args.seed ?? Math.floor(Math.random() * 0x1_0000_0000);
  const run: RunDescription = {
    version: environment.version,
    startedAt: new Date(),
    seed,
    strict: args.strict,
    forGateways,
    target: { kind: target.kind, description: target.description },
    known: known.entries,
    allCases: cases,
    today: new Date().toISOString().slice(0, 10),
    repeatCommand: (id) =>
      ["npx", "flatend-conformance", ...target.flags, "--only", id, "--seed", String(seed)].map(quoteWord).join(" "),
  };
  const reporters = args.reporters.map((name) => REPORTER_OF[name](stdout));
  const finish = (report: Report): Report => {
    if (args.out !== undefined) writeReport(args.out, report);
    for (const reporter of reporters) reporter.end(report);
    return report;
  };
  if (selected.length === 0)
    return finish(
      bareReport(run, 3, [
        `--only and --skip leave no case to run${forGateways ? " about gateways" : "; cases about gateways want --gateway or --gateway-exec"}`,
      ]),
    );
  for (const reporter of reporters) reporter.start?.(selected, target.description, seed);
  try {
    const runs = await runRepeatedly(args, selected, target, seed, interrupt, reporters);
    const [first, ...repeats] = runs;
    const report = conclude(run, selected, first as SuiteResult, repeats);
    if (args.updateExpectations && args.knownFailures !== undefined && !(first as SuiteResult).interrupted) {
      writeFileSync(
        args.knownFailures,
        updateKnownFailures(known.text, new Set(cases.map((one) => one.id)), (first as SuiteResult).results),
      );
    }
    return finish(report);
  } catch (error) {
    if (!(error instanceof TargetUnreachable)) throw error;
    return finish(bareReport(run, 4, [error.message]));
  } finally {
    await target.stop();
  }
}

async function runRepeatedly(
  args: Arguments,
  selected: readonly Case[],
  target: Target,
  seed: number,
  signal: AbortSignal,
  reporters: readonly Reporter[],
): Promise<SuiteResult[]> {
  const runs: SuiteResult[] = [];
  for (let repeat = 0; repeat < args.verify && !(repeat > 0 && signal.aborted); repeat++) {
    const done = new Set<string>();
    const show = (result: CaseResult) => {
      done.add(result.id);
      for (const reporter of reporters) reporter.result?.(result, done.size, selected.length);
      if (args.transcript !== undefined) writeTranscript(args.transcript, result);
    };
    const suite = new Suite({
      cases: selected,
      target,
      limits: { timeoutMs: args.timeoutMs, seed },
      concurrency: args.concurrency,
      repeat,
      signal,
      ...(args.seed !== undefined || args.verify > 1 ? { shuffleSeed: seed + repeat } : {}),
      onResult: show,
      onStart: (facts, refuses) => {
        for (const reporter of reporters) reporter.ready?.(facts, refuses);
      },
    });
    runs.push(await suite.run());
    if (repeat + 1 < args.verify) await target.stop();
  }
  return runs;
}
