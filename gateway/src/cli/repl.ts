/** Commands to a running gateway, one line after the other. */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { COMMANDS } from "../admin/command-list.ts";
import { LEVELS } from "../config/log-level.ts";
import { ask, type Output } from "./ask.ts";
import type { Attachment } from "./attach.ts";
import { wordsOf } from "./words.ts";

const OWN = ["help", "exit"];
const HISTORY = 200;
const NAMES = [...Object.keys(COMMANDS), ...OWN];

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

const usage = (): string => {
  const lines = Object.entries(COMMANDS).map(([name, { operands, about }]) => [`${name} ${operands}`.trim(), about]);
  const all = [...lines, ["COMMAND --json", "the same as JSON"], ["help", ""], ["exit", "leave; the gateway runs on"]];
  const width = Math.max(...all.map(([form = ""]) => form.length));
  return all.map(([form = "", about = ""]) => `${`${form.padEnd(width)}  ${about}`.trimEnd()}\n`).join("");
};

/** Obeys lines until `exit`, their end or that of the gateway. Resolves with the exit code: 0, or 1 where the gateway has gone. */
export async function repl(gateway: Attachment, { input, output }: Terminal, print: Output): Promise<number> {
  const lines = createInterface({
    input,
    output,
    prompt: input.isTTY === true ? "flatend> " : "",
    historySize: HISTORY,
    removeHistoryDuplicates: true,
    terminal: input.isTTY === true,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      void completionsOf(gateway, line).then((found) => done(null, found));
    },
  });
  let gone = false;
  void gateway.closed.then(() => {
    gone = true;
    lines.close();
  });
  lines.prompt();
  for await (const line of lines) {
    const words = wordsOf(line);
    if (words[0] === "exit") break;
    await obey(gateway, words, print);
    if (gone) break;
    lines.prompt();
  }
  lines.close();
  if (gone) print.error("flatend-gateway: the gateway has gone\n");
  gateway.close();
  return gone ? 1 : 0;
}

async function obey(gateway: Attachment, words: readonly string[], print: Output): Promise<void> {
  const [command, ...operands] = words.filter((word) => word !== "--json");
  if (command === undefined) return;
  if (command === "help") return print.out(usage());
  await ask(gateway, { command, operands, json: words.includes("--json") }, print);
}

/** Names of commands first, then of services for `call`, paths for `trace` and levels for `log-level`. Of what cannot be asked nothing is said. */
export async function completionsOf(gateway: Pick<Attachment, "ask">, line: string): Promise<[string[], string]> {
  const [command = "", ...operands] = line.trimStart().split(/\s+/);
  if (operands.length === 0) return [startingWith(NAMES, command), command];
  const typed = operands.at(-1) ?? "";
  const named = operands.length === 1 ? await namesFor(gateway, command).catch(() => []) : [];
  return [startingWith(named, typed), typed];
}

async function namesFor(gateway: Pick<Attachment, "ask">, command: string): Promise<string[]> {
  if (command === "call") {
    const services = (await gateway.ask("services")) as readonly { readonly service: string }[];
    return services.map(({ service }) => service);
  }
  if (command === "log-level") return [...LEVELS];
  if (command !== "trace") return [];
  const routes = (await gateway.ask("routes")) as readonly { readonly route: string }[];
  return routes.filter(({ route }) => route.startsWith("GET ")).map(({ route }) => route.slice("GET ".length));
}

/** What a peer says is shown while one types, too: odd names are left out. */
const startingWith = (names: readonly string[], typed: string): string[] =>
  names.filter((name) => name.startsWith(typed) && /^[!-~]+$/.test(name));
