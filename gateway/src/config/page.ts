/** The reference page and the JSON Schema, both from the schema of the configuration. */
import { z } from "zod";
import { schema } from "./schema.ts";
import { type Entry, entryOf } from "./schema-tree.ts";

const HEAD = `# Configuration

<!-- Written by "npm run configuration" from gateway/src/config/schema.ts -->

A file in [TOML](https://toml.io), \`config.toml\` unless \`--config\` names another. Keys may be written in any letter case. A file with a key or a value
that is not in these tables is refused: \`flatend-gateway check\` names all faults with their lines, \`flatend-gateway explain\` prints the file with every default.
[\`config.example.toml\`](config.example.toml) has every key, and \`config.schema.json\` is a JSON Schema for editors: \`#:schema ./config.schema.json\`
in the first line of a file tells it to those that know Taplo.
`;

/** Text of `configuration.md`. */
export function referencePage(): string {
  return `${HEAD}${sections(entryOf(schema), "", "").join("")}`;
}

function sections({ schema: table, description }: Entry, name: string, title: string): string[] {
  if (!(table instanceof z.ZodObject)) return [];
  const entries = Object.entries(table.shape as Record<string, z.core.$ZodType>).map(([key, inner]) => ({
    key,
    entry: entryOf(inner),
  }));
  const rows = entries
    .filter(({ entry }) => innerTable(entry) === undefined)
    .map(({ key, entry }) => `| \`${key}\` | ${entry.expected} | ${defaultOf(entry)} | ${entry.description} |\n`);
  const below = entries.flatMap(({ key, entry }) => {
    const inner = innerTable(entry);
    if (inner === undefined) return [];
    const full = name === "" ? key : `${name}.${key}`;
    return sections(inner, full, entry.schema instanceof z.ZodArray ? `[[${full}]]` : `[${full}]`);
  });
  const heading = title === "" ? "## At the top of the file" : `## \`${title}\`\n\n${description}`;
  return [`\n${heading}\n\n| key | value | default | |\n| --- | --- | --- | --- |\n${rows.join("")}`, ...below];
}

/** The table that a key holds, or a list of them. */
function innerTable(entry: Entry): Entry | undefined {
  const inner = entry.schema instanceof z.ZodArray ? entryOf(entry.schema.element) : entry;
  return inner.schema instanceof z.ZodObject ? inner : undefined;
}

const defaultOf = ({ defaultValue }: Entry): string =>
  defaultValue === undefined ? "" : `\`${JSON.stringify(defaultValue)}\``;

/** Text of `config.schema.json`. */
export function jsonSchema(): string {
  const value = z.toJSONSchema(schema, { io: "input", target: "draft-07" });
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
