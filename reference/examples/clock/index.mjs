import { generateSecretKey, Node } from "flatend";

const addr = process.env.ADDR ?? "127.0.0.1:9000";
// Without an argument it is the first node of the mesh, with one it joins it.
const [join] = process.argv.slice(2);

const node = await Node.start({
  secretKey: generateSecretKey(),
  ...(join ? { addrs: [addr] } : { publicAddr: addr }),
  services: {
    clock: async (ctx) => {
      const ours = new Date().toISOString();
      const theirs = await ctx.read({ limit: 1024 });
      console.log(`Got someone's time ('${theirs}')! Sent back ours ('${ours}').`);
      ctx.send(ours);
    },
  },
});

for (let i = 0; ; i++) {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
  const ours = new Date().toISOString();
  try {
    const response = await node.call("clock", { body: ours });
    console.log(`[${i}] Asked someone for their current time. Ours is '${ours}'.`);
    console.log(`[${i}] Got a response! Their current time is: '${await response.bytes()}'`);
  } catch (err) {
    if (err.code !== "NO_PROVIDER") console.error(err.message);
  }
}
