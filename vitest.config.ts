import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run on the sources, so that a stale build can never make them green.
    alias: [
      { find: /^flatend$/, replacement: source("reference/src/index.ts") },
      {
        find: /^flatend\/(wire|crypto|session|rpc|stream|connection|dht|transport|node|testing)$/,
        replacement: source("reference/src/$1/index.ts"),
      },
    ],
  },
  test: {
    include: ["{spec/tools,vectors,reference,conformance,tools,bench,gateway}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 30_000,
    // Many wait for time to pass: on two cores one worker, as vitest has it, takes twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
