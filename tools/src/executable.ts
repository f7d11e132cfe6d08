/** Where `npm run build:executable` writes. */
import { join } from "node:path";
import { root } from "./root.ts";

export const OUTPUT = join(root, "build");
export const MODULE = join(OUTPUT, "flatend-gateway.mjs");
export const EXECUTABLE = join(OUTPUT, process.platform === "win32" ? "flatend.exe" : "flatend");
