const { Node } = require("flatend");

async function main() {
  await Node.start({
    addrs: [process.env.ADDR ?? "127.0.0.1:9000"],
    services: {
      pipe: (ctx) => ctx.pipe(ctx),
    },
  });
}

main().catch((err) => console.error(err));
