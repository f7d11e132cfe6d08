/**
 * The part of a Standard Schema (https://standardschema.dev, version 1) that is used here. zod from 3.24 on, valibot, arktype and others have it;
 * written down instead of imported, so that this package depends on none of them.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    /** Checks a value: gives what it makes of it, or what is wrong with it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Only for the compiler; never there at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value: the value it became, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["input"];
/** What a schema gives. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

/** Issues that are told at most, and characters of the whole message. */
const MAX_ISSUES = 8;
const MAX_MESSAGE_LENGTH = 1000;

/** The value a schema makes of another one. Throws an error that tells where it is wrong, what was expected and what came, in at most 1,000 characters. */
export async function validated<Schema extends StandardSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): Promise<SchemaOutput<Schema>> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value as SchemaOutput<Schema>;
  const told = result.issues.slice(0, MAX_ISSUES).map(({ path, message }) => `${placeOf(what, path)}: ${message}`);
  if (result.issues.length > MAX_ISSUES) told.push(`and ${result.issues.length - MAX_ISSUES} more`);
  const text = told.join("; ");
  throw new Error(text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : text);
}

function placeOf(what: string, path: SchemaIssue["path"] = []): string {
  let place = what;
  for (const segment of path) {
    const key = typeof segment === "object" ? segment.key : segment;
    place += typeof key === "number" ? `[${key}]` : `.${String(key)}`;
  }
  return place;
}
