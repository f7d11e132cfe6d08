import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { applyMutant, type Mutant } from "./mutant.ts";

/**
 * Builds reference nodes with a fault each, every one in a folder of its own below the repository, where their
 * dependencies are found by the usual rules.
 */
export class MutantWorkshop {
  readonly #reference: string;
  readonly #folder: string;

  constructor(repository: string) {
    this.#reference = join(repository, "reference");
    this.#folder = join(repository, "node_modules", ".cache", "flatend-mutants");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Returns the program to start: `node PROGRAM HOST:PORT`. Without a mutant it is the node as it stands. */
  build(mutant: Mutant | undefined): string {
    const folder = join(this.#folder, (mutant?.id ?? "pristine").replaceAll("/", "-"));
    mkdirSync(folder, { recursive: true });
    cpSync(join(this.#reference, "dist"), join(folder, "dist"), { recursive: true });
    // The nearest package.json says that the files are ES modules.
    cpSync(join(this.#reference, "package.json"), join(folder, "package.json"));
    if (mutant) {
      const source = readFileSync(join(this.#reference, "src", mutant.file), "utf8");
      const output = ts.transpileModule(applyMutant(source, mutant), {
        compilerOptions: {
          target: ts.ScriptTarget.ES2023,
          module: ts.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
          rewriteRelativeImportExtensions: true,
        },
        fileName: mutant.file,
        reportDiagnostics: true,
      });
      const [problem] = output.diagnostics ?? [];
      if (problem) throw new Error(`${mutant.id}: ${ts.flattenDiagnosticMessageText(problem.messageText, "\n")}`);
      const target = join(folder, "dist", mutant.file.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, output.outputText);
    }
    return join(folder, "dist", "testing", "main.js");
  }

  clean(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
