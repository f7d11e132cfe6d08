// A node that can be tested in full.

export type { Platform } from "../node/index.ts";
export {
  type Clock,
  type Listener,
  MemoryNetwork,
  type MemoryNetworkOptions,
  type Socket,
  type SocketHandler,
  type Transport,
  VirtualClock,
} from "../transport/index.ts";
export { testServices } from "./services.ts";
export { Simulation, type SimulationOptions, seededRandom } from "./simulation.ts";
export { startTestNode, type TestNode, type TestNodeOptions } from "./test-node.ts";
