// A node that can be tested in full.

export { VirtualClock } from "../transport/index.ts";
export { testServices } from "./services.ts";
export { Simulation, type SimulationOptions, seededRandom } from "./simulation.ts";
export { startTestNode, type TestNode, type TestNodeOptions } from "./test-node.ts";
