const { Node, generateSecretKey } = require("flatend");
const { Readable } = require("node:stream");
const fs = require("node:fs");

async function main() {
  const node = await Node.start({
    secretKey: generateSecretKey(),
    bindAddrs: [process.env.ADDR ?? ":9000"],
    services: {
      bootstrap: (ctx) => fs.createReadStream(__filename).pipe(ctx),
    },
  });

  setInterval(async () => {
    try {
      const stream = await node.push(["node"], {}, Readable.from([]));
      for await (const data of stream.body) console.log(`GOT ${data.byteLength} byte(s) from service ["node"].`);
    } catch (err) {
      console.error(err.message);
    }
  }, 1000);
}

main().catch((err) => console.error(err));
