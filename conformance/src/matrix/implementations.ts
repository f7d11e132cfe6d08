import { fileURLToPath } from "node:url";

export const IMPLEMENTATION_IDS = ["reference", "python", "original"] as const;
export type ImplementationId = (typeof IMPLEMENTATION_IDS)[number];

export const NAMES: Readonly<Record<ImplementationId, string>> = {
  reference: "reference",
  python: "Python",
  original: "npm 0.0.8",
};

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The program of a node with the test services; the address to listen on and those to join through follow. */
export function programOf(id: ImplementationId, python: string): readonly string[] {
  switch (id) {
    case "reference":
      return [process.execPath, inRepository("reference/dist/testing/main.js")];
    case "python":
      return [python, inRepository("conformance/peers/python/node.py")];
    case "original":
      return [process.execPath, inRepository("conformance/peers/original/node.mjs")];
  }
}
