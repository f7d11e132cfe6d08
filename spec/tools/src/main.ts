/** `node spec/tools/dist/main.js generate|write|check`, run from anywhere inside the checkout. */
import { fileURLToPath } from "node:url";
import { loadCodec } from "./codec.ts";
import { readLinks } from "./links.ts";
import { formatProblem } from "./problem.ts";
import { check, generate, type Outcome, write } from "./run.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const command = process.argv[2] ?? "";
const outcome = await run(command);
if (outcome) {
  for (const problem of outcome.problems) console.error(formatProblem(problem));
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
