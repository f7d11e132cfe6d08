import type { RouteSettings } from "../config/settings.ts";
import { Circuits } from "../health/circuits.ts";

const circuits = new WeakMap<RouteSettings, Circuits>();

/** Which providers have failed a route, as long as its settings are in use. */
export function circuitsOf(route: RouteSettings): Circuits {
  const known = circuits.get(route) ?? new Circuits();
  circuits.set(route, known);
  return known;
}
