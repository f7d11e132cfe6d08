import { type ExpectedFailure, indexOf } from "./expected.ts";
import { NAMES } from "./implementations.ts";
import type { Outcome, PairResult } from "./outcome.ts";
import { groupsOf, TRIALS, type Trial } from "./trials.ts";

const INTRODUCTION = `# Who talks to whom

Three implementations of the protocol, each dialing each: the [reference node](../../reference/README.md), the
[node in Python](../peers/python/README.md), and npm \`flatend\` 0.0.8, the original, unchanged. Each pair runs as two processes on one machine; calls are
made by the peers' own \`call\` service, on behalf of a third party that offers no service, so that only the other peer can have answered.
\`npm run matrix\` makes this page and the picture, and fails when an outcome is not the one that is [expected](expected.toml).

![Which pairs of implementations work together, and in what](matrix.svg)

A dials B. A→B is a call that A makes of B, B→A one that B makes of A over the same connection.
`;

/** The whole page. The same results give the same bytes. */
export function renderMarkdown(results: readonly PairResult[], expected: readonly ExpectedFailure[]): string {
  return [INTRODUCTION, table(results, expected), meanings(), failures(results, expected)].join("\n");
}

/** What stands below a heading: for a trial of one direction, that. */
export function directionOf({ direction }: Trial): string {
  if (direction === undefined) return "";
  return direction === "forth" ? "A→B" : "B→A";
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function table(results: readonly PairResult[], expected: readonly ExpectedFailure[]): string {
  const heads = TRIALS.map((trial) => `${trial.group} ${directionOf(trial)}`.trim());
  const rows = results.map((pair) =>
    row([
      NAMES[pair.dialer],
      NAMES[pair.listener],
      ...TRIALS.map(({ id }) => cell(pair.outcomes.get(id), indexOf(expected, pair, id))),
    ]),
  );
  const rule = row(["---", "---", ...TRIALS.map(() => ":-:")]);
  return [row(["A", "B", ...heads]), rule, ...rows, ""].join("\n");
}

function cell(outcome: Outcome | undefined, index: number): string {
  switch (outcome?.state) {
    case "pass":
      return "pass";
    case "fail":
      return index < 0 ? "**fail**" : `**fail** (${index + 1})`;
    default:
      return "not run";
  }
}

function meanings(): string {
  const rows = groupsOf(TRIALS).map(({ name, trials }) => row([name, trials[0]?.passes ?? ""]));
  return ["## What passes means", "", row(["column", "it passes when"]), row(["---", "---"]), ...rows, ""].join("\n");
}

function failures(results: readonly PairResult[], expected: readonly ExpectedFailure[]): string {
  const listed = expected.map(({ title, reason }, index) => `${index + 1}. **${title}.** ${reason.trim()}`);
  const others = results.flatMap((pair) =>
    [...pair.outcomes].flatMap(([id, outcome]) => {
      const where = `${NAMES[pair.dialer]} dials ${NAMES[pair.listener]}, ${id}`;
      if (outcome.state === "not-run") return [`- ${where}: not run, since ${outcome.because} failed`];
      if (outcome.state === "pass" || indexOf(expected, pair, id) >= 0) return [];
      return [`- ${where}: not expected: ${outcome.what.replaceAll(/\s+/g, " ")}`];
    }),
  );
  const all = [...listed, ...(others.length > 0 ? ["", ...others] : [])];
  return ["## What fails, and why", "", ...(all.length > 0 ? all : ["Nothing."]), ""].join("\n");
}
