import { type RequirementId, requirements } from "../generated/requirements.ts";
import type { CaseResult, Verdict } from "../runner/verdict.ts";
import type { Output, Reporter } from "./reporter.ts";
import type { CaseReport, Report } from "./schema.ts";

const MARKS: Record<Verdict, string> = {
  pass: "✓",
  fail: "✗",
  "non-strict": "!",
  informational: "i",
  unimplemented: "–",
  skipped: "–",
  inconclusive: "?",
  error: "E",
};
const COLORS: Record<Verdict, number> = {
  pass: 32,
  fail: 31,
  "non-strict": 33,
  informational: 36,
  unimplemented: 90,
  skipped: 90,
  inconclusive: 35,
  error: 31,
};

/** Lines of a transcript shown in the terminal; the whole is in report.json and with --transcript. */
const TRANSCRIPT_LINES = 60;

/** One line per case as it ends, then each failure in full, then the summary. */
export function prettyReporter(output: Output): Reporter {
  const paint = (code: number, text: string) => (output.colors ? `\x1b[${code}m${text}\x1b[0m` : text);
  const line = (text = "") => output.write(`${text}\n`);
  const tally = new Map<string, Verdict>();
  let progress = "";
  const clear = () => {
    if (progress !== "") output.write(`\r${" ".repeat(progress.length)}\r`);
    progress = "";
  };
  return {
    start(selected, target, seed) {
      line(`${selected.length} cases against ${target}, seed ${seed}`);
    },
    ready(facts, refuses) {
      if (refuses === undefined) {
        const identity =
          facts.publicKey === undefined
            ? "anonymous"
            : `key ${Buffer.from(facts.publicKey).toString("hex").slice(0, 16)}…`;
        line(
          `listening on ${facts.host}:${facts.port}, ${identity}, services: ${facts.services.join(", ") || "none"}, round trip ${facts.roundTripMs.toFixed(2)} ms`,
        );
      } else line(paint(31, `no Handshake could be completed: ${refuses}`));
      line();
    },
    result(result: CaseResult, done, of) {
      clear();
      tally.set(result.id, result.verdict);
      const mark = paint(COLORS[result.verdict], `${MARKS[result.verdict]} ${result.verdict.padEnd(13)}`);
      const death = result.death !== undefined ? paint(31, " CRASH") : result.hang === true ? paint(31, " HANG") : "";
      const why =
        result.verdict === "pass" || result.reason === undefined ? "" : paint(90, `  ${firstLine(result.reason)}`);
      line(`${mark} ${result.id}${death} ${paint(90, `${result.durationMs} ms`)}${why}`);
      if (output.isTTY && done < of) {
        const failed = [...tally.values()].filter((verdict) => verdict === "fail").length;
        progress = `${done}/${of}${failed > 0 ? `, ${failed} failed` : ""}`;
        output.write(progress);
      }
    },
    end(report) {
      clear();
      const shown = report.cases.filter((one) => isShown(one, report));
      for (const one of shown) for (const text of renderCase(one, paint)) line(text);
      line();
      for (const text of renderSummary(report, paint)) line(text);
    },
  };
}

function isShown(one: CaseReport, report: Report): boolean {
  if (one.known !== undefined) return false;
  return (
    one.verdict === "fail" ||
    one.verdict === "error" ||
    (one.verdict === "non-strict" && report.profile === "base-strict") ||
    one.crash === true
  );
}

type Paint = (code: number, text: string) => string;

export function renderCase(one: CaseReport, paint: Paint): string[] {
  const lines = [
    "",
    paint(
      COLORS[one.verdict],
      `${MARKS[one.verdict]} ${one.verdict}${one.crash ? " (crash)" : one.hang ? " (hang)" : ""}  ${one.id}`,
    ),
  ];
  const block = (label: string, text: string) => {
    const [first = "", ...rest] = text.split("\n");
    lines.push(`  ${label.padEnd(9)} ${first}`, ...rest.map((more) => `  ${" ".repeat(9)} ${more}`));
  };
  for (const id of one.requirements) {
    const requirement = requirements[id as RequirementId];
    block(id, "");
    lines.push(
      `    (${requirement.actor}) ${requirement.text}  ${paint(90, `spec/${requirement.chapter}:${requirement.line}`)}`,
    );
  }
  block("why", one.why);
  if (one.sent !== undefined && one.sent.length > 0) {
    block("sent", one.sent.slice(-8).join("\n"));
  }
  if (one.failure !== undefined) {
    block("at", one.failure.step);
    block("expected", one.failure.expected);
    block("came", one.failure.came);
  } else if (one.reason !== undefined) block("reason", one.reason);
  if (one.crash === true) {
    block(
      "death",
      one.signal != null
        ? `signal ${one.signal}`
        : one.exitCode != null
          ? `exit code ${one.exitCode}`
          : "it accepts no connections any more",
    );
    const stderr = (one.stderr ?? "").trim();
    if (stderr !== "") block("stderr", stderr.split("\n").slice(-12).join("\n"));
  }
  if (one.transcript !== undefined) {
    block("transcript", "");
    const cut = one.transcript.length > TRANSCRIPT_LINES;
    if (cut)
      lines.push(
        paint(
          90,
          `    … ${one.transcript.length - TRANSCRIPT_LINES} lines before are in report.json (--out) and with --transcript`,
        ),
      );
    lines.push(...one.transcript.slice(-TRANSCRIPT_LINES).map((text) => paint(90, `    ${text}`)));
  }
  if (one.repeat !== undefined) block("repeat", one.repeat);
  return lines;
}

export function renderSummary(report: Report, paint: Paint): string[] {
  const parts = Object.entries(report.summary).flatMap(([verdict, count]) =>
    count > 0 ? [paint(COLORS[verdict as Verdict], `${count} ${verdict}`)] : [],
  );
  const known = report.cases.filter((one) => one.known !== undefined).length;
  const lines = [
    `${report.cases.length} cases: ${parts.join(", ") || "none ran"}${known > 0 ? ` (${known} as listed in the known failures)` : ""}, ${(report.durationMs / 1000).toFixed(1)} s`,
  ];
  const { exercised, of, broken } = report.requirements;
  lines.push(
    `${exercised} of ${of} requirements exercised${broken.length > 0 ? `; broken: ${broken.join(", ")}` : ""}`,
  );
  const missing = new Map<string, number>();
  for (const one of report.cases)
    if (one.verdict === "unimplemented" && one.reason !== undefined)
      missing.set(one.reason, (missing.get(one.reason) ?? 0) + 1);
  for (const [reason, count] of missing) lines.push(`${count} unimplemented: ${reason}`);
  for (const death of report.deaths) {
    lines.push(
      paint(
        31,
        `the target died (${death.signal ?? `exit code ${death.exitCode ?? "unknown"}`}) while these ran, and none of them alone kills it: ${death.around.join(", ")}`,
      ),
    );
  }
  lines.push(...report.problems.map((problem) => `- ${problem}`));
  const color = report.exitCode === 0 ? 32 : 31;
  lines.push(paint(color, `${report.conclusion} (exit code ${report.exitCode})`));
  return lines;
}

function firstLine(text: string): string {
  const [first = ""] = text.split("\n");
  return first.length > 160 ? `${first.slice(0, 160)}…` : first;
}
