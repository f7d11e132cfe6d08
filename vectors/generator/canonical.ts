/** The one form in which a file is written: two spaces, keys in the order of the schema, one LF at the end. */
export function canonical(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
