import { readFileSync } from "node:fs";
import { lintCases } from "./case.ts";
import { cases } from "./cases/index.ts";
import { outOf, parseArguments, UsageError } from "./cli/arguments.ts";
import { runFuzz, runReplay } from "./cli/fuzz.ts";
import { HELP } from "./cli/help.ts";
import { terminal } from "./cli/output.ts";
import { runCases } from "./cli/run.ts";
import { selectCases } from "./cli/select.ts";
import { explain, listCases } from "./cli/show.ts";
import { NOTHING_KNOWN } from "./known-failures.ts";
import { bareReport } from "./report/conclude.ts";
import { writeReport } from "./report/files.ts";
import { gatewayConfiguration } from "./targets/gateway-configuration.ts";

export function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The command line of the kit. Resolves with the exit code: 0 conforms, 1 does not, 2 wrong usage, 3 incomplete, 4 unreachable. */
export async function main(argv: readonly string[]): Promise<number> {
  const stdout = terminal(process.stdout);
  const stderr = terminal(process.stderr);
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    const args = parseArguments(argv);
    if (args.help) stdout.write(HELP);
    else if (args.version) stdout.write(`${version()}\n`);
    else if (args.list) stdout.write(`${listCases(selectCases(cases, args.only, args.skip))}\n`);
    else if (args.gatewayConfig) stdout.write(gatewayConfiguration(address(9000), SERVERS));
    else if (args.explain !== undefined) stdout.write(`${explain(args.explain, cases)}\n`);
    else {
      const faults = lintCases(cases);
      if (faults.length > 0) throw new Error(`the kit's own cases are at fault:\n${faults.join("\n")}`);
      const environment = { stdout, stderr, version: version(), cases, interrupt: interrupt.signal };
      if (args.fuzzMs !== undefined) return await runFuzz(args, args.fuzzMs, environment);
      if (args.replay !== undefined) return await runReplay(args, args.replay, environment);
      return (await runCases(args, environment)).exitCode;
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`flatend-conformance: ${error.message}\n`);
    const out = outOf(argv);
    if (out !== undefined) writeReport(out, wrongUsage(error.message));
    return 2;
  } finally {
    process.removeListener("SIGINT", onSignal);
    process.removeListener("SIGTERM", onSignal);
  }
}

const address = (port: number) => ({ host: "127.0.0.1", port });
/** Of the file that is printed. */
const SERVERS = { main: address(8080), bounded: address(8081), secure: address(8443), redirect: address(8082) };

function wrongUsage(message: string) {
  const run = {
    version: version(),
    startedAt: new Date(),
    seed: 0,
    strict: false,
    forGateways: false,
    target: { kind: "none" as const, description: "" },
    known: NOTHING_KNOWN,
    allCases: cases,
    today: "",
    repeatCommand: () => "",
  };
  return bareReport(run, 2, [message]);
}
