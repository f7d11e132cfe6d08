import type { Output, Reporter } from "./reporter.ts";

/** The whole report as JSON on stdout: for pipes. With --out the same goes to report.json whatever the reporters. */
export function jsonReporter(output: Output): Reporter {
  return {
    end(report) {
      output.write(`${JSON.stringify(report, null, 2)}\n`);
    },
  };
}
