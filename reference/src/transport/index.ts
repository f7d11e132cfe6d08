// Networks and clocks behind one interface each.
export { systemClock } from "./system-clock.ts";
export { tcp } from "./tcp.ts";
export type * from "./types.ts";
