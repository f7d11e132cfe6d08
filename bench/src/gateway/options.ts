import { parseArgs } from "node:util";
import { checkWritable, UsageError } from "../options.ts";

export interface Options {
  readonly quick: boolean;
  /** File for the rows, if they are wanted as data. */
  readonly json: string | undefined;
  /** Length of the large bodies. */
  readonly bytes: number;
}

const GIB = 1_024 ** 3;

/** Throws {@link UsageError}. */
export function readOptions(args: readonly string[]): Options {
  const { quick = false, json, gib = "0.25" } = parsed(args);
  const bytes = Math.round(Number(gib) * GIB);
  if (!(bytes > 0)) throw new UsageError(`--gib: expected a number above 0, got ${JSON.stringify(gib)}`);
  if (json !== undefined) checkWritable(json);
  return { quick, json, bytes };
}

function parsed(args: readonly string[]) {
  try {
    const options = { quick: { type: "boolean" }, json: { type: "string" }, gib: { type: "string" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
}
