import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfiguration } from "./load.ts";
import { jsonSchema, referencePage } from "./page.ts";

const file = (name: string): string =>
  readFileSync(new URL(`../../${name}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");

test("what is generated from the schema is up to date: npm run configuration", () => {
  expect(file("configuration.md")).toBe(referencePage());
  expect(file("config.schema.json")).toBe(jsonSchema());
});

test("every key is described, and stands in the example, which is valid", () => {
  const example = file("config.example.toml");
  expect(readConfiguration(example, "config.example.toml").http).not.toEqual([]);
  const rows = [...referencePage().matchAll(/^\| `(\w+)` \| (.*) \| (.*) \| (.*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(15);
  for (const [, key, expected, , description] of rows) {
    expect([key, expected, description]).not.toContain("undefined");
    expect(example).toMatch(new RegExp(`^${key} = `, "m"));
  }
});
