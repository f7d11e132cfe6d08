/** Packs the workspaces as they would be published. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "./process.ts";
import { root } from "./root.ts";

export interface Packed {
  readonly name: string;
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** The keys of `exports` that are modules, such as `.` and `./wire`. */
  readonly modules: readonly string[];
  readonly commands: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

/** @param destination an existing folder for the tarballs */
export function packAll(destination: string): Packed[] {
  const workspaces = (manifestOf(".").workspaces ?? []).filter((folder) => manifestOf(folder).private !== true);
  return workspaces.map((folder) => {
    const manifest = manifestOf(folder);
    const packed = runNpm("npm", ["pack", "--json", "--pack-destination", destination, "--workspace", folder]);
    if (packed.code !== 0) throw new Error(`npm pack of ${folder} failed:\n${packed.output}`);
    return {
      name: manifest.name,
      tarball: join(destination, tarballName(packed.output)),
      modules: Object.entries(manifest.exports ?? {})
        .filter(([, target]) => typeof target === "object")
        .map(([key]) => key),
      commands: Object.keys(manifest.bin ?? {}),
    };
  });
}

/** npm prints JSON, and warnings around it. */
export function tarballName(output: string): string {
  const name = /"filename":\s*"([^"]+\.tgz)"/.exec(output)?.[1];
  if (name === undefined) throw new Error(`npm pack named no tarball:\n${output}`);
  return name.replace(/^@/, "").replace("/", "-");
}
