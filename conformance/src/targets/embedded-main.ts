// The embedded target: node embedded-main.js HOST:PORT [BOOTSTRAP]. Ends with its parent.
import { parseAddress } from "./address.ts";

interface TestNodeModule {
  startTestNode(options: { host: string; port: number; bootstrap?: string[] }): Promise<{ shutdown(): Promise<void> }>;
}

const address = parseAddress(process.argv[2] ?? "");
if (address === undefined) {
  console.error("usage: embedded-main HOST:PORT");
  process.exit(2);
}
// Imported by a name that is not known when this is compiled: the kit depends on no part of the node but this entry.
const entry = "flatend/testing";
const { startTestNode } = (await import(entry)) as TestNodeModule;
await startTestNode(address);
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
