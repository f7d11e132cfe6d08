/**
 * `node tools/dist/try-packages.js`: installs the packed packages into an empty project and uses
 * them from an ES module, from CommonJS and by npx, as a stranger would.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Packed, packAll } from "./pack.ts";
import { type Result, runNode, runNpm } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-try-"));
let failed = 0;
let passed = 0;
try {
  const tarballs = join(folder, "tarballs");
  const project = join(folder, "project");
  mkdirSync(tarballs);
  mkdirSync(project);
  const packages = packAll(tarballs);
  writeFileSync(join(project, "package.json"), '{ "name": "stranger", "private": true }\n');
  const installed = runNpm("npm", ["install", "--no-audit", "--no-fund", ...packages.map(({ tarball }) => tarball)], {
    cwd: project,
  });
  report("npm install of the tarballs", installed);
  if (installed.code === 0) for (const item of packages) tryPackage(project, item);
} finally {
  rmSync(folder, { recursive: true, maxRetries: 5 });
}
console.log(`packed packages: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function tryPackage(project: string, { name, modules, commands }: Packed): void {
  for (const key of modules) {
    const specifier = name + key.slice(1);
    const used = `if (Object.keys(loaded).length === 0) throw new Error("${specifier} exports nothing");\n`;
    writeFileSync(join(project, "use.mjs"), `import * as loaded from "${specifier}";\n${used}`);
    report(`import of ${specifier}`, runNode(["use.mjs"], { cwd: project }));
    writeFileSync(join(project, "use.cjs"), `const loaded = require("${specifier}");\n${used}`);
    report(`require() of ${specifier}`, runNode(["use.cjs"], { cwd: project }));
  }
  for (const command of commands) {
    report(`npx ${command} --version`, runNpm("npx", ["--no-install", command, "--version"], { cwd: project }));
  }
}

function report(what: string, { code, output }: Result): void {
  if (code === 0) passed += 1;
  else failed += 1;
  console.log(`${code === 0 ? "ok" : "FAILED"}: ${what}`);
  if (code !== 0) console.error(output);
}
