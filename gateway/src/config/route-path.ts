/** Methods a route may name. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** `METHOD /path`. A whole segment may be a parameter `:name`, and the last one the rest of the path, `*name`. */
export interface RoutePath {
  readonly method: string;
  readonly segments: readonly Segment[];
}

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter" | "rest"; readonly name: string };

/** What is wrong with the text of a `path`, or what it means. */
export function parseRoutePath(text: string): RoutePath | { readonly fault: string } {
  const parts = /^(\S+)\s+(\/\S*)$/.exec(text.trim());
  if (parts === null) return { fault: "the method, a space, a path that begins with /" };
  const [, method, path] = parts as unknown as [string, string, string];
  if (!METHODS.some((known) => known === method.toUpperCase())) return { fault: `one of ${METHODS.join(", ")} first` };
  if (/[?#%]/.test(path)) return { fault: "a path without query and fragment, written without %" };
  const segments = path.slice(1).split("/").map(segmentOf);
  const names = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  if (names.some((name) => name === "" || /[:*]/.test(name))) return { fault: "a name after : and *" };
  if (new Set(names).size < names.length) return { fault: "each name once" };
  if (/\/\/|\/\.\.?(?:\/|$)/.test(path)) return { fault: "a path without //, . and .." };
  if (segments.slice(0, -1).some(({ kind }) => kind === "rest")) return { fault: "* in the last segment only" };
  if (segments.some((segment) => segment.kind === "literal" && /[:*]/.test(segment.text)))
    return { fault: ": and * at the beginning of a segment only" };
  return { method: method.toUpperCase(), segments };
}

function segmentOf(text: string): Segment {
  if (text.startsWith(":")) return { kind: "parameter", name: text.slice(1) };
  if (text.startsWith("*")) return { kind: "rest", name: text.slice(1) };
  return { kind: "literal", text };
}

/** What two routes of one server must not share: they answer the same requests. */
export const routeIdentity = ({ method, segments }: RoutePath): string =>
  `${method} /${segments.map((segment) => (segment.kind === "literal" ? segment.text : { parameter: ":", rest: "*" }[segment.kind])).join("/")}`;
