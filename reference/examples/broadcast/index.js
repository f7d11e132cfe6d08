const { Node, generateSecretKey } = require("flatend");
const readline = require("node:readline");

// node index.js [address to listen on] [address of a peer]...
const [listenAddr = "127.0.0.1:9000", ...addrs] = process.argv.slice(2);

async function main() {
  const node = await Node.start({
    publicAddr: listenAddr,
    bindAddrs: [listenAddr],
    secretKey: generateSecretKey(),
    addrs,
    services: {
      chat: async (ctx) => {
        console.log(`Got '${await ctx.read({ limit: 65536 })}' from ${ctx.id?.addr}!`);
        ctx.end();
      },
    },
  });

  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    for await (const { provider, error } of node.broadcast("chat", { body: line.trim() })) {
      if (error) console.log(`Unable to broadcast to ${provider.addr}: ${error.message}`);
    }
  }
  await node.shutdown();
}

main().catch((err) => console.error(err));
