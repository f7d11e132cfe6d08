import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { applyMutant, isOfGateway, type Mutant } from "./mutant.ts";

/** The packages that are mutated: what of them is copied, and the program to start. */
const PACKAGES = {
  reference: { parts: ["dist", "package.json"], program: ["dist", "testing", "main.js"] },
  gateway: { parts: ["dist", "package.json", "bin"], program: ["bin", "flatend-gateway.js"] },
} as const;
export type MutatedPackage = keyof typeof PACKAGES;

/**
 * Builds reference nodes and gateways with a fault each, every one in a folder of its own below the repository, where their
 * dependencies are found by the usual rules.
 */
export class MutantWorkshop {
  readonly #repository: string;
  readonly #folder: string;

  constructor(repository: string) {
    this.#repository = repository;
    this.#folder = join(repository, "node_modules", ".cache", "flatend-mutants");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Returns the program to start: `node PROGRAM HOST:PORT`, or `node PROGRAM -c FILE`. Without a mutant it is the package as it stands. */
  build(mutant: Mutant | MutatedPackage): string {
    const from = typeof mutant === "string" ? mutant : isOfGateway(mutant) ? "gateway" : "reference";
    const name = typeof mutant === "string" ? `pristine-${mutant}` : mutant.id.replaceAll("/", "-");
    const source = join(this.#repository, from);
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    // The nearest package.json says that the files are ES modules.
    for (const part of PACKAGES[from].parts) cpSync(join(source, part), join(folder, part), { recursive: true });
    if (typeof mutant !== "string") {
      const text = readFileSync(join(source, "src", mutant.file), "utf8");
      const target = join(folder, "dist", mutant.file.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, compile(applyMutant(text, mutant), mutant));
    }
    return join(folder, ...PACKAGES[from].program);
  }

  clean(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function compile(text: string, mutant: Mutant): string {
  const output = ts.transpileModule(text, {
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
  return output.outputText;
}
