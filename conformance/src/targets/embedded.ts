import { fileURLToPath } from "node:url";
import { ExecTarget } from "./exec.ts";

/**
 * The reference node with all test services. It runs in a process of its own, so that its death is a death of the target and
 * not of the kit.
 */
export function startEmbeddedNode(): ExecTarget {
  const program = fileURLToPath(new URL("./embedded-main.js", import.meta.url));
  return new ExecTarget(
    [process.execPath, program, "{bind}", "{bootstrap}"],
    "the embedded reference node",
    [],
    "embedded",
  );
}
