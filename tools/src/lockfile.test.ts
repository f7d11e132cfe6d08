import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root.ts";

interface Entry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, Entry>>;
};

test("the lock file has the packages of every platform, so that npm ci works on each", () => {
  const missing = Object.values(packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !Object.keys(packages).some((key) => key.endsWith(`node_modules/${name}`)));
  expect(missing, "run: node tools/complete-lock.mjs").toEqual([]);
});

test("the lock file names no registry", () => {
  const named = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined && entry.link !== true);
  expect(named).toEqual([]);
});
