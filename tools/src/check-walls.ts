/** `node tools/dist/check-walls.js`: holds every TypeScript file of the repository to the walls. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";
import { findBreaches, type SourceFile } from "./walls.ts";

const FOLDERS = [
  "spec/tools/src",
  "tools/src",
  "vectors/generator",
  "reference/src",
  "reference/test",
  "conformance/src",
  "conformance/test",
  "bench/src",
  "gateway/src",
  "gateway/test",
];

const files = FOLDERS.flatMap((folder) => sourcesIn(folder));
const breaches = findBreaches(files);
for (const { path, line, message } of breaches) console.error(`${path}:${line}: ${message}`);
console.log(`walls: ${files.length} files, ${breaches.length} breaches`);
process.exitCode = files.length === 0 || breaches.length > 0 ? 1 : 0;

function sourcesIn(folder: string): SourceFile[] {
  let names: string[];
  try {
    names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
