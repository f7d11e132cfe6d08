/** One fault of the specification, with the place an editor can jump to. */
export interface Problem {
  /** Path relative to the repository's root, with forward slashes. */
  readonly file: string;
  /** Counted from 1; 0 when the fault belongs to the whole file. */
  readonly line: number;
  readonly message: string;
}

/** `file:line: message`, the form that editors and CI annotations understand. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  return `${place}: ${problem.message}`;
}

/** In reading order, so that two runs print the same. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.message, b.message),
  );
}

/** Compares by code units: independent of the machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
