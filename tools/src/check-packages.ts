/** `node tools/dist/check-packages.js`: publint and attw over what would be published. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll } from "./pack.ts";
import { runPackage } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-pack-"));
let failed = 0;
let passed = 0;
try {
  for (const { name, tarball } of packAll(folder)) {
    report(`publint ${name}`, runPackage("publint", "publint", [tarball, "--strict"]));
    report(`attw ${name}`, runPackage("@arethetypeswrong/cli", "attw", [tarball, "--profile", "esm-only"]));
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`packages: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function report(what: string, { code, output }: { readonly code: number; readonly output: string }): void {
  if (code === 0) passed += 1;
  else failed += 1;
  console.log(`${code === 0 ? "ok" : "FAILED"}: ${what}`);
  if (code !== 0) console.error(output);
}
