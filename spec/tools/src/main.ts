/** `node spec/tools/dist/main.js generate|write|check [--all]`, run from anywhere inside the checkout. */
import { fileURLToPath } from "node:url";
import { loadCodec } from "./codec.ts";
import { readLinks } from "./links.ts";
import { formatProblem } from "./problem.ts";
import { check, generate, type Outcome, write } from "./run.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const command = process.argv[2] ?? "";
const outcome = await run(command);
if (outcome) {
  const shown = process.argv.includes("--all") ? outcome.problems : outcome.problems.slice(0, 40);
  for (const problem of shown) console.error(formatProblem(problem));
  const hidden = outcome.problems.length - shown.length;
  if (hidden > 0) console.error(`… and ${hidden} more: --all shows them`);
  for (const path of outcome.written) console.log(`wrote ${path}`);
  console.log(`spec ${command}: ${outcome.requirements} requirements, ${outcome.problems.length} faults`);
  process.exitCode = outcome.problems.length > 0 ? 1 : 0;
} else {
  console.error(`expected "generate", "write" or "check", got "${command}"`);
  process.exitCode = 2;
}

async function run(name: string): Promise<Outcome | undefined> {
  if (name === "generate") return generate(root);
  if (name !== "write" && name !== "check") return undefined;
  const surroundings = { links: await readLinks(root), codec: await loadCodec(root) };
  return name === "write" ? write(root, surroundings) : check(root, surroundings);
}
