/** A program in Go that tests need, built from what `tools/go/go.mod` pins into a folder that git does not see. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "node_modules/.cache/go");
const GO = ["go", "/usr/local/go/bin/go"];
const suffix = process.platform === "win32" ? ".exe" : "";

/** Path of the program; undefined where there is no Go. Throws where it cannot be built. */
export function goProgram(name: string): string | undefined {
  const go = GO.find((program) => spawnSync(program, ["version"]).status === 0);
  if (go === undefined) return undefined;
  mkdirSync(bin, { recursive: true });
  const built = spawnSync(go, ["build", "-o", `${bin}/`, "tool"], { cwd: join(root, "tools/go"), encoding: "utf8" });
  if (built.status !== 0) throw new Error(`go build: ${built.stderr}`);
  return join(bin, name + suffix);
}
