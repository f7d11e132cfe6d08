const { Node, generateSecretKey } = require("flatend");
const { Readable } = require("node:stream");
const fs = require("node:fs");

async function main() {
  const node = await Node.start({
    secretKey: generateSecretKey(),
    addrs: [process.env.ADDR ?? ":9000"],
    services: {
      node: (ctx) => fs.createReadStream(__filename).pipe(ctx),
    },
  });

  // Other nodes are found through the bootstrap node, whose address is the only one that was given.
  const ask = async (service) => {
    try {
      const stream = await node.push([service], {}, Readable.from([]));
      for await (const data of stream.body) console.log(`GOT ${data.byteLength} byte(s) from service ["${service}"].`);
    } catch (err) {
      console.error(err.message);
    }
  };

  setInterval(() => ask("bootstrap"), 1000);
  setInterval(() => ask("node"), 1000);
}

main().catch((err) => console.error(err));
