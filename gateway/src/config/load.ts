import { readFile } from "node:fs/promises";
import { parse } from "smol-toml";
import { type Configuration, schema } from "./schema.ts";

/** A configuration file that cannot be used. The message names every fault. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** Reads and validates a configuration file. Throws {@link ConfigurationError}. */
export async function loadConfiguration(file: string): Promise<Configuration> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new ConfigurationError(`${file}: ${(error as Error).message}`);
  });
  return schema.parse(parse(text));
}
