/** A gateway in a process of its own that takes commands, and a node with services behind it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Handler, Node } from "flatend";
import { afterAll, afterEach, beforeAll } from "vitest";
import { socketName } from "../src/admin/socket-path.ts";
import { Attachment } from "../src/cli/attach.ts";
import { build, freePort, Program } from "./processes.ts";

export const bin = fileURLToPath(new URL("../bin/flatend-gateway.js", import.meta.url));

/** What a test has started, and how it ends. */
export const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, maxRetries: 5 });
});
beforeAll(build, 180_000);

/** The name of a service that clears the screen of who prints it. */
export const HOSTILE = "\u001b[2Jevil";
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

export const services: Record<string, Handler> = {
  hello: async (ctx) => ctx.header("x-kind", "greeting").send(`Hello ${ctx.headers.name ?? (await textOf(ctx))}!`),
  bytes: (ctx) => ctx.send(Buffer.from([0xff, 0x00])),
  large: (ctx) => ctx.send(Buffer.alloc(100_000)),
  slow: async (ctx) => {
    await wait(1_000);
    ctx.send("late");
  },
  endless: (ctx) => {
    const timer = setInterval(() => ctx.write("tick"), 20);
    ctx.on("close", () => clearInterval(timer)).on("error", () => {});
  },
  [HOSTILE]: (ctx) => ctx.send(""),
};

export interface Running {
  readonly folder: string;
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  readonly service: Node;
  /** Runs a command and gives its exit code and what it has printed. */
  command(...args: string[]): Promise<{ code: number | null; out: string; err: string }>;
  /** The same without a process of its own; gives the answer. */
  asked(name: string, ...operands: string[]): Promise<unknown>;
}

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "flatend-cli-"));
  folders.push(folder);
  return folder;
}

export async function start(): Promise<Running> {
  const folder = temporary();
  const [port, mesh] = [await freePort(), await freePort()];
  const routes = ["hello", "slow", "endless", "absent"].map(
    (name) => `[[http.routes]]\npath = "GET /${name}/:name"\nservices = ["${name}", "other"]\n`,
  );
  writeFileSync(
    join(folder, "config.toml"),
    `addr = "127.0.0.1:${mesh}"\n[admin]\nsocket = "run/socket"\n[[http]]\naddr = "127.0.0.1:${port}"\n${routes.join("")}`,
  );
  const program = new Program([bin], { cwd: folder });
  stops.push(() => program.stop());
  await program.printed(/Listening for HTTP.*\n/);
  const service = await Node.start({ addrs: [`127.0.0.1:${mesh}`], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  const command = async (...args: string[]) => {
    const running = new Program([bin, ...args], { cwd: folder });
    const code = await running.ended();
    return { code, out: running.stdout, err: running.stderr };
  };
  const asked = async (name: string, ...operands: string[]): Promise<unknown> => {
    const gateway = await Attachment.open(socketName(folder, "run/socket"));
    return gateway.ask(name, operands).finally(() => gateway.close());
  };
  return { folder, url: `http://127.0.0.1:${port}`, port, program, service, command, asked };
}
