/**
 * `npm run build:executable`: writes the gateway into `build/`, as `flatend-gateway.mjs` for any Node from 20.19, and as the executable `flatend` for this
 * platform, which holds the Node that runs this; with `--module` only the former.
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, licensesOf } from "./bundle.ts";
import { EXECUTABLE, MODULE, OUTPUT } from "./executable.ts";
import { type Result, run, runNode, runPackage } from "./process.ts";

/** By this Node finds its single executable application; the words are its documentation's. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const isMac = process.platform === "darwin";

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
const packages = await bundle("esm", MODULE);
writeFileSync(join(OUTPUT, "LICENSES.txt"), licensesOf(packages));

const withoutNode = process.argv.includes("--module");
if (!withoutNode) await buildExecutable();
for (const path of withoutNode ? [MODULE] : [MODULE, EXECUTABLE]) {
  console.log(`${path}: ${(statSync(path).size / (1024 * 1024)).toFixed(1)} MiB`);
}

async function buildExecutable(): Promise<void> {
  const script = join(OUTPUT, "flatend.cjs");
  const blob = join(OUTPUT, "flatend.blob");
  const config = join(OUTPUT, "flatend.json");
  await bundle("cjs", script);
  // Code that is compiled already starts sooner, and fits this Node alone, as the executable does.
  writeFileSync(
    config,
    JSON.stringify({ main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true }),
  );
  must(runNode(["--experimental-sea-config", config]));
  copyFileSync(process.execPath, EXECUTABLE);
  chmodSync(EXECUTABLE, 0o755);
  // What is changed must be signed anew there.
  if (isMac) must(run("codesign", ["--remove-signature", EXECUTABLE]));
  const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : [];
  must(runPackage("postject", "postject", [EXECUTABLE, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE, ...segment]));
  if (isMac) must(run("codesign", ["--sign", "-", EXECUTABLE]));
  for (const path of [script, blob, config]) rmSync(path);
}

function must({ code, output }: Result): void {
  if (code !== 0) throw new Error(output);
}
