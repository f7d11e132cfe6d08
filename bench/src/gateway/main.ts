/** `npm run bench:gateway -- [--quick] [--gib N] [--json FILE]`: see ../../README.md. */
import { writeFileSync } from "node:fs";
import { describeMachine, machine } from "../machine.ts";
import { UsageError } from "../options.ts";
import { download, upload } from "./bodies.ts";
import { type Contender, Place, startCaddy, startFastify, startGateway } from "./contenders.ts";
import { type Options, readOptions } from "./options.ts";
import { FILE } from "./places.ts";
import { answering, peakWhile, residentOf, role, stopAll } from "./processes.ts";
import { loadRows, type Outcome, printed, type Row, rowsOf } from "./rows.ts";
import { type Load, missingWrk, wrk } from "./wrk.ts";

interface Target {
  readonly stack: string;
  readonly url: string;
  readonly missing?: string | undefined;
}

const MB = 1_000_000;
const options = optionsOrExit();
const rounds = options.quick ? 2 : 5;
const seconds = options.quick ? 1 : 4;
const warmUp = options.quick ? 2 : 6;

const host = machine();
console.log(describeMachine(host));
const place = new Place();
try {
  const rows = await measure(place);
  console.log(printed(rows));
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine: host, rows }, undefined, 2)}\n`);
} finally {
  stopAll();
  place.remove();
}
process.exit();

async function measure(where: Place): Promise<Row[]> {
  const noLoad = await missingWrk();
  console.log(`medians of ${rounds} rounds of ${seconds} s; load by ${noLoad === undefined ? "wrk" : "nobody"}`);
  const gateway = await startGateway(where);
  const servers: readonly Contender[] = [gateway, await startCaddy(where), await startFastify(where)];
  const idle = await Promise.all(servers.map((server) => memoryOf(server, residentOf(server.pid))));
  await role("service", gateway.mesh);
  await answering(`${gateway.url}/hello`);
  await role("original", gateway.mesh);
  await answering(`${gateway.url}/original`);

  const small: Target[] = servers.map(({ stack, url, missing }) => ({ stack, missing, url: `${url}/hello` }));
  small.push({ stack: "gateway, 0.0.8", url: `${gateway.url}/original` });
  const files: Target[] = [
    { stack: "gateway", url: `${gateway.url}/static/${FILE}` },
    { stack: "@fastify/static", url: `${servers[2]?.url}/static/${FILE}` },
  ];
  const rows = [
    ...loadRows("small", "caddy", await loads(small, noLoad)),
    ...loadRows("static", "@fastify/static", await loads(files, noLoad)),
    ...memoryRows("memory idle", idle),
  ];
  const busy: Outcome<number>[] = [];
  for (const [index, server] of servers.entries()) {
    const missing = server.missing ?? noLoad;
    if (missing !== undefined) busy.push({ stack: server.stack, rounds: [], missing });
    else {
      const peak = peakWhile(server.pid, () => wrk(small[index]?.url ?? "", seconds)).then(([, bytes]) => bytes);
      busy.push(await memoryOf(server, peak));
    }
  }
  rows.push(...memoryRows("memory under load", busy));
  for (const [name, move] of Object.entries({ upload, download })) rows.push(...(await bodyRows(name, move, gateway)));
  return rows;
}

async function memoryOf({ stack, missing }: Contender, told: Promise<number | undefined>): Promise<Outcome<number>> {
  const bytes = missing === undefined ? await told : undefined;
  if (bytes !== undefined) return { stack, rounds: [bytes] };
  return { stack, rounds: [], missing: missing ?? "needs ps" };
}

function memoryRows(workload: string, outcomes: readonly Outcome<number>[]): Row[] {
  return rowsOf(outcomes, { workload, unit: "MB", of: "caddy", value: (bytes) => bytes / MB });
}

/** Each target in turn in every round: what else the machine does comes over all of them alike. */
async function loads(targets: readonly Target[], noLoad: string | undefined): Promise<Outcome<Load>[]> {
  const done = new Map<Target, { rounds: Load[]; missing?: string | undefined }>();
  for (const target of targets) done.set(target, { rounds: [], missing: target.missing ?? noLoad });
  for (let round = -1; round < rounds; round++) {
    for (const [target, outcome] of done) {
      if (outcome.missing !== undefined) continue;
      try {
        const load = await wrk(target.url, round < 0 ? warmUp : seconds);
        if (round >= 0) outcome.rounds.push(load);
      } catch (error) {
        outcome.rounds = [];
        outcome.missing = (error as Error).message;
      }
    }
  }
  return [...done].map(([{ stack }, outcome]) => ({ stack, ...outcome }));
}

/** How fast a large body passes the gateway, and the most it holds meanwhile. */
async function bodyRows(
  name: string,
  move: (url: string, bytes: number) => Promise<void>,
  { stack, url, pid }: Contender,
): Promise<Row[]> {
  const workload = `${name} of ${options.bytes / 2 ** 30} GiB`;
  const started = performance.now();
  const [perSecond, peak] = await peakWhile(pid, async () => {
    await move(url, options.bytes);
    return (options.bytes * 1_000) / (performance.now() - started);
  });
  const memory: Outcome<number> =
    peak === undefined ? { stack, rounds: [], missing: "needs ps" } : { stack, rounds: [peak] };
  const value = (bytes: number) => bytes / MB;
  return [
    ...rowsOf([{ stack, rounds: [perSecond] }], { workload, unit: "MB/s", of: null, value }),
    ...rowsOf([memory], { workload: `${workload}, most memory`, unit: "MB", of: null, value }),
  ];
}

/** Whoever mistypes an argument is told so in one line. */
function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
