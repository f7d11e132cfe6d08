// A node with services that tests put to a hard use; it listens at BIND and says so, and connects to ADDR if there is one.
import { openSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Node } from "flatend";

const held = [];

const node = await Node.start({
  secretKey: Buffer.from(process.env.KEY, "hex"),
  bindAddrs: [process.env.BIND ?? "127.0.0.1:0"],
  addrs: process.env.ADDR === undefined ? [] : [process.env.ADDR],
  services: {
    hello: (ctx) => ctx.send("hello"),
    who: (ctx) => ctx.send(String(process.pid)),
    echo: (ctx) => pipeline(ctx, ctx),
    /** Sends without end, and never says it is done. */
    endless: async (ctx) => {
      for (;;) if (!ctx.write(Buffer.alloc(10_000))) await new Promise((resolve) => ctx.once("drain", resolve));
    },
    /** Answers at once and never reads. */
    deaf: (ctx) => {
      ctx.write("I do not listen");
    },
    /** Answers, and then does nothing at all for some time: it reads nothing either. */
    freeze: (ctx) => {
      ctx.end("for a while");
      // Once the answer has left.
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ctx.headers.ms)), 50);
    },
    /** Takes every descriptor the process may have, and tells how many that were. */
    hoard: (ctx) => {
      try {
        for (;;) held.push(openSync(process.execPath));
      } catch (error) {
        ctx.json({ held: held.length, code: error.code });
      }
    },
    release: async (ctx) => {
      const { closeSync } = await import("node:fs");
      for (const descriptor of held.splice(0)) closeSync(descriptor);
      ctx.send("released");
    },
    memory: (ctx) => {
      globalThis.gc?.();
      ctx.json(process.memoryUsage());
    },
  },
});
console.log(`listening on ${node.addresses[0]}`);
// It is told to go by the end of its input, which every system has.
process.stdin.resume().once("end", () => node.shutdown().then(() => process.exit()));
