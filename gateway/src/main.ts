import { isCommand } from "./admin/command-list.ts";
import { type Arguments, parseArguments, UsageError } from "./cli/arguments.ts";
import { ask, attach } from "./cli/ask.ts";
import { AttachError, type Attachment } from "./cli/attach.ts";
import { HELP } from "./cli/help.ts";
import { repl } from "./cli/repl.ts";
import { formatAddress } from "./config/address.ts";
import { explain } from "./config/explain.ts";
import { ConfigurationError, loadConfiguration } from "./config/load.ts";
import { settingsOf } from "./config/settings.ts";
import { startGateway } from "./gateway.ts";
import { logTo } from "./log.ts";
import { version } from "./package-files.ts";
import { WatchedFile } from "./watch.ts";

/** The command line. Resolves with the exit code: 0 stopped by a signal, valid, or done; 1 it cannot run, or a command cannot be done; 2 wrong usage or wrong configuration. */
export async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.off("error", unheard).on("error", unheard);
  try {
    return await obey(parseArguments(argv));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`flatend-gateway: ${error.message}\nflatend-gateway --help tells more.\n`);
      return 2;
    }
    if (error instanceof AttachError) {
      process.stderr.write(`flatend-gateway: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Whoever read what is printed has gone, as `head` or a collector of logs may: that is no reason to end. */
const unheard = (): void => {};

async function obey(args: Arguments): Promise<number> {
  if (args.command === "help") process.stdout.write(HELP);
  else if (args.command === "version") process.stdout.write(`${version()}\n`);
  else if (args.command === "run") return run(args);
  else if (args.command === "repl") {
    return attached(args, (gateway) => repl(gateway, { input: process.stdin, output: process.stdout }, PRINT));
  } else if (isCommand(args.command)) return attached(args, (gateway) => ask(gateway, args, PRINT));
  else await tell(args);
  return 0;
}

const PRINT = {
  out: (text: string) => void process.stdout.write(text),
  error: (text: string) => void process.stderr.write(text),
};

async function attached({ config }: Arguments, use: (gateway: Attachment) => Promise<number>): Promise<number> {
  const gateway = await attach(config);
  try {
    return await use(gateway);
  } finally {
    gateway.close();
  }
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
  const { stopped, stop } = stopping();
  // One that comes while the gateway starts is done when it has: it may have read the file before.
  let isAsked = false;
  let reload = (): void => {
    isAsked = true;
  };
  // On Windows it tells that the window is closed, and the process with it.
  if (process.platform !== "win32") process.on("SIGHUP", () => reload());
  const options = {
    settings,
    file: args.config,
    addr: meshAddress(args),
    log,
    onDrain: () => stop("the command drain"),
  };
  const gateway = await startGateway(options).catch((error: unknown) => {
    log(`The gateway cannot start: ${(error as Error).message}`, "error");
  });
  if (gateway === undefined) return 1;
  watched.start(() => void gateway.reload(true));
  reload = () => void gateway.reload();
  if (isAsked) reload();
  gateway.log(`Stopping on ${await stopped}.`);
  watched.stop();
  await gateway.close();
  return 0;
}

/** Why to stop: a signal, or somebody's wish. A second signal ends the process at once, as it does without a listener. */
function stopping(): { readonly stopped: Promise<string>; readonly stop: (why: string) => void } {
  let stop: (why: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return { stopped, stop };
}
