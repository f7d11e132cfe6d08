// Random and mutated inputs for every decoder: node decoders.js [--inputs N] [--seed N] [--only NAME]
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "10000000" },
    seed: { type: "string", default: String(Date.now() % 0x1_0000_0000) },
    only: { type: "string" },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed) || targets.length === 0) {
  console.error(`usage: decoders.js [--inputs N] [--seed N] [--only ${TARGETS.map(({ name }) => name).join("|")}]`);
  process.exit(2);
}

console.log(`seed ${seed}, ${inputs} inputs for each of ${targets.length} decoders`);
for (const target of targets) {
  const { name, inputs: done, accepted, milliseconds, failure } = fuzz(target, seed, { inputs });
  if (failure !== undefined) {
    console.error(`${name}: input ${done} of seed ${seed}: expected a packet or a WireError, got`, failure.error);
    console.error(`input: ${Buffer.from(failure.input).toString("hex")}`);
    process.exit(1);
  }
  const rate = Math.round((done / milliseconds) * 1_000);
  const share = ((100 * accepted) / done).toFixed(1);
  console.log(`${name}: ${done} inputs, ${share} % accepted, ${rate.toLocaleString("en")} inputs/s`);
}
