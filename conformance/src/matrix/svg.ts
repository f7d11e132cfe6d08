import { type ExpectedFailure, indexOf } from "./expected.ts";
import { NAMES } from "./implementations.ts";
import { directionOf } from "./markdown.ts";
import type { Outcome, PairResult } from "./outcome.ts";
import { groupsOf, TRIALS } from "./trials.ts";

const MARGIN = 20;
const CELL = { width: 46, height: 30 };
const GROUP_GAP = 8;
const BLOCK_GAP = 8;
const NAME_WIDTH = 90;
const TABLE_LEFT = MARGIN + 2 * NAME_WIDTH + 16;
const TABLE_TOP = 86;
const NOTE_HEIGHT = 20;

/** A renderer that knows no custom properties still shows the light colours, so each is written out. */
const COLOURS = {
  light: { paper: "#ffffff", text: "#1f2328", quiet: "#59636e", line: "#d1d9e0" },
  dark: { paper: "#0d1117", text: "#f0f6fc", quiet: "#9198a1", line: "#3d444d" },
};
const STATES = {
  pass: { light: ["#dafbe1", "#1a7f37"], dark: ["#12311f", "#3fb950"] },
  fail: { light: ["#ffebe9", "#cf222e"], dark: ["#3c1618", "#ff7b72"] },
  "not-run": { light: ["#f0f2f5", "#59636e"], dark: ["#21262d", "#9198a1"] },
} as const;
const MARKS: Readonly<Record<Outcome["state"], string>> = {
  pass: "M-5 0.5 L-1.5 4 L5.5 -4",
  fail: "M-4 -4 L4 4 M4 -4 L-4 4",
  "not-run": "M-4 0 L4 0",
};
const WORDS: Readonly<Record<Outcome["state"], string>> = { pass: "works", fail: "fails", "not-run": "not run" };

/** The table as a picture, for light and dark pages. The same results give the same bytes. */
export function renderSvg(results: readonly PairResult[], expected: readonly ExpectedFailure[]): string {
  const columns = columnPositions();
  const width = Math.max(...columns.values()) + CELL.width + MARGIN;
  const rows = rowPositions(results);
  const bottom = Math.max(TABLE_TOP, ...rows) + CELL.height + 14;
  const height = bottom + NOTE_HEIGHT * (1 + expected.length) + MARGIN - 6;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">Which pairs of implementations work together, and in what</title>`,
    `<style>${SHAPES}${colours("light")}@media (prefers-color-scheme: dark) {${colours("dark")}}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    ...heads(columns, width),
    ...results.flatMap((pair, index) => pairRow(pair, rows[index] ?? 0, columns, expected)),
    ...notes(expected, bottom),
    "</svg>",
    "",
  ].join("\n");
}

const SHAPES = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}",
  ".strong{font-weight:600}.small,.mark text{font-size:11px}",
  "path{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}",
].join("");

function colours(scheme: "light" | "dark"): string {
  const { paper, text, quiet, line } = COLOURS[scheme];
  const states = Object.entries(STATES).map(
    ([
      state,
      {
        [scheme]: [back, front],
      },
    ]) => {
      return `.${state} rect{fill:${back}}.${state} path{stroke:${front}}.${state} text{fill:${front}}`;
    },
  );
  return [
    `.paper{fill:${paper};stroke:${line}}.line{stroke:${line}}text{fill:${text}}.quiet{fill:${quiet}}`,
    ...states,
  ].join("");
}

/** Left edge of each trial's cells. */
function columnPositions(): Map<string, number> {
  const positions = new Map<string, number>();
  let left = TABLE_LEFT;
  for (const { trials } of groupsOf(TRIALS)) {
    for (const { id } of trials) {
      positions.set(id, left);
      left += CELL.width;
    }
    // A lone column is as wide as its heading needs.
    if (trials.length === 1) left += 10;
    left += GROUP_GAP;
  }
  return positions;
}

/** Upper edge of each pair's cells; those of one dialer stand together. */
function rowPositions(results: readonly PairResult[]): number[] {
  let top = TABLE_TOP;
  return results.map((pair, index) => {
    if (index > 0) top += CELL.height + (results[index - 1]?.dialer === pair.dialer ? 0 : BLOCK_GAP);
    return top;
  });
}

function heads(columns: ReadonlyMap<string, number>, width: number): string[] {
  const names = groupsOf(TRIALS).flatMap(({ name, trials }) => {
    const first = columns.get(trials[0]?.id ?? "") ?? 0;
    const middle = first + (trials.length * CELL.width) / 2;
    const lines = trials.length === 1 ? name.split(" ") : [name];
    return lines.map((line, index) =>
      text(middle, lines.length === 1 ? 48 : 40 + 16 * index, line, "strong", "middle"),
    );
  });
  const directions = TRIALS.filter(({ direction }) => direction !== undefined).map((trial) =>
    text((columns.get(trial.id) ?? 0) + CELL.width / 2, 68, directionOf(trial), "small quiet", "middle"),
  );
  return [
    text(MARGIN, 48, "A dials", "strong"),
    text(MARGIN + NAME_WIDTH, 48, "B", "strong"),
    ...names,
    ...directions,
    `<path class="line" style="stroke-width:1" d="M${MARGIN} ${TABLE_TOP - 8}H${width - MARGIN}"/>`,
  ];
}

function pairRow(
  pair: PairResult,
  top: number,
  columns: ReadonlyMap<string, number>,
  expected: readonly ExpectedFailure[],
): string[] {
  const cells = TRIALS.map((trial) => {
    const state = pair.outcomes.get(trial.id)?.state ?? "not-run";
    const what = `${trial.group} ${directionOf(trial)}`.trim();
    const label = `${NAMES[pair.dialer]} dials ${NAMES[pair.listener]}, ${what}: ${WORDS[state]}`;
    const note = state === "fail" ? indexOf(expected, pair, trial.id) + 1 : 0;
    return cell(state, columns.get(trial.id) ?? 0, top, label, note);
  });
  const baseline = top + CELL.height / 2 + 4.5;
  return [
    text(MARGIN, baseline, NAMES[pair.dialer]),
    text(MARGIN + NAME_WIDTH, baseline, NAMES[pair.listener]),
    ...cells,
  ];
}

/** `note` is the number of the reason below the table; 0 for none. */
function cell(state: Outcome["state"], left: number, top: number, label: string, note: number): string {
  const x = left + CELL.width / 2;
  const y = top + CELL.height / 2;
  const number = note === 0 ? "" : text(x + 8, y - 1, `${note}`);
  return `<g class="mark ${state}"><title>${escaped(label)}</title><rect x="${left + 2}" y="${top + 2}" width="${CELL.width - 4}" height="${CELL.height - 4}" rx="5"/><path transform="translate(${x} ${y})" d="${MARKS[state]}"/>${number}</g>`;
}

function notes(expected: readonly ExpectedFailure[], top: number): string[] {
  const legend =
    "A→B: A calls a service of B. B→A: B calls a service of A, over the same connection. Restarts: killed, and started again on its port.";
  return [legend, ...expected.map(({ title }, index) => `${index + 1}  ${title}.`)].map((line, index) =>
    text(MARGIN, top + NOTE_HEIGHT * index + 10, line, "small quiet"),
  );
}

function text(x: number, y: number, content: string, kind = "", anchor = "start"): string {
  const names = kind === "" ? "" : ` class="${kind}"`;
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}"${names}${place}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
