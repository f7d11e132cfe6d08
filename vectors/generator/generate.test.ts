import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { generate } from "./generate.ts";
import { listVectors, loadAllVectors, loadVectors } from "./index.ts";
import { notes } from "./notes.ts";
import type { Fields, Json, VectorTest } from "./types.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const files = loadAllVectors();
const tests = files.flatMap((file) => file.groups.flatMap((group) => group.tests));

describe("what lies in the package", () => {
  const made = generate();

  test.each([...made.keys()])("%s is what the generator makes, byte for byte", (path) => {
    expect(existsSync(root + path)).toBe(true);
    expect(readFileSync(root + path, "utf8")).toBe(made.get(path));
  });

  test("nothing else lies beside it", () => {
    const found = ["v1", "schema"].flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/").slice(root.length)),
    );
    expect(found.sort()).toEqual([...made.keys()].filter((path) => path !== "index.json").sort());
  });
});

describe("the tests", () => {
  test("there are at least 400, as many as the index says", () => {
    expect(tests.length).toBeGreaterThanOrEqual(400);
    expect(listVectors().numberOfTests).toBe(tests.length);
    expect(files.map((file) => file.numberOfTests)).toEqual(listVectors().files.map((file) => file.numberOfTests));
  });

  test("no id stands twice, and each names its suite and its operation", () => {
    expect(new Set(tests.map(({ id }) => id)).size).toBe(tests.length);
    for (const file of files) {
      for (const { id, op } of file.groups.flatMap((group) => group.tests)) {
        expect(id.startsWith(`${file.suite}/${op}/`)).toBe(true);
      }
    }
  });

  test("no two of one file have the same operation and input", () => {
    for (const file of files) {
      const inputs = file.groups.flatMap(({ tests }) => tests).map(({ op, input }) => JSON.stringify([op, input]));
      expect(new Set(inputs).size).toBe(inputs.length);
    }
  });

  test("every flag has its note in the file, and every note a test", () => {
    for (const file of files) {
      const flags = file.groups.flatMap((group) => group.tests).flatMap((one) => one.flags);
      expect(Object.keys(file.notes).sort()).toEqual([...new Set(flags)].sort());
    }
    const used = new Set(tests.flatMap(({ flags }) => flags));
    expect(Object.keys(notes).filter((flag) => !used.has(flag))).toEqual([]);
  });

  test("every requirement stands in the specification", () => {
    const spec = new URL("../../spec/", import.meta.url);
    const chapters = readdirSync(spec)
      .filter((name) => /^\d\d-.*\.md$/.test(name))
      .map((name) => readFileSync(new URL(name, spec), "utf8"));
    const known = new Set(chapters.join("\n").match(/(?<=\*\*)FLT-[A-Z]{3}-\d{3}(?=\*\*)/g));
    const named = new Set(tests.flatMap(({ requirements }) => requirements));
    expect([...named].filter((id) => !known.has(id))).toEqual([]);
  });
});

describe("an invalid test", () => {
  const byId = new Map(tests.map((one) => [one.id, one]));
  const invalid = tests.filter(({ result }) => result === "invalid");

  test("has a valid twin of the same file and operation", () => {
    for (const { id, twin, op } of invalid) {
      const other = byId.get(twin as string);
      expect([id, other?.result, other?.op]).toEqual([id, "valid", op]);
      expect(twin?.slice(0, twin.indexOf(`/${op}/`))).toBe(id.slice(0, id.indexOf(`/${op}/`)));
    }
  });

  test("differs from its twin", () => {
    for (const one of invalid) {
      expect([one.id, differing(one, byId.get(one.twin as string) as VectorTest)]).not.toEqual([one.id, []]);
    }
  });

  test("differs in one field of the input alone, unless it is a key or a message with its signature", () => {
    const wide = invalid.filter((one) => differing(one, byId.get(one.twin as string) as VectorTest).length > 1);
    expect([...new Set(wide.map(({ op }) => op))]).toEqual(["ed25519-verify"]);
  });
});

function differing(one: VectorTest, other: VectorTest): string[] {
  const names = new Set([...Object.keys(one.input), ...Object.keys(other.input)]);
  const text = (fields: Fields, name: string): string => JSON.stringify(fields[name] as Json | undefined) ?? "";
  return [...names].filter((name) => text(one.input, name) !== text(other.input, name));
}

test("a file that is not in the index is named in the error", () => {
  expect(() => loadVectors("v1/base/none.json")).toThrow(/v1\/base\/none\.json/);
});

test("the README names every operation and every kind of error", () => {
  const readme = readFileSync(`${root}README.md`, "utf8");
  const words = new Set(tests.flatMap(({ op, error }) => (error ? [op, error.kind] : [op])));
  expect([...words].filter((word) => !readme.includes(`\`${word}\``))).toEqual([]);
});
