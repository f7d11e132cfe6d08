// npm run vectors: writes every file of the package anew.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./generate.ts";
import type { VectorIndex } from "./types.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const files = generate();
for (const folder of ["v1", "schema"]) rmSync(`${root}${folder}`, { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(`${root}${path}`), { recursive: true });
  writeFileSync(`${root}${path}`, text);
}
const { numberOfTests, files: entries } = JSON.parse(files.get("index.json") as string) as VectorIndex;
for (const entry of entries) console.log(`${String(entry.numberOfTests).padStart(4)}  ${entry.path}`);
console.log(`${String(numberOfTests).padStart(4)}  tests`);
