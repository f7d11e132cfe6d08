import picomatch from "picomatch";
import type { Case } from "../case.ts";
import { requirements } from "../generated/requirements.ts";
import { UsageError } from "./arguments.ts";
import { nearest } from "./nearest.ts";

/** A pattern selects cases by their id (a glob; an id is a pattern too) or by a requirement they are about. */
function matcher(pattern: string, option: string, cases: readonly Case[]): (one: Case) => boolean {
  if (/^FLT-/i.test(pattern)) {
    const id = pattern.toUpperCase();
    if (!Object.hasOwn(requirements, id)) {
      const suggestion = nearest(id, Object.keys(requirements));
      throw new UsageError(
        `${option}: no requirement is called ${id}${suggestion === undefined ? "" : `, the nearest is ${suggestion}`}`,
      );
    }
    if (!cases.some((one) => (one.requires as readonly string[]).includes(id)))
      throw new UsageError(`${option}: no case is about ${id}`);
    return (one) => (one.requires as readonly string[]).includes(id);
  }
  const isMatch = picomatch(pattern);
  if (!cases.some((one) => isMatch(one.id))) {
    const suggestion = nearest(
      pattern,
      cases.map((one) => one.id),
    );
    throw new UsageError(
      `${option}: no case matches "${pattern}"${suggestion === undefined ? "" : `, the nearest is ${suggestion}`}; --list shows all`,
    );
  }
  return (one) => isMatch(one.id);
}

/** The cases that --only and --skip leave. Throws UsageError for a pattern that matches nothing. */
export function selectCases(cases: readonly Case[], only: readonly string[], skip: readonly string[]): Case[] {
  const wanted = only.map((pattern) => matcher(pattern, "--only", cases));
  const unwanted = skip.map((pattern) => matcher(pattern, "--skip", cases));
  return cases.filter(
    (one) => (wanted.length === 0 || wanted.some((match) => match(one))) && !unwanted.some((match) => match(one)),
  );
}
