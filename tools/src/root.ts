import { fileURLToPath } from "node:url";

/** The repository's root, seen from `tools/src` and `tools/dist` alike. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
