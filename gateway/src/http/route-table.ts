/** What the router has no route for: where the request should have gone, or with which method. */
import type { RoutePath, Segment } from "../config/route-path.ts";
import { withoutEmptySegments } from "../mapping/index.ts";

export interface RedirectRules {
  readonly redirectTrailingSlash: boolean;
  readonly redirectFixedPath: boolean;
}

const RANK: Readonly<Record<Segment["kind"], number>> = { literal: 0, parameter: 1, rest: 2 };

export class RouteTable {
  /** Those first that say most of a path. */
  readonly #routes: readonly RoutePath[];
  readonly #rules: RedirectRules;

  constructor(routes: readonly RoutePath[], rules: RedirectRules) {
    this.#routes = [...routes].sort(bySpecificity);
    this.#rules = rules;
  }

  /**
   * The path of a route that was likely meant, if redirects to it are wanted: with the slash at the end that is missing or without the one that is
   * too many; without `//`, and in the letter case of the route. It begins with exactly one slash, so that it names no other host.
   * @param path normalised, without its query
   */
  redirect(method: string, path: string): string | undefined {
    const routes = this.#routes.filter((route) => answers(route, method));
    const { redirectTrailingSlash, redirectFixedPath } = this.#rules;
    const segments = path.slice(1).split("/");
    const slashed = redirectTrailingSlash ? find(routes, otherSlash(segments), false) : undefined;
    if (slashed !== undefined || !redirectFixedPath) return slashed;
    const clean = withoutEmptySegments(path).slice(1).split("/");
    const fixed = find(routes, clean, true);
    return fixed ?? (redirectTrailingSlash ? find(routes, otherSlash(clean), true) : undefined);
  }

  /** The route that answers. */
  find(method: string, path: string): RoutePath | undefined {
    const segments = path.slice(1).split("/");
    return this.#routes.find((route) => answers(route, method) && match(route, segments, false) !== undefined);
  }

  get allMethods(): string[] {
    return this.#routes.map(({ method }) => method);
  }

  /** The methods of a path's routes; none when nothing is there. */
  methods(path: string): string[] {
    const segments = path.slice(1).split("/");
    return this.#routes.filter((route) => match(route, segments, false)).map(({ method }) => method);
  }
}

const answers = (route: RoutePath, method: string): boolean =>
  route.method === method || (method === "HEAD" && route.method === "GET");

function bySpecificity(one: RoutePath, other: RoutePath): number {
  for (const [index, segment] of one.segments.entries()) {
    const difference = RANK[segment.kind] - RANK[other.segments[index]?.kind ?? "literal"];
    if (difference !== 0) return difference;
  }
  return 0;
}

function find(routes: readonly RoutePath[], segments: readonly string[], anyCase: boolean): string | undefined {
  for (const route of routes) {
    const found = match(route, segments, anyCase);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The path in the words of the route, if the route takes these segments. */
function match({ segments }: RoutePath, given: readonly string[], anyCase: boolean): string | undefined {
  const parts: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const text = given[index];
    if (text === undefined) return undefined;
    if (segment.kind === "rest") return locationOf([...parts, ...given.slice(index)]);
    if (segment.kind === "literal") {
      if (!same(decoded(text), segment.text, anyCase)) return undefined;
      parts.push(encodeURI(segment.text));
    } else if (text === "") return undefined;
    else parts.push(text);
  }
  return given.length === segments.length ? locationOf(parts) : undefined;
}

/** A browser takes a backslash for a slash. */
const locationOf = (parts: readonly string[]): string =>
  `/${parts.join("/").replaceAll("\\", "%5C").replace(/^\/+/, "")}`;

const same = (given: string, text: string, anyCase: boolean): boolean =>
  given === text || (anyCase && given.toLowerCase() === text.toLowerCase());

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const otherSlash = (segments: readonly string[]): string[] =>
  segments.at(-1) === "" ? segments.slice(0, -1) : [...segments, ""];
