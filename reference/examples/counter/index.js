const { Node } = require("flatend");

let counter = 0;

const count = (ctx) => ctx.send(`${counter++}`);

async function main() {
  await Node.start({
    addrs: [process.env.ADDR ?? "127.0.0.1:9000"],
    services: { count },
  });
}

main().catch((err) => console.error(err));
