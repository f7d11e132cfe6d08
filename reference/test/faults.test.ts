// What goes wrong on real machines, on real sockets and with real processes.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { generateSecretKey, Node, type NodeOptions } from "../src/index.ts";
import { KEY_EXCHANGE_TIMEOUT_MS } from "../src/wire/index.ts";
import { build, freePort, Program, type ProgramOptions } from "./processes.ts";

const path = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const SERVICES = path("services.mjs");

beforeAll(build, 180_000);

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
}, 30_000);

async function startHere(options: NodeOptions = {}): Promise<Node> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"], ...options });
  stops.push(() => node.shutdown({ timeout: 0 }));
  return node;
}

/** The services in a process of their own, from the first words it prints on. */
async function startThere(
  env: Record<string, string> = {},
  options: ProgramOptions & { readonly args?: readonly string[] } = {},
): Promise<[Program, string]> {
  const KEY = Buffer.from(generateSecretKey()).toString("hex");
  const program = new Program([...(options.args ?? []), SERVICES], { ...options, env: { KEY, ...env } });
  stops.push(() => program.child.kill("SIGKILL"));
  const [, addr] = await program.printed(/listening on (\S+)/);
  return [program, addr as string];
}

const bytesOf = async (node: Node, service: string, body?: Uint8Array): Promise<Buffer> =>
  (await node.call(service, { body })).bytes({ limit: 10_000_000 });

const textOf = async (node: Node, service: string): Promise<string> => String(await bytesOf(node, service));

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: { code?: unknown }) => error.code,
  );

/** Pieces without end, as fast as they are taken. */
async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(10_000);
}

describe("a peer that is killed", () => {
  test("in the middle of its response leaves an error, and other calls go on", async () => {
    const [victim, addr] = await startThere();
    const [, otherAddr] = await startThere();
    const node = await startHere({ addrs: [addr, otherAddr] });
    const [provider] = node.providersFor("endless").filter((one) => one.addr === addr);
    const [other] = node.providersFor("echo").filter((one) => one.addr === otherAddr);
    const response = await provider?.call("endless");
    const body = randomBytes(5_000_000);
    const echo = await other?.call("echo", { body });
    victim.child.kill("SIGKILL");
    expect(await codeOf(response?.bytes({ limit: Number.POSITIVE_INFINITY }) as Promise<Buffer>)).toBe(
      "CONNECTION_LOST",
    );
    expect((await echo?.bytes({ limit: body.length }))?.equals(body)).toBe(true);
  }, 30_000);

  test("in the middle of its request never has the handler take it for whole", async () => {
    const ends: string[] = [];
    const sink = async (ctx: AsyncIterable<Buffer>): Promise<void> => {
      try {
        for await (const piece of ctx) ends[0] ??= piece.length > 0 ? "begun" : "empty";
        ends.push("whole");
      } catch (error) {
        ends.push((error as { code: string }).code);
      }
    };
    const node = await startHere({ services: { sink } });
    const program = new Program([path("sender.mjs")], {
      env: { ADDR: node.addresses[0] as string },
    });
    stops.push(() => program.child.kill("SIGKILL"));
    await vi.waitFor(() => expect(ends).toEqual(["begun"]), { timeout: 20_000 });
    program.child.kill("SIGKILL");
    await vi.waitFor(() => expect(ends).toEqual(["begun", "CONNECTION_LOST"]), { timeout: 5_000 });
  }, 30_000);

  test("is called again within two seconds of its return", async () => {
    const KEY = Buffer.from(generateSecretKey()).toString("hex");
    const BIND = `127.0.0.1:${await freePort()}`;
    const [victim] = await startThere({ KEY, BIND });
    const node = await startHere({ addrs: [BIND] });
    victim.child.kill("SIGKILL");
    await once(node, "reconnecting");
    await startThere({ KEY, BIND });
    const back = performance.now();
    await vi.waitFor(() => expect(node.providersFor("hello")).toHaveLength(1), { timeout: 10_000, interval: 20 });
    expect(performance.now() - back).toBeLessThan(2_000);
    expect(await textOf(node, "hello")).toBe("hello");
  }, 30_000);
});

