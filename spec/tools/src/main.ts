import { mkdirSync, writeFileSync } from "node:fs";
import { emitRequirements } from "./emit-requirements.ts";
import { formatProblem } from "./problem.ts";
import { parseSpec, readSpecTexts } from "./source.ts";
const spec = parseSpec(readSpecTexts("."));
for (const c of spec.chapters) for (const p of c.problems) console.log(formatProblem(p));
mkdirSync("conformance/src/generated", { recursive: true });
writeFileSync("conformance/src/generated/requirements.ts", emitRequirements(spec.requirements));
console.log(spec.requirements.length);
