import { parseAuthority } from "./authority.ts";
import { normalizePath } from "./path.ts";
import { Refusal } from "./refusal.ts";

export interface Target {
  /** The normalised path, or `*`. */
  readonly path: string;
  /** What stands behind `?`, as it came; undefined where there is no `?`. */
  readonly query: string | undefined;
  /** Host of an absolute target, in lower case. */
  readonly authority: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?]*)(.*)$/i;
const VISIBLE = /^[!-"$-~]+$/;

/** Reads a request's target (FLT-GWY-020 to FLT-GWY-024). */
export function parseTarget(method: string, target: string): Target | Refusal {
  if (!VISIBLE.test(target)) return new Refusal("BAD_TARGET", "The target holds a byte that a target cannot hold.");
  if (target === "*" && method === "OPTIONS") return { path: "*", query: undefined, authority: undefined };
  if (target.startsWith("/")) return originForm(target, undefined);
  const absolute = ABSOLUTE.exec(target);
  if (absolute === null) return new Refusal("BAD_TARGET", "The target is neither a path nor an HTTP URL.");
  const authority = parseAuthority(absolute[1]!);
  if (authority === undefined) return new Refusal("BAD_HOST", "The target names no valid host.");
  const rest = absolute[2]!;
  return originForm(rest.startsWith("/") ? rest : `/${rest}`, authority);
}

function originForm(text: string, authority: string | undefined): Target | Refusal {
  const mark = text.indexOf("?");
  const path = normalizePath(mark < 0 ? text : text.slice(0, mark));
  if (path instanceof Refusal) return path;
  return { path, query: mark < 0 ? undefined : text.slice(mark + 1), authority };
}
