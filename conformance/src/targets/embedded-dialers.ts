// Nodes that dial the kit, many in one process: told over IPC which to start and which to stop.
import type { DialerOrder } from "./embedded.ts";

interface TestNode {
  shutdown(): Promise<void>;
}
interface TestNodeModule {
  startTestNode(options: { host: string; port: number; bootstrap?: string[] }): Promise<TestNode>;
}

// Imported by a name that is not known when this is compiled: the kit depends on no part of the node but this entry.
const entry = "flatend/testing";
const { startTestNode } = (await import(entry)) as TestNodeModule;
const nodes = new Map<number, Promise<TestNode>>();

process.on("message", (order: DialerOrder) => {
  if (order.bootstrap !== undefined) {
    nodes.set(order.id, startTestNode({ host: "127.0.0.1", port: 0, bootstrap: [order.bootstrap] }));
    return;
  }
  const node = nodes.get(order.id);
  nodes.delete(order.id);
  void node?.then((started) => started.shutdown());
});
process.once("disconnect", () => process.exit(0));
process.send?.("ready");
