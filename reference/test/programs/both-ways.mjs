// A node that another runtime than Node may run: calls the node at ADDR, and offers what that node calls in turn.
import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { generateSecretKey, Node } from "flatend";

const LENGTH = 3_000_000;

const node = await Node.start({
  secretKey: generateSecretKey(),
  bindAddrs: ["127.0.0.1:0"],
  addrs: [process.env.ADDR],
  services: {
    echo_there: (ctx) => pipeline(ctx, ctx),
    fails_there: () => {
      throw new Error("as it should");
    },
  },
});

const body = Buffer.alloc(LENGTH, "flatend");
const response = await node.call("echo_here", { headers: { colour: "blau" }, body });
const echoed = await response.bytes({ limit: LENGTH });
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
console.log(`echoed ${response.headers.colour} ${digest(echoed) === digest(body)}`);
const code = await node.call("nobody_offers_this").catch((error) => error.code);
console.log(`missing ${code}`);
console.log(`listening on ${node.addresses[0]}`);
