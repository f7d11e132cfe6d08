/** npm flatend 0.0.8 under the kit, by its list of known failures. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Result, runNode } from "./process.ts";

/** Cases that may be looked at again; more than that is no accident. */
const MOST = 30;
const ROUNDS = 3;
/** Ends the same way each time, so that a round in which all else is undecided has come to a verdict. */
const STEADY = "session/seal/tag-changed";

export interface Report {
  readonly problems: readonly string[];
  readonly deaths: readonly { readonly around: readonly string[] }[];
  readonly cases: readonly { readonly id: string; readonly verdict: string; readonly known?: object }[];
}

/**
 * The original's deaths strike whoever is on the line: what runs beside a case can change how it ends. Cases that did not end as
 * listed are looked at again with nothing but each other beside them, and all of them must be as listed then.
 */
export function judgeByList(args: readonly string[]): Result {
  let only: string[] = [];
  let output = "";
  for (let round = 1; ; round++) {
    const directory = mkdtempSync(join(tmpdir(), "flatend-original-"));
    try {
      const selection = only.flatMap((id) => ["--only", id]);
      const result = runNode(["conformance/bin/flatend-conformance.js", ...args, ...selection, "--out", directory]);
      output += result.output;
      if (result.code === 0 || round === ROUNDS) return { code: result.code, output };
      const doubtful = doubtfulCases(JSON.parse(readFileSync(join(directory, "report.json"), "utf8")) as Report);
      if (doubtful.length === 0 || doubtful.length > MOST) return { code: result.code, output };
      output += `\nnot as listed, looked at again by themselves: ${doubtful.join(", ")}\n`;
      only = [...doubtful, STEADY];
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** Cases that failed without being listed, whose entries did not hold, or that were near a death nobody could be blamed for. */
export function doubtfulCases(report: Report): string[] {
  const near = new Set(report.deaths.flatMap((death) => death.around));
  const named = report.problems.join("\n").split(/[\s,:;"'()]+/);
  const stale = new Set(named);
  return report.cases
    .filter(({ id, verdict, known }) => {
      const missed = !["pass", "skipped", "unimplemented", "informational"].includes(verdict) && known === undefined;
      return missed || near.has(id) || stale.has(id);
    })
    .map(({ id }) => id);
}
