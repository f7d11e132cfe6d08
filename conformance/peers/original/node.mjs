// npm flatend 0.0.8 as a target of the kit: the original program, unchanged, with the test services of appendix B
// written against its own documented interface.
//
//   node conformance/peers/original/node.mjs 127.0.0.1:9000 [bootstrap …]
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

const { Node, generateSecretKey } = createRequire(import.meta.url)("flatend-original");

const decimal = (text, fallback) => {
  const given = text ?? fallback;
  return given !== undefined && /^(0|[1-9]\d*)$/.test(given) ? Number(given) : undefined;
};
const pattern = (offset, length) => Buffer.from(Array.from({ length }, (_, i) => (offset + i) % 251));
const badRequest = (ctx) => {
  ctx.header("error", "bad-request");
  ctx.end();
};
const write = (ctx, bytes) =>
  new Promise((resolve, reject) => ctx.write(bytes, (error) => (error ? reject(error) : resolve())));
const writePattern = async (ctx, total) => {
  for (let sent = 0; sent < total; sent += 2008) await write(ctx, pattern(sent % 251, Math.min(2008, total - sent)));
};

let node;

const services = {
  echo: (ctx) => ctx.pipe(ctx),
  sink: async (ctx) => {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of ctx) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    ctx.header("content-type", "application/json");
    ctx.send(`{"bytes":${bytes},"sha256":"${hash.digest("hex")}"}`);
  },
  source: async (ctx) => {
    const bytes = decimal(ctx.headers.bytes);
    if (bytes === undefined || bytes > 1_073_741_824) return badRequest(ctx);
    await writePattern(ctx, bytes);
    ctx.end();
  },
  empty: (ctx) => ctx.end(),
  headers: (ctx) => {
    for (const [key, value] of Object.entries(ctx.headers)) ctx.header(key, value);
    ctx.end();
  },
  error: async (ctx) => {
    if (ctx.headers.after !== undefined) {
      const after = decimal(ctx.headers.after);
      if (after === undefined) return badRequest(ctx);
      await writePattern(ctx, after);
    }
    throw new Error(ctx.headers.message ?? "boom");
  },
  slow: async (ctx) => {
    const delay = decimal(ctx.headers.delay, "0");
    const count = decimal(ctx.headers.count, "1");
    const interval = decimal(ctx.headers.interval, "0");
    if (![delay, count, interval].every((value) => value !== undefined && value <= 10_000)) return badRequest(ctx);
    await sleep(delay);
    for (let i = 0; i < count; i++) {
      await sleep(interval);
      await write(ctx, Buffer.from("."));
    }
    ctx.end();
  },
  call: async (ctx) => {
    const names = (ctx.headers.services ?? "").split(",").filter(Boolean);
    const timeout = decimal(ctx.headers.timeout, "5000");
    if (names.length === 0 || timeout === undefined || timeout > 30_000) return badRequest(ctx);
    const fail = (word) => {
      ctx.header("call-error", word);
      ctx.end();
    };
    if (node.providersFor(names).length === 0 && node._providers(names).length === 0) return fail("no-provider");
    const passed = Object.fromEntries(Object.entries(ctx.headers).filter(([key]) => key.startsWith("x-")));
    let response;
    try {
      response = await Promise.race([
        node.push(names, passed, ctx.pipe(new PassThrough())),
        sleep(timeout, "timeout", { ref: false }),
      ]);
    } catch (error) {
      return fail(/No nodes were able/.test(error.message) ? "unhandled" : "lost");
    }
    if (response === "timeout") return fail("timeout");
    for (const [key, value] of Object.entries(response.headers ?? {})) ctx.header(key, value);
    response.body.pipe(ctx);
  },
};

const [bind, ...addrs] = process.argv.slice(2);
if (!bind) {
  console.error("usage: node.mjs HOST:PORT [BOOTSTRAP …]");
  process.exit(2);
}
node = await Node.start({ bindAddrs: [bind], publicAddr: bind, addrs, secretKey: generateSecretKey(), services });
console.log(`listening on ${bind}`);
