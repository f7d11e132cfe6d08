import { CALM_TARGET, MALICIOUS_TARGET, percent, reaches, targetOf } from "./report.ts";
import type { Measured } from "./scenario.ts";

const WIDTH = 880;
const ROW = 46;
const TOP = 96;
const LEFT = 250;
const BAR = 330;
const HOPS = 660;
const HOPS_BAR = 150;

const STYLE = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:#1f2328}",
  ".title{font-size:16px;font-weight:600}.strong{font-weight:600}.quiet{fill:#59636e;font-size:11px}",
  ".paper{fill:#ffffff;stroke:#d1d9e0}.track{fill:#eff2f5}.good{fill:#1a7f37}.bad{fill:#cf222e}.hops{fill:#0969da}",
  ".target{stroke:#1f2328;stroke-width:1.5}",
  "@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.paper{fill:#0d1117;stroke:#3d444d}",
  ".track{fill:#21262d}.good{fill:#3fb950}.bad{fill:#ff7b72}.hops{fill:#4493f8}.target{stroke:#f0f6fc}}",
].join("");

/** One line for each row: how many lookups found their node, from 90 to 100 %, and in how many hops, each beside its target. */
export function renderSvg(rows: readonly Measured[]): string {
  const height = TOP + ROW * rows.length + 44;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Lookups in the simulated mesh: how many succeed, and in how many hops</title>',
    `<style>${STYLE}</style>`,
    `<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    '<text class="title" x="24" y="36">Lookups in the simulated mesh</text>',
    `<text class="strong" x="${LEFT}" y="66">Nodes found</text>`,
    `<text class="quiet" x="${LEFT}" y="84">90 %</text>`,
    `<text class="quiet" x="${LEFT + BAR}" y="84" text-anchor="end">100 %</text>`,
    `<text class="strong" x="${HOPS}" y="66">Hops, mean</text>`,
    `<text class="quiet" x="${HOPS}" y="84">0</text>`,
    `<text class="quiet" x="${HOPS + HOPS_BAR}" y="84" text-anchor="end">${scaleOf(rows)}</text>`,
    ...rows.flatMap((row, at) => line(row, TOP + at * ROW, scaleOf(rows))),
    `<text class="quiet" x="24" y="${height - 18}">The upright line is the target: over ${CALM_TARGET * 100} % where nobody lies, ${MALICIOUS_TARGET * 100} % with liars; hops up to log2(nodes) / 2.</text>`,
    "</svg>",
    "",
  ].join("\n");
}

const scaleOf = (rows: readonly Measured[]): number =>
  Math.ceil(Math.max(1, ...rows.map(({ hopsTarget, hopsMean }) => Math.max(hopsTarget, hopsMean))));

function line(row: Measured, top: number, scale: number): string[] {
  const share = (value: number) => Math.max(0, (value - 0.9) / 0.1) * BAR;
  const hops = (value: number) => (value / scale) * HOPS_BAR;
  return [
    `<text class="strong" x="24" y="${top + 18}">${escapeXml(row.scenario)}</text>`,
    `<text class="quiet" x="24" y="${top + 34}">${row.nodes.toLocaleString("en")} nodes, ${row.lookups.toLocaleString("en")} lookups</text>`,
    bar("track", LEFT, top, BAR),
    bar(reaches(row) ? "good" : "bad", LEFT, top, share(row.success)),
    mark(LEFT + share(targetOf(row)), top),
    `<text x="${LEFT + BAR + 10}" y="${top + 20}">${percent(row.success, 2)}</text>`,
    bar("track", HOPS, top, HOPS_BAR),
    bar("hops", HOPS, top, hops(row.hopsMean)),
    mark(HOPS + hops(row.hopsTarget), top),
    `<text x="${HOPS + HOPS_BAR + 10}" y="${top + 20}">${row.hopsMean.toFixed(2)}</text>`,
  ];
}

const bar = (name: string, x: number, top: number, width: number): string =>
  `<rect class="${name}" x="${x}" y="${top + 8}" width="${width.toFixed(1)}" height="16" rx="3"/>`;

const mark = (x: number, top: number): string => `<path class="target" d="M${x.toFixed(1)} ${top + 4}v24"/>`;

const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
