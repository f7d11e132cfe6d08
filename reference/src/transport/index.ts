// Networks and clocks behind one interface each.
export { MemoryNetwork, type MemoryNetworkOptions } from "./memory.ts";
export { systemClock } from "./system-clock.ts";
export { tcp } from "./tcp.ts";
export type * from "./types.ts";
export { VirtualClock } from "./virtual-clock.ts";
