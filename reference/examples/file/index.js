const { Node } = require("flatend");
const fs = require("node:fs");

async function main() {
  await Node.start({
    addrs: [process.env.ADDR ?? "127.0.0.1:9000"],
    services: {
      file: (ctx) => fs.createReadStream(__filename).pipe(ctx),
    },
  });
}

main().catch((err) => console.error(err));
