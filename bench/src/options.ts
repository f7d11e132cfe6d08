/** The arguments of the program, and what is wrong with them. */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";

/** A wrong argument: its message is for the person who typed it. */
export class UsageError extends Error {}

export interface Options {
  readonly quick: boolean;
  /** File for the rows, if they are wanted as data. */
  readonly json: string | undefined;
  readonly stacks: readonly string[];
}

/** Throws {@link UsageError}. A file that could not be written is found out here, not after minutes of measuring. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { quick = false, json, stacks: list = known.join(",") } = parsed(args);
  const stacks = [...new Set(list.split(",").map((name) => name.trim()))];
  const unknown = stacks.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(`--stacks: expected some of ${known.join(", ")}, got ${unknown.map(quoted).join(", ")}`);
  }
  if (json !== undefined) checkWritable(json);
  return { quick, json, stacks };
}

function parsed(args: readonly string[]) {
  try {
    const options = { quick: { type: "boolean" }, json: { type: "string" }, stacks: { type: "string" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
}

/** Throws {@link UsageError}. */
export function checkWritable(file: string): void {
  try {
    if (file === "") throw new Error("no name");
    accessSync(dirname(file), constants.W_OK);
  } catch {
    throw new UsageError(`--json: expected a file in a folder that can be written, got ${quoted(file)}`);
  }
}

const quoted = (text: string): string => JSON.stringify(text);
