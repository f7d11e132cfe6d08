// `npm run simulate -- mesh|dht …`
import { writeFileSync } from "node:fs";
import { DHT_USAGE, parseDht } from "./dht/options.ts";
import { formatTable, reaches } from "./dht/report.ts";
import { type Measured, measure } from "./dht/scenario.ts";
import { renderSvg } from "./dht/svg.ts";
import { runMesh } from "./mesh.ts";

const USAGE = `usage: npm run simulate -- mesh [NODES] [SEED]     whole nodes, services and calls
       npm run simulate -- dht [NODES] [options]   tables and lookups alone, many of them

Each has --help.`;

const [kind, ...rest] = process.argv.slice(2);
try {
  if (kind === "mesh") await runMesh(rest);
  else if (kind === "dht") runDht(rest);
  else if (kind === "--help") console.log(USAGE);
  else throw new Error(`expected mesh or dht, got ${kind ?? "nothing"}; --help tells more`);
} catch (error) {
  console.error(`simulate: ${(error as Error).message.split("\n")[0]}`);
  process.exitCode = 2;
}

function runDht(args: readonly string[]): void {
  const command = parseDht(args);
  if (command === undefined) {
    console.log(DHT_USAGE);
    return;
  }
  const rows: Measured[] = [];
  for (const run of command.runs) {
    for (const row of measure(run)) {
      rows.push(row);
      console.error(`${row.scenario}: ${row.found} of ${row.lookups} found`);
    }
  }
  console.log(formatTable(rows));
  if (command.json !== undefined) writeFileSync(command.json, `${JSON.stringify({ rows }, undefined, 2)}\n`);
  if (command.svg !== undefined) writeFileSync(command.svg, renderSvg(rows));
  const missed = rows.filter((row) => !reaches(row));
  for (const row of missed) console.log(`below its target: ${row.scenario}`);
  if (command.check && missed.length > 0) process.exitCode = 1;
}
