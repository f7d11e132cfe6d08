// A test node of its own: node main.js HOST:PORT [BOOTSTRAP…]
import { startTestNode } from "./test-node.ts";

const [bind = "", ...bootstrap] = process.argv.slice(2);
const parts = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(bind);
if (parts === null) {
  process.stderr.write("usage: main.js HOST:PORT [BOOTSTRAP…]\n");
  process.exit(2);
}
const node = await startTestNode({
  host: parts[1] ?? (parts[2] || "127.0.0.1"),
  port: Number(parts[3]),
  bootstrap,
});
process.stdout.write(`listening on ${node.address}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void node.shutdown().then(() => process.exit(0)));
}
