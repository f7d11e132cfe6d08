import { parseArgs } from "node:util";
import { COMMANDS as ASKED, type CommandName, isCommand } from "../admin/command-list.ts";

/** The command line cannot be obeyed. The message says what was expected instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Command = "run" | "check" | "explain" | "repl" | "help" | "version" | CommandName;

export interface Arguments {
  readonly command: Command;
  /** Path of the configuration file. */
  readonly config: string;
  /** Where other nodes reach the gateway, unless the file says so. */
  readonly host: string;
  readonly port: number;
  /** Of a command that a running gateway obeys. */
  readonly operands: readonly string[];
  /** Whether its answer is wanted as JSON. */
  readonly json: boolean;
}

const COMMANDS: readonly string[] = ["run", "check", "explain", "repl", ...Object.keys(ASKED)];
const MAX_PORT = 65_535;

/** `-h` is the host, as it was in the original gateway. */
const OPTIONS = {
  config: { type: "string", short: "c", default: "config.toml" },
  host: { type: "string", short: "h", default: "127.0.0.1" },
  port: { type: "string", short: "p", default: "9000" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  version: { type: "boolean", default: false },
} as const;

/** Throws {@link UsageError}. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = read(argv);
  const [named = "run", ...operands] = positionals;
  const asked = isCommand(named);
  if (!COMMANDS.includes(named) || (!asked && operands.length > 0)) {
    const got = operands.length > 0 ? positionals.join(" ") : named;
    throw new UsageError(`expected one command of ${COMMANDS.join(", ")}, got ${got}`);
  }
  if (asked && !fits(named, operands.length))
    throw new UsageError(`expected ${`${named} ${ASKED[named].operands}`.trim()}, got ${positionals.join(" ")}`);
  const command = values.help ? "help" : values.version ? "version" : (named as Command);
  return { command, config: values.config, host: values.host, port: portOf(values.port), operands, json: values.json };
}

const fits = (name: CommandName, count: number): boolean => count >= ASKED[name].least && count <= ASKED[name].most;

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new UsageError(`--port: expected 0 to ${MAX_PORT}, got ${text}`);
}
