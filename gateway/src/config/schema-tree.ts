/** Finds one's way in the schema by the path of a value. */
import { z } from "zod";
import type { Path } from "./positions.ts";
import { notes, schema } from "./schema.ts";

export interface Entry {
  /** Without default and `optional` around it. */
  readonly schema: z.core.$ZodType;
  readonly expected: string | undefined;
  readonly description: string | undefined;
  readonly defaultValue: unknown;
}

/** What stands at a path, or at that part of it which is in the schema. */
export function schemaAt(path: Path): Entry {
  let entry = entryOf(schema);
  for (const part of path) {
    const next = childOf(entry.schema, part);
    if (next === undefined) return entry;
    entry = entryOf(next);
  }
  return entry;
}

/** The keys of the table at a path. */
export function keysOf(path: Path): string[] {
  const { schema: table } = schemaAt(path);
  return table instanceof z.ZodObject ? Object.keys(table.shape) : [];
}

export function entryOf(outer: z.core.$ZodType): Entry {
  let inner = outer;
  let defaultValue: unknown;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    if (inner instanceof z.ZodDefault) defaultValue = inner.def.defaultValue;
    inner = inner.unwrap();
  }
  const expected = notes.get(inner)?.expected;
  return { schema: inner, expected, description: z.globalRegistry.get(inner)?.description, defaultValue };
}

function childOf(parent: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (parent instanceof z.ZodArray) return parent.element;
  if (parent instanceof z.ZodObject) return (parent.shape as Record<string, z.core.$ZodType>)[part];
  if (parent instanceof z.ZodRecord) return parent.valueType;
  return undefined;
}
