/** Load over HTTP by wrk, and what it tells. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What one round of load gave. */
export interface Load {
  readonly perSecond: number;
  /** Latencies in ms. */
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 64;
const run = promisify(execFile);

/** Why there can be no load here; `undefined` when there can. */
export async function missingWrk(): Promise<string | undefined> {
  try {
    await run("wrk", ["--version"]);
  } catch (error) {
    // It ends with 1 after it has told its version.
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      return "needs wrk, https://github.com/wg/wrk (Debian: apt-get install wrk)";
  }
  return undefined;
}

/** One thread and 64 connections for so many whole seconds. Rejects when a request failed or was not answered with 2xx. */
export async function wrk(url: string, seconds: number): Promise<Load> {
  const { stdout } = await run("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", url]);
  return readReport(stdout);
}

/** Throws when requests have failed. */
export function readReport(text: string): Load {
  const failed = /^ *(Non-2xx or 3xx responses: .*|Socket errors: .*)$/m.exec(text)?.[1];
  if (failed !== undefined) throw new Error(failed);
  return {
    perSecond: Number(found(/^Requests\/sec: +([\d.]+)$/m, text)[1]),
    p50: latency("50", text),
    p99: latency("99", text),
  };
}

const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

function latency(percent: string, text: string): number {
  const [, value, unit = ""] = found(new RegExp(`^ +${percent}% +([\\d.]+)(us|ms|s|m)$`, "m"), text);
  return Number(value) * (MS[unit] ?? Number.NaN);
}

function found(pattern: RegExp, text: string): RegExpExecArray {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`expected a report of wrk with ${pattern}, got ${JSON.stringify(text)}`);
  return match;
}
