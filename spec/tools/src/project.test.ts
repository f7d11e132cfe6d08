import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { codecOf } from "./codec.ts";
import { CASES_SOURCE, NO_LINKS, readLinks } from "./links.ts";
import { formatProblem } from "./problem.ts";
import { check, generate, write } from "./run.ts";
import { readText } from "./source.ts";
import { fixture, fixtureCodec } from "./testing-only/fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function fixtureFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flatend-spec-"));
  folders.push(folder);
  const { chapters, data } = fixture();
  for (const [path, text] of [...chapters, ...data]) {
    mkdirSync(dirname(join(folder, "spec", path)), { recursive: true });
    writeFileSync(join(folder, "spec", path), text);
  }
  return folder;
}

test("a folder is up to date after generate and write, and stale after any change", () => {
  const folder = fixtureFolder();
  const surroundings = { links: NO_LINKS, codec: fixtureCodec() };
  expect(check(folder, surroundings).problems.map((problem) => problem.file)).toEqual([
    "conformance/src/generated/machines.ts",
    "conformance/src/generated/requirements.ts",
    "reference/src/generated/machines.ts",
    "reference/src/wire/constants.ts",
    "spec/02-session.md",
    "spec/coverage.snapshot.txt",
    "spec/matrix.md",
  ]);
  expect(generate(folder).problems).toEqual([]);
  expect(write(folder, surroundings).written).toEqual(["spec/coverage.snapshot.txt", "spec/matrix.md"]);
  expect(check(folder, surroundings).problems).toEqual([]);

  const matrix = join(folder, "spec/matrix.md");
  writeFileSync(matrix, `${readText(matrix)}\n`);
  expect(check(folder, surroundings).problems.map(formatProblem)).toEqual([
    'spec/matrix.md: is not up to date: run "npm run spec" and commit the result',
  ]);
});

test("a folder without a built codec is at fault", () => {
  expect(
    check(fixtureFolder(), { links: NO_LINKS, codec: undefined }).problems.map((problem) => problem.message),
  ).toContain("there is no built codec to hold the tables to");
});

test("the specification has no fault and all that is generated from it is up to date", async () => {
  // The sources, not the build: a stale build must not make this green.
  const load = async (path: string): Promise<unknown> =>
    import(/* @vite-ignore */ pathToFileURL(join(root, path)).href);
  expect(existsSync(join(root, "reference/src/wire/index.ts"))).toBe(true);
  const wire = (await load("reference/src/wire/index.ts")) as Parameters<typeof codecOf>[0];
  const links = await readLinks(root, () => load(CASES_SOURCE));
  const { problems } = check(root, { links, codec: codecOf(wire) });
  expect(problems.map(formatProblem)).toEqual([]);
});
