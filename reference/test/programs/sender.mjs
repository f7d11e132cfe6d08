// A node that sends a request without end to the service `sink` of the node at ADDR.
import { generateSecretKey, Node } from "flatend";

async function* endless() {
  for (;;) yield Buffer.alloc(10_000);
}

const node = await Node.start({
  secretKey: generateSecretKey(),
  bindAddrs: ["127.0.0.1:0"],
  addrs: [process.env.ADDR],
});
await node.call("sink", { body: endless() });
