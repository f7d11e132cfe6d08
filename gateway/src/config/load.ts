import { readFile } from "node:fs/promises";
import { parse, TomlError } from "smol-toml";
import { crossFaults } from "./cross-checks.ts";
import { type Fault, faultsOf } from "./fault.ts";
import { lowerKeys, type Path, type Places, type Position, pathKey, placesOf } from "./positions.ts";
import { type Configuration, schema } from "./schema.ts";
import { isTable } from "./table.ts";

/** A configuration file that cannot be used. The message has a line for each fault: file, line, column, what was expected and what came. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** Reads and validates a configuration file. Rejects with {@link ConfigurationError}. */
export async function loadConfiguration(file: string): Promise<Configuration> {
  return readConfiguration(await readText(file), file);
}

/** The text of a configuration file. Rejects with {@link ConfigurationError}. */
export async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === "ENOENT";
    const why = missing ? "there is no such file; --config names another, --help shows one" : error.message;
    throw new ConfigurationError(`${file}: ${why}`);
  });
}

/** `file:line:column` of what stands at a path of a valid text, or of the table that would hold it. */
export function whereIs(path: Path, text: string, file: string): string {
  const { line, column } = positionOf({ path, ofKey: false }, placesOf(text));
  return `${file}:${line}:${column}`;
}

/**
 * What a configuration says, with defaults. Throws {@link ConfigurationError} with all faults of the text.
 * @param file how the text is called in faults
 */
export function readConfiguration(text: string, file: string): Configuration {
  const value = parsed(lowerKeys(text), file);
  const { data, error } = schema.safeParse(value);
  const faults = [...(error?.issues ?? []).flatMap((issue) => faultsOf(issue, value)), ...crossFaults(value)];
  if (faults.length === 0 && data !== undefined) return data;
  const places = placesOf(text);
  const lines = faults.map((fault) => ({ ...positionOf(fault, places), message: fault.message }));
  lines.sort((a, b) => a.line - b.line || a.column - b.column);
  throw new ConfigurationError(
    lines.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"),
  );
}

/**
 * `admin.socket` of a file, whatever else is wrong with it: a gateway that runs by what the file said before can be reached all the same. Rejects with
 * {@link ConfigurationError} where it is no TOML.
 */
export async function loadAdminSocket(file: string): Promise<string | undefined> {
  const value = parsed(lowerKeys(await readText(file)), file);
  const admin = isTable(value) ? value.admin : undefined;
  const socket = isTable(admin) ? admin.socket : undefined;
  return typeof socket === "string" && socket !== "" ? socket : undefined;
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    // Its first line says what is wrong; a drawing follows.
    const why = error.message.split("\n", 1)[0]?.replace("Invalid TOML document: ", "not TOML: ");
    throw new ConfigurationError(`${file}:${line}:${column}: ${why}`);
  }
}

/** Where a fault is; of what is missing, where the table is that lacks it. */
function positionOf({ path, ofKey }: Pick<Fault, "path" | "ofKey">, places: Places): Position {
  const place = places.get(pathKey(path));
  if (place !== undefined) return ofKey ? place.key : place.value;
  return path.length === 0 ? { line: 1, column: 1 } : positionOf({ path: path.slice(0, -1), ofKey: true }, places);
}
