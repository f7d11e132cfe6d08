/** A program in Go that tests need, built as `tools/go/go.mod` pins it into a folder that git does not see. */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "node_modules/.cache/go");
const GO = ["go", "/usr/local/go/bin/go"];
const suffix = process.platform === "win32" ? ".exe" : "";

const PACKAGES = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl",
  h2spec: "github.com/summerwind/h2spec/cmd/h2spec",
  pebble: "github.com/letsencrypt/pebble/v2/cmd/pebble",
  promtool: "github.com/prometheus/prometheus/cmd/promtool",
} as const;
/** The modules of promtool are their own. Without this tag it has the client of each cloud, which takes four times as long to build. */
const FOLDERS: Partial<Record<keyof typeof PACKAGES, string>> = { promtool: "promtool" };
const TAGS = "remove_all_sd";

const execute = promisify(execFile);

/** Path of the program; undefined where there is no Go, of which it says what is not tried then. Throws where it cannot be built, and where CI has no Go. */
export async function goProgram(name: keyof typeof PACKAGES, untried: string): Promise<string | undefined> {
  const go = GO.find((program) => spawnSync(program, ["version"]).status === 0);
  if (go === undefined) {
    const sentence = `${untried}: ${name} needs Go, which is not on this machine.`;
    if (process.env.CI === "true") throw new Error(sentence);
    console.error(sentence);
    return undefined;
  }
  mkdirSync(bin, { recursive: true });
  // Tests that run at the same time never meet half a program.
  const folder = mkdtempSync(join(bin, "build-"));
  const made = join(folder, name + suffix);
  const program = join(bin, name + suffix);
  try {
    await execute(go, ["build", "-tags", TAGS, "-o", made, PACKAGES[name]], {
      cwd: join(root, "tools/go", FOLDERS[name] ?? ""),
    });
    renameSync(made, program);
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 5 });
  }
  return program;
}
