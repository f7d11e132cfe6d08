// `npm run wasm`: compiles reference/wasm/short-gcm.ts to a module of TypeScript that holds its bytes. With --check it only says whether
// the module is what the source compiles to.
import { readFileSync, writeFileSync } from "node:fs";
import { main } from "assemblyscript/asc";

const source = new URL("../reference/wasm/short-gcm.ts", import.meta.url);
const target = new URL("../reference/src/generated/short-gcm.ts", import.meta.url);
let binary;
const { error, stderr } = await main(
  // Three pages of 64 KiB: the tables, a message and its key stream. The memory never grows, so that views of it stay valid.
  "short-gcm.ts -O3 --runtime stub --noAssert --enable simd --initialMemory 3 --maximumMemory 3 --outFile short-gcm.wasm".split(
    " ",
  ),
  {
    readFile: (name) => (name === "short-gcm.ts" ? readFileSync(source, "utf8") : null),
    writeFile: (name, contents) => {
      if (name === "short-gcm.wasm") binary = contents;
    },
    listFiles: () => [],
  },
);
if (error !== null || binary === undefined) throw new Error(`${stderr.toString()}${error?.message ?? "no output"}`);
const numbers = [...binary];
const lines = Array.from(
  { length: Math.ceil(numbers.length / 32) },
  (_, i) => `  ${numbers.slice(32 * i, 32 * i + 32).join(", ")},`,
);
const text = `// Made by \`npm run wasm\` from reference/wasm/short-gcm.ts. Not to be edited.\nexport const SHORT_GCM = new Uint8Array([\n${lines.join("\n")}\n]);\n`;
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error(
    "reference/src/generated/short-gcm.ts is not what reference/wasm/short-gcm.ts compiles to: run `npm run wasm`",
  );
  process.exitCode = 1;
}