describe("a peer that stops reading", () => {
  test("holds no more memory than its buffers, and delays nobody else", async () => {
    const [, addr] = await startThere();
    const [, otherAddr] = await startThere();
    const node = await startHere({ addrs: [addr, otherAddr] });
    const [provider] = node.providersFor("echo").filter((one) => one.addr === addr);
    const [other] = node.providersFor("echo").filter((one) => one.addr === otherAddr);
    let taken = 0;
    const counted = async function* () {
      for await (const piece of endless()) {
        taken += piece.length;
        yield piece;
      }
    };
    const frozen = await provider?.call("freeze", { headers: { ms: "8000" } });
    expect(String(await frozen?.bytes())).toBe("for a while");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const abort = new AbortController();
    const call = codeOf(provider?.call("deaf", { body: counted(), signal: abort.signal }) as Promise<unknown>);
    for (let i = 0; i < 20; i++) {
      const body = randomBytes(100_000);
      expect((await (await other?.call("echo", { body }))?.bytes({ limit: body.length }))?.equals(body)).toBe(true);
    }
    const before = taken;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(taken).toBe(before);
    // What the kernel holds on loopback is a few MiB; nothing beyond it was taken from the body.
    expect(taken).toBeLessThan(16_000_000);
    abort.abort();
    expect(await call).toBe("ABORTED");
    // It goes on where it was, and serves.
    const again = async (): Promise<void> => {
      const [back] = node.providersFor("hello").filter((one) => one.addr === addr);
      expect(String(await (await back?.call("hello"))?.bytes())).toBe("hello");
    };
    await vi.waitFor(again, { timeout: 20_000 });
  }, 60_000);

  test("of one call does not hold up the next to the same peer", async () => {
    const [, addr] = await startThere();
    const node = await startHere({ addrs: [addr] });
    const abort = new AbortController();
    const deaf = await node.call("deaf", { body: endless(), signal: abort.signal });
    const unread = await node.call("endless", { signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let i = 0; i < 20; i++) expect(await textOf(node, "hello")).toBe("hello");
    abort.abort();
    for (const response of [deaf, unread]) response.destroy();
  }, 30_000);
});

// The limit is one of POSIX; on Windows a process runs out of memory before it runs out of handles.
const HAS_DESCRIPTORS = process.platform !== "win32";
if (!HAS_DESCRIPTORS) console.warn("!!!!!!!!!! NOT APPLICABLE on Windows: a process without free descriptors");

describe("a machine without", () => {
  test.skipIf(!HAS_DESCRIPTORS)(
    "free descriptors goes on serving whom it knows, and takes others when it has some again",
    async () => {
      const [program, addr] = await startThere(
        {},
        { command: "sh", args: ["-c", `ulimit -n 200; exec "${process.execPath}" "$0"`] },
      );
      const node = await startHere({ addrs: [addr] });
      const hoarded = JSON.parse(await textOf(node, "hoard")) as { held: number; code: string };
      expect(hoarded.code).toBe("EMFILE");
      expect(hoarded.held).toBeGreaterThan(50);
      const turnedAway = Array.from({ length: 20 }, () => startHere({ addrs: [addr] }));
      const body = randomBytes(1_000_000);
      expect((await bytesOf(node, "echo", body)).equals(body)).toBe(true);
      const newcomers = await Promise.all(turnedAway);
      expect(newcomers.filter((newcomer) => newcomer.providersFor("hello").length > 0)).toEqual([]);
      expect(await textOf(node, "release")).toBe("released");
      for (const newcomer of newcomers) {
        await vi.waitFor(async () => expect(await textOf(newcomer, "hello")).toBe("hello"), { timeout: 10_000 });
      }
      expect(program.child.exitCode).toBe(null);
    },
    60_000,
  );

  test("a free port says which one it is that is taken", async () => {
    const first = await startHere();
    const taken = first.addresses[0] as string;
    const error = await startHere({ bindAddrs: ["127.0.0.1:0", taken] }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "EADDRINUSE", message: expect.stringContaining(taken) });
    // What it had bound before it failed is free again, and the one that was there serves on.
    await startHere({ addrs: [taken], requireBootstrap: true });
  });
});

describe("strangers", () => {
  test("thousands that never finish the key exchange keep nobody out, and are gone after its time", async () => {
    const node = await startHere({ services: { hello: (ctx) => ctx.send("hello") } });
    const port = Number((node.addresses[0] as string).split(":")[1]);
    const sockets: Socket[] = [];
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
    });
    let closed = 0;
    for (let i = 0; i < 3_000; i++) {
      const socket = connect(port, "127.0.0.1").on("error", () => {});
      socket.on("close", () => closed++).resume();
      // A third say nothing, a third half of a key, a third a key and no Handshake.
      if (i % 3 > 0) socket.write(randomBytes(i % 3 === 1 ? 16 : 32));
      sockets.push(socket);
      if (i % 100 === 99) await once(socket, "connect");
    }
    for (let i = 0; i < 5; i++) {
      const honest = await startHere({ addrs: node.addresses, requireBootstrap: true });
      expect(await textOf(honest, "hello")).toBe("hello");
    }
    await vi.waitFor(() => expect(closed).toBe(3_000), { timeout: KEY_EXCHANGE_TIMEOUT_MS * 3 });
  }, 60_000);

  test("that speak another protocol are refused one by one", async () => {
    const node = await startHere({ services: { hello: (ctx) => ctx.send("hello") } });
    const port = Number((node.addresses[0] as string).split(":")[1]);
    for (const text of [
      "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
      "\u0016\u0003\u0001\u0002\u0000".repeat(20),
    ]) {
      const socket = connect(port, "127.0.0.1").on("error", () => {});
      socket.resume().write(text);
      await once(socket, "close");
    }
    const honest = await startHere({ addrs: node.addresses });
    expect(await textOf(honest, "hello")).toBe("hello");
  }, 30_000);
});

describe("a service that is replaced under load", () => {
  test("fails not one of ten thousand calls", async () => {
    const hub = await startHere();
    const addr = hub.addresses[0] as string;
    const [first] = await startThere({ ADDR: addr });
    const caller = await startHere({ addrs: [addr] });
    await vi.waitFor(() => expect(caller.providersFor("who")).toHaveLength(1), { timeout: 10_000 });

    const answers = new Map<string, number>();
    let begun = 0;
    let done = 0;
    const callers = Array.from({ length: 32 }, async () => {
      while (begun++ < 10_000) {
        const answer = await textOf(caller, "who");
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        done++;
      }
    });
    await vi.waitFor(() => expect(done).toBeGreaterThan(1_000), { timeout: 20_000, interval: 5 });
    const [second] = await startThere({ ADDR: addr });
    await vi.waitFor(() => expect(answers.size).toBe(2), { timeout: 20_000, interval: 5 });
    first.child.stdin?.end();
    await Promise.all(callers);
    expect(await first.ended()).toBe(0);
    expect([...answers.keys()].sort()).toEqual([String(first.child.pid), String(second.child.pid)].sort());
    expect(done).toBe(10_000);
  }, 60_000);
});
