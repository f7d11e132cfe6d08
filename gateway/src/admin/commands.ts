/** Does what a command says. */
import type { Response } from "flatend";
import { isLevel, LEVELS, type Level } from "../config/log-level.ts";
import { certificateRows } from "./certificates.ts";
import { CommandError } from "./command-error.ts";
import { COMMANDS, type CommandName, isCommand } from "./command-list.ts";
import { type Running, routesOf, servicesOf, statusOf } from "./overview.ts";
import { traceRequest } from "./trace-request.ts";
import type { Traces } from "./traces.ts";

export interface CommandContext extends Running {
  readonly traces: Traces;
  /** Its level may be set. */
  readonly log: { level: Level };
}

type Command = (context: CommandContext, operands: readonly string[]) => unknown;

const RUN: Readonly<Record<CommandName, Command>> = {
  status: (context) => statusOf(context),
  peers: (context) => context.peers(),
  services: (context) => servicesOf(context),
  routes: (context) => routesOf(context.settings()),
  call: (context, [service = "", headers = "{}", body]) => callService(context, service, headersOf(headers), body),
  trace: traceRequest,
  certificates: ({ servers }) => certificateRows(servers.certificates),
  "log-level": ({ log }, [level]) => {
    if (level !== undefined && !isLevel(level))
      throw new CommandError("usage", `expected one of ${LEVELS.join(", ")}, got ${level}`);
    log.level = level ?? log.level;
    return { level: log.level };
  },
  reload: async ({ reload, file }) => {
    const faults = await reload();
    if (faults.length > 0) throw new CommandError("failed", `Not reloaded: ${faults.join("\n")}`);
    return { reloaded: file };
  },
  drain: ({ drain }) => {
    // Whoever asked is answered first.
    setImmediate(drain);
    return { draining: true };
  },
};

/** What the command gives, as JSON. Rejects with {@link CommandError}. */
export async function runCommand(context: CommandContext, name: string, operands: readonly string[]): Promise<unknown> {
  if (!isCommand(name)) {
    throw new CommandError("usage", `expected one of ${Object.keys(COMMANDS).join(", ")}, got ${name}`);
  }
  const { least, most, operands: form } = COMMANDS[name];
  if (operands.length < least || operands.length > most) {
    throw new CommandError("usage", `expected ${`${name} ${form}`.trim()}, got ${operands.length} operands`);
  }
  try {
    return await RUN[name](context, operands);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError("failed", (error as Error).message);
  }
}

/** Bytes of a response that are shown. */
const MAX_BODY = 65_536;
/** ms until an answer has come whole. */
const CALL_MS = 30_000;

async function callService(
  { node }: CommandContext,
  service: string,
  headers: Record<string, string>,
  body: string | undefined,
) {
  const begun = performance.now();
  const since = (): number => Math.round((performance.now() - begun) * 10) / 10;
  const response = await node.call(service, { headers, body, signal: AbortSignal.timeout(CALL_MS) });
  const head_ms = since();
  const answer = await bodyOf(response);
  return {
    provider: response.id?.addr ?? null,
    headers: { ...response.headers },
    ...answer,
    head_ms,
    total_ms: since(),
  };
}

async function bodyOf(response: Response): Promise<{ body: string } | { body_base64: string }> {
  const bytes = await response.bytes({ limit: MAX_BODY });
  const body = bytes.toString("utf8");
  return Buffer.from(body, "utf8").equals(bytes) ? { body } : { body_base64: bytes.toString("base64") };
}

function headersOf(text: string): Record<string, string> {
  const wrong = new CommandError("usage", `headers: expected a JSON object of texts, got ${text}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong;
  for (const one of Object.values(value)) if (typeof one !== "string") throw wrong;
  return value as Record<string, string>;
}
