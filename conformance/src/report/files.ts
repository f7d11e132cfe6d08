import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CaseResult } from "../runner/verdict.ts";
import type { Report } from "./schema.ts";
import { renderTranscript } from "./transcript.ts";

/** Writes report.json, in whatever way the run ended. */
export function writeReport(directory: string, report: Report): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
}

/** One text file per case that ran, whatever its verdict. */
export function writeTranscript(directory: string, result: CaseResult): void {
  if (result.transcript.length === 0) return;
  mkdirSync(directory, { recursive: true });
  const head = [
    `${result.id}: ${result.verdict}`,
    `requirements: ${result.requirements.join(", ")}`,
    ...(result.reason === undefined ? [] : [result.reason]),
    "",
  ];
  writeFileSync(
    join(directory, `${result.id.replaceAll("/", "_")}.txt`),
    `${[...head, ...renderTranscript(result.transcript)].join("\n")}\n`,
  );
}
