/** `program.js gateway FOLDER`, `program.js service ADDRESS` or `program.js endless ADDRESS`: one process of the abuse, which ends with the one that forked it. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Context, Node } from "flatend";
import { loadConfiguration, settingsOf, startGateway } from "flatend-gateway";

const PIECE = Buffer.alloc(65_536);

process.on("disconnect", () => process.exit());
const [role, argument = ""] = process.argv.slice(2);
const stop = await (role === "gateway" ? gateway(argument) : service(argument, role === "endless"));
process.on("message", async (order: "heap" | "stop") => {
  if (order === "heap") process.send?.({ heap: await heap() });
  else {
    await stop();
    process.send?.({ stopped: true }, () => process.exit());
  }
});
process.send?.({ ready: true });

async function gateway(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, "config.toml");
  const settings = settingsOf(await loadConfiguration(file));
  const { close } = await startGateway({ settings, file, addr: "127.0.0.1:0", log: () => {} });
  return close;
}

async function service(address: string, isEndless: boolean): Promise<() => Promise<void>> {
  const node = await Node.start({ addrs: [address], services: isEndless ? { endless } : { quick, takes, slow } });
  return () => node.shutdown();
}

function quick(ctx: Context): void {
  ctx.send("quick");
}

async function slow(ctx: Context): Promise<void> {
  await pause(300);
  ctx.send("slow");
}

async function takes(ctx: Context): Promise<void> {
  let length = 0;
  for await (const piece of ctx) length += (piece as Buffer).length;
  ctx.send(String(length));
}

async function endless(ctx: Context): Promise<void> {
  ctx.on("error", () => {});
  while (!ctx.destroyed) await new Promise((resolve) => ctx.write(PIECE, resolve));
}

/** Bytes in use after what nobody needs was collected. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await pause(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
