/** The gateway and all that it stands on in one file. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "./root.ts";

/** The same as the package's command. */
const ENTRY = `
import { main } from "./dist/main.js";
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
`;

/** What the package reads beside its code, written in. */
const packageFiles: Plugin = {
  name: "package files",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]gateway[\\/]dist[\\/]package-files\.js$/ }, () => {
      const folder = join(root, "gateway", "dashboard");
      const files = Object.fromEntries(
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
      );
      const { version } = JSON.parse(readFileSync(join(root, "gateway", "package.json"), "utf8")) as {
        version: string;
      };
      const contents = [
        `const files = ${JSON.stringify(files)};`,
        "export const dashboardFile = (name) => files[name];",
        `export const version = () => ${JSON.stringify(version)};`,
      ].join("\n");
      return { contents, loader: "js" };
    });
  },
};

/** Packages of CommonJS ask for modules of Node while they run. */
const REQUIRE = 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);';

/**
 * Rejects where something cannot be found, or would not work in one file.
 * @param format `cjs` needs no file beside it, and loads none
 * @returns names of the packages from npm that are in it
 */
export async function bundle(format: "esm" | "cjs", outfile: string): Promise<string[]> {
  const { metafile, warnings } = await build({
    stdin: { contents: ENTRY, resolveDir: join(root, "gateway"), sourcefile: "flatend-gateway.js" },
    bundle: true,
    platform: "node",
    target: "node20.19",
    format,
    // An executable has no loader for modules.
    supported: { "dynamic-import": format === "esm" },
    banner: format === "esm" ? { js: REQUIRE } : {},
    absWorkingDir: root,
    outfile,
    plugins: [packageFiles],
    metafile: true,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  const names = Object.keys(metafile.inputs).flatMap((path) => {
    const found = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
    return found === null ? [] : [found[0].slice(0, -1)];
  });
  return [...new Set(names)].sort();
}

/**
 * The terms under which others let their code be copied, of whom each wants them to stand beside a copy. Throws for a package without any.
 * @param folders of packages, from the root of the repository
 */
export function licensesOf(folders: readonly string[]): string {
  const parts = folders.map((folder) => {
    const path = join(root, folder);
    const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Record<string, unknown>;
    const files = readdirSync(path).filter((name) => /^(?:licen[cs]e|copying)/i.test(name));
    const texts = files.map((name) => readFileSync(join(path, name), "utf8").trim());
    if (texts.length === 0 && typeof manifest.license !== "string") throw new Error(`${folder} has no license`);
    return [`${manifest.name} ${manifest.version} (${manifest.license})`, ...texts].join("\n\n");
  });
  return `${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
