import { type Arguments, parseArguments, UsageError } from "./cli/arguments.ts";
import { HELP } from "./cli/help.ts";
import { formatAddress } from "./config/address.ts";
import { explain } from "./config/explain.ts";
import { ConfigurationError, loadConfiguration } from "./config/load.ts";
import { settingsOf } from "./config/settings.ts";
import { startGateway } from "./gateway.ts";
import { logTo } from "./log.ts";
import { WatchedFile } from "./watch.ts";

/**
 * The command line. Resolves with the exit code: 0 stopped by a signal, or valid; 1 it cannot run; 2 wrong usage or wrong configuration.
 * @param version of the package, which stands elsewhere where all is one file
 */
export async function main(argv: readonly string[], version: string): Promise<number> {
  try {
    return await obey(parseArguments(argv), version);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`flatend-gateway: ${error.message}\nflatend-gateway --help tells more.\n`);
      return 2;
    }
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function obey(args: Arguments, version: string): Promise<number> {
  if (args.command === "help") process.stdout.write(HELP);
  else if (args.command === "version") process.stdout.write(`${version}\n`);
  else if (args.command === "run") return run(args);
  else await tell(args);
  return 0;
}

/** What `check` and `explain` print: the file is valid, or what it means. */
async function tell(args: Arguments): Promise<void> {
  const configuration = await loadConfiguration(args.config);
  const text = args.command === "check" ? `${args.config} is valid.\n` : explain(configuration, meshAddress(args));
  process.stdout.write(text);
}

const meshAddress = ({ host, port }: Arguments): string => formatAddress({ host, port });

async function run(args: Arguments): Promise<number> {
  const log = logTo(process.stderr);
  const watched = await WatchedFile.of(args.config);
  const settings = settingsOf(await loadConfiguration(args.config));
  const stopped = signalled();
  const addr = meshAddress(args);
  const gateway = await startGateway({ settings, file: args.config, addr, log }).catch((error: unknown) => {
    log(`The gateway cannot start: ${(error as Error).message}`);
  });
  if (gateway === undefined) return 1;
  watched.start(() => void gateway.reload(true));
  // On Windows it tells that the window is closed, and the process with it.
  if (process.platform !== "win32") process.on("SIGHUP", () => void gateway.reload());
  log(`Stopping on ${await stopped}.`);
  watched.stop();
  await gateway.close();
  return 0;
}

/** The first signal that asks to stop. A second one ends the process at once, as it does without a listener. */
const signalled = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
