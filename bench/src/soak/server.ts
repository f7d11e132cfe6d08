/** The far side of a soak: services that are used hard, and what the process holds in memory. */
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Context, generateSecretKey, Node } from "flatend";

/** Bytes after which the slow reader rests. */
const REST_EVERY = 8 * 1_048_576;
const PIECE = Buffer.alloc(65_536);

const node = await Node.start({
  secretKey: generateSecretKey(),
  bindAddrs: ["127.0.0.1:0"],
  services: {
    pipe: (ctx) => pipeline(ctx, ctx),
    slow: async (ctx) => {
      let length = 0;
      let rested = 0;
      for await (const piece of ctx) {
        length += (piece as Buffer).length;
        if (length - rested < REST_EVERY) continue;
        rested = length;
        await pause(5);
      }
      ctx.send(String(length));
    },
    /** Never reads. */
    stalled: (ctx) => void ctx.write("so far"),
    quick: (ctx) => ctx.send("quick"),
    endless: (ctx) => pipeline(endless(ctx), ctx),
    memory: (ctx) => {
      globalThis.gc?.();
      ctx.json(process.memoryUsage());
    },
  },
});
process.send?.(node.addresses[0] as string);
process.once("disconnect", () => process.exit());

async function* endless(ctx: Context): AsyncGenerator<Buffer> {
  while (!ctx.destroyed) yield PIECE;
}
