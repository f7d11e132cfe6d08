// `--fuzz` and `--replay`: what they print, save and return.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Conversation, conversationSchema, describeConversation } from "../fuzz/conversation.ts";
import { type Finding, Fuzzer, type FuzzResult, type Outcome, tryOnce } from "../fuzz/fuzz.ts";
import { type RequirementId, requirements } from "../generated/requirements.ts";
import { preflight } from "../runner/preflight.ts";
import { describeDeath } from "../targets/program.ts";
import { type Target, TargetUnreachable } from "../targets/target.ts";
import { quoteWord } from "../targets/words.ts";
import { type Arguments, UsageError } from "./arguments.ts";
import { type Environment, targetOf } from "./run.ts";

/** Where findings go without --out. */
const FINDINGS = "flatend-findings";
/** Lines of what a dead program wrote that are shown. */
const STDERR_LINES = 6;

/** Resolves with the exit code: 0 nothing found, 1 something, 3 ended early or nothing was held, 4 unreachable. */
export function runFuzz(args: Arguments, durationMs: number, environment: Environment): Promise<number> {
  return against(args, environment, async (target) => {
    const { stdout, interrupt } = environment;
    const seed = args.seed ?? Math.floor(Math.random() * 0x1_0000_0000);
    let count = 0;
    stdout.write(`fuzzing ${target.description}, seed ${seed}, for ${durationMs / 1000} s\n`);
    const result = await Fuzzer.run({
      target,
      limits: { timeoutMs: args.timeoutMs, seed },
      durationMs,
      signal: interrupt,
      onFinding: (finding) => {
        count++;
        const file = save(args.out ?? FINDINGS, `${seed}-${count}.json`, finding.conversation);
        stdout.write(`\n${describeFinding(finding, count).join("\n")}\n  replay    ${replayLine(target, file)}\n`);
      },
    });
    stdout.write(`\n${summary(result, seed)}\n`);
    if (result.findings.length > 0) return 1;
    return result.tally.conversations === 0 || result.stopped !== undefined ? 3 : 0;
  });
}

/** Holds a saved conversation: 0 when the target does what the tables say, 1 when it does not, 4 unreachable. */
export function runReplay(args: Arguments, file: string, environment: Environment): Promise<number> {
  const conversation = read(file);
  return against(args, environment, async (target) => {
    const { stdout } = environment;
    const limits = { timeoutMs: args.timeoutMs, seed: args.seed ?? 0 };
    const { facts, refuses } = await preflight(await target.start(), limits);
    if (refuses !== undefined) throw new TargetUnreachable(`the target completed no Handshake: ${refuses}`);
    const outcome = await tryOnce(conversation, facts, target, limits);
    for (const line of describeConversation(conversation)) stdout.write(`  > ${line}\n`);
    if (outcome === undefined) {
      stdout.write("the target did what the state tables say\n");
      return 0;
    }
    stdout.write(`${describeOutcome(outcome, conversation).join("\n")}\n`);
    return 1;
  });
}

/** Whatever happens, the target is stopped; one that cannot be reached is exit code 4. */
async function against(
  args: Arguments,
  { stdout }: Environment,
  work: (target: Target) => Promise<number>,
): Promise<number> {
  const target = targetOf(args);
  try {
    return await work(target);
  } catch (error) {
    if (!(error instanceof TargetUnreachable)) throw error;
    stdout.write(`${error.message}\n`);
    return 4;
  } finally {
    await target.stop();
  }
}

function read(file: string): Conversation {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--replay: ${(error as Error).message}`);
  }
  try {
    return conversationSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`--replay: ${file} is no saved conversation: ${(error as Error).message}`);
  }
}

function save(directory: string, name: string, conversation: Conversation): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  writeFileSync(file, `${JSON.stringify(conversation, null, 2)}\n`);
  return file;
}

function replayLine(target: Target, file: string): string {
  return ["npx", "flatend-conformance", ...target.flags, "--replay", file].map(quoteWord).join(" ");
}

function describeFinding(finding: Finding, number: number): string[] {
  const { conversation, frames, drawnFrames } = finding;
  const size = frames === drawnFrames ? `${frames} frames` : `${frames} frames, drawn with ${drawnFrames}`;
  return [
    `${number}. ${finding.end === undefined ? "fails" : finding.end.how} (${size})`,
    ...describeConversation(conversation).map((line) => `  >         ${line}`),
    ...describeOutcome(finding, conversation),
  ];
}

function describeOutcome({ misbehaviour, end }: Outcome, { expect }: Conversation): string[] {
  const requirement = misbehaviour?.requirement ?? (expect.outcome === "closes" ? expect.requirement : "FLT-ERR-001");
  const lines = [`  breaks    ${ruleOf(end === undefined ? requirement : "FLT-ERR-002")}`];
  if (misbehaviour !== undefined)
    lines.push(`  expected  ${misbehaviour.expected}`, `  came      ${misbehaviour.came}`);
  else if (expect.outcome === "closes") lines.push(`  expected  a close (${expect.row}, ${expect.requirement})`);
  if (end?.how === "hangs") lines.push("  came      afterwards no fresh connection gets as far as a Handshake");
  if (end?.death !== undefined) {
    lines.push(`  came      the target died: ${describeDeath(end.death)}`);
    const written = end.death.stderr.split("\n").filter((line) => line.trim() !== "");
    lines.push(...written.slice(0, STDERR_LINES).map((line) => `            ${line}`));
  } else if (end?.how === "died") lines.push("  came      the target accepts no connection any more");
  return lines;
}

function ruleOf(id: string): string {
  const rule = requirements[id as RequirementId];
  return rule === undefined ? id : `${id} (${rule.actor}) ${rule.text}`;
}

function summary({ tally, findings, stopped }: FuzzResult, seed: number): string {
  const deaths = findings.filter((one) => one.end !== undefined).length;
  const held = `${tally.conversations} conversations, ${tally.valid} of them valid`;
  const found = `${deaths} ways to die, ${findings.length - deaths} other failures`;
  return `${held}: ${found}; seed ${seed}${stopped === undefined ? "" : `; ended early: ${stopped}`}`;
}
