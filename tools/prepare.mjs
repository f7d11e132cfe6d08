// Builds the workspaces after an install. With --omit=dev there is no compiler, and what is
// installed then is a packed package that carries its own dist: nothing is left to do.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
let compiler;
try {
  compiler = require.resolve("typescript/bin/tsc");
} catch {
  console.log("prepare: typescript is not installed (--omit=dev), nothing is built");
  process.exit(0);
}
const { status } = spawnSync(process.execPath, [compiler, "-b"], { stdio: "inherit" });
process.exit(status ?? 1);
