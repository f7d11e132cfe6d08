// Nodes in memory under a virtual clock: what users of the SDK see.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { CLOSE_TIMEOUT_MS } from "../wire/index.ts";
import { Canceller, FlatendError, type Handler, type Node, type NodeOptions } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 7, maxChunk: 1_500 });
});
afterEach(() => mesh.stop());

const BOOTSTRAP = "10.0.0.1:9000";
const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);

/** A node that serves, and one that is connected to it. */
async function pair(services: Record<string, Handler>, options: NodeOptions = {}): Promise<[Node, Node]> {
  const server = await mesh.start({ services });
  return [server, await mesh.start({ addrs: [BOOTSTRAP], ...options })];
}

async function text(promise: ReturnType<Node["call"]>): Promise<string> {
  return (await settle(promise.then((response) => response.bytes({ limit: 10_000_000 })))).toString();
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await settle(
    promise.then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  if (error instanceof FlatendError) return error.code;
  throw new Error(`expected a FlatendError, got ${String(error)}`);
}

describe("calling", () => {
  test("gives what the handler sent, with its headers", async () => {
    const [, client] = await pair({
      greet: async (ctx) => {
        ctx.header("x-greeting", "yes");
        ctx.json({ hello: ctx.headers.name, body: (await ctx.body()).toString() });
      },
    });
    const response = await settle(client.call("greet", { headers: { name: "you" }, body: "a body" }));
    expect({ ...response.headers }).toEqual({ "x-greeting": "yes", "content-type": "application/json" });
    expect((await settle(response.bytes())).toString()).toBe('{"hello":"you","body":"a body"}');
  });

  test("streams both ways at once", async () => {
    const [, client] = await pair({ echo: (ctx) => ctx.pipe(ctx) });
    const body = Buffer.alloc(3_000_000, "flatend");
    expect(await text(client.call("echo", { body }))).toBe(body.toString());
  });

  test("goes the other way over the same connection", async () => {
    const server = await mesh.start();
    await mesh.start({
      secretKey: undefined,
      addrs: [BOOTSTRAP],
      services: { hello: (ctx) => ctx.send("from an anonymous node") },
    });
    expect(await text(server.call("hello"))).toBe("from an anonymous node");
  });

  test("serves the first name that is hosted", async () => {
    const [, client] = await pair({ second: (ctx) => ctx.send(ctx.service) });
    expect(await text(client.call(["first", "second"]))).toBe("second");
  });

  test("keeps names such as __proto__ and constructor apart from the language's own", async () => {
    const [, client] = await pair({ headers: (ctx) => ctx.json(Object.entries(ctx.headers)) });
    const headers = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    expect(await text(client.call("headers", { headers }))).toBe('[["__proto__","x"],["constructor","y"]]');
    expect(await codeOf(client.call("constructor"))).toBe("NO_PROVIDER");
    expect(await codeOf(client.call("toString"))).toBe("NO_PROVIDER");
  });
});

describe("a handler that fails", () => {
  test("answers with the documented JSON if nothing was sent", async () => {
    const [, client] = await pair({
      fail: async () => {
        throw new Error("no such luck");
      },
      throws: () => {
        throw new Error("at once");
      },
    });
    const response = await settle(client.call("fail"));
    expect(response.headers["content-type"]).toBe("application/json");
    expect((await settle(response.bytes())).toString()).toBe('{"error":"no such luck"}');
    expect(await text(client.call("throws"))).toBe('{"error":"at once"}');
  });

  test("tells a gateway that it is a failure, and nobody else", async () => {
    const [, client] = await pair({ bad: () => Promise.reject(new Error("boom")) });
    const toGateway = await settle(client.call("bad", { headers: { ":method": "GET" } }));
    expect({ ...toGateway.headers }).toEqual({ "content-type": "application/json", ":status": "500" });
    expect(String(await settle(toGateway.bytes()))).toBe('{"error":"boom"}');
    const toOthers = await settle(client.call("bad"));
    expect({ ...toOthers.headers }).toEqual({ "content-type": "application/json" });
  });

  test("never ends a body as if it were whole", async () => {
    const [, client] = await pair({
      fail: (ctx) =>
        new Promise((_, reject) => {
          ctx.write("half of it", () => reject(new Error("in the middle")));
        }),
    });
    const response = await settle(client.call("fail"));
    expect(await codeOf(response.bytes())).toBe("CONNECTION_LOST");
  });

  test("refuses a body over its limit and says so", async () => {
    const [, client] = await pair({ small: async (ctx) => ctx.send(await ctx.body({ limit: 10 })) });
    expect(await text(client.call("small", { body: "0123456789" }))).toBe("0123456789");
    expect(await text(client.call("small", { body: "0123456789a" }))).toMatch(
      /^\{"error":"expected a body of at most 10 bytes/,
    );
    // The connection has survived it.
    expect(await text(client.call("small", { body: "again" }))).toBe("again");
  });
});

describe("a call", () => {
  test("without a provider is an error", async () => {
    const [, client] = await pair({});
    expect(await codeOf(client.call("nothing"))).toBe("NO_PROVIDER");
  });

  test("ends when its time is over", async () => {
    const [, client] = await pair({ never: () => new Promise(() => {}) });
    const before = mesh.clock.now();
    expect(await codeOf(client.call("never", { timeout: 2_500 }))).toBe("TIMEOUT");
    expect(mesh.clock.now() - before).toBe(2_500);
    expect(await codeOf(client.call("never"))).toBe("TIMEOUT");
    expect(mesh.clock.now() - before).toBeLessThan(33_000);
  });

  test("ends when it is aborted, in each phase", async () => {
    const [, client] = await pair({
      never: () => new Promise(() => {}),
      half: (ctx) => {
        ctx.write("half");
      },
    });
    expect(await codeOf(client.call("never", { signal: AbortSignal.abort() }))).toBe("ABORTED");
    const early = new AbortController();
    const waiting = client.call("never", { signal: early.signal });
    await mesh.clock.advance(100);
    early.abort();
    expect(await codeOf(waiting)).toBe("ABORTED");
    const late = new AbortController();
    const response = await settle(client.call("half", { signal: late.signal }));
    late.abort();
    expect(await codeOf(response.bytes())).toBe("ABORTED");

    const canceller = new Canceller();
    const uncertain = client.call("never", { canceller });
    const whole = await settle(client.call("half", { canceller }));
    await mesh.clock.advance(100);
    canceller.cancel("enough");
    expect(await uncertain.catch(({ code, cause }) => [code, cause])).toEqual(["ABORTED", "enough"]);
    expect(await codeOf(whole.bytes())).toBe("ABORTED");
    expect(await codeOf(client.call("never", { canceller }))).toBe("ABORTED");
  });

  test("is lost with its connection, before and in the response", async () => {
    const [, client] = await pair({
      never: () => new Promise(() => {}),
      half: (ctx) => {
        ctx.write("half");
      },
    });
    const waiting = client.call("never");
    const response = await settle(client.call("half"));
    await mesh.clock.advance(100);
    mesh.network.breakConnections("10.0.0.1");
    expect(await codeOf(waiting)).toBe("CONNECTION_LOST");
    expect(await codeOf(response.bytes())).toBe("CONNECTION_LOST");
  });

  test("goes to another provider after a refusal, body and all", async () => {
    const [refusing] = await pair({ work: (ctx) => ctx.send("the first"), never: () => new Promise(() => {}) });
    const second = await mesh.start({
      addrs: [BOOTSTRAP],
      services: { work: async (ctx) => ctx.send(await ctx.body()) },
    });
    const client = await mesh.start({ addrs: [BOOTSTRAP, "10.0.0.3:9000"] });
    expect(client.providersFor("work")).toHaveLength(2);
    expect(second.id?.addr).toBe("10.0.0.3:9000");
    // A call that runs keeps it from closing its connections.
    client.call("never").catch(() => {});
    await mesh.clock.advance(100);
    void refusing.shutdown({ timeout: 20_000 });
    for (let i = 0; i < 8; i++) expect(await text(client.call("work", { body: "again" }))).toBe("again");
  });

  test("fails when the request's own body does, and the far side never takes it for whole", async () => {
    let seen: unknown;
    const [, client] = await pair({
      upload: async (ctx) => {
        seen = await ctx.body().then(
          (body) => body.toString(),
          (error: unknown) => error,
        );
      },
    });
    async function* broken() {
      yield "half";
      throw new Error("the disk is gone");
    }
    await expect(settle(client.call("upload", { body: broken() }))).rejects.toThrow("the disk is gone");
    await mesh.clock.advance(11_000);
    expect(seen).toBeInstanceOf(FlatendError);
    // The next call takes a new connection.
    seen = undefined;
    void client.call("upload", { body: "whole" }).catch(() => {});
    await mesh.clock.advance(1_000);
    expect(seen).toBe("whole");
  });

  test("refuses at once what does not fit a frame", async () => {
    const [, client] = await pair({ big: (ctx) => ctx.end() });
    expect(await codeOf(client.call("big", { headers: { key: "x".repeat(4_100) } }))).toBe("TOO_LARGE");
    expect(await codeOf(client.call("big", { headers: { "~reserved": "x" } }))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(client.call("big", { timeout: 60_000 }))).toBe("INVALID_ARGUMENT");
  });

  test.each<[string, string[], Record<string, string>, string]>([
    ["a key over 255 bytes", [], { ["k".repeat(256)]: "" }, "TOO_LARGE"],
    ["a key of 255 bytes that has more in UTF-8", [], { ["ü".repeat(128)]: "" }, "TOO_LARGE"],
    ["a value over 65,535 bytes", [], { key: "v".repeat(65_536) }, "TOO_LARGE"],
    [
      "headers that are too much together",
      [],
      Object.fromEntries([..."abcd"].map((k) => [k, "v".repeat(1_100)])),
      "TOO_LARGE",
    ],
    ["a name over 255 bytes", ["n".repeat(256)], {}, "TOO_LARGE"],
    ["more than 255 names", Array.from({ length: 256 }, (_, i) => `${i}`), {}, "TOO_LARGE"],
    [
      "names that are too much together",
      Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(250, "n")),
      {},
      "TOO_LARGE",
    ],
    ["a reserved name", ["~name"], {}, "INVALID_ARGUMENT"],
    ["an empty key", [], { "": "v" }, "INVALID_ARGUMENT"],
  ])("sends nothing of %s, whether there is a provider or not", async (_, names, headers, code) => {
    const [, client] = await pair({ big: (ctx) => ctx.end() });
    const { sent } = client.metrics().bytes;
    const started = mesh.clock.now();
    expect(await codeOf(client.call([...names, "big"], { headers }))).toBe(code);
    expect(await codeOf(client.call([...names, "nobody"], { headers }))).toBe(code);
    expect(mesh.clock.now()).toBe(started);
    expect(client.metrics()).toMatchObject({ streams: 0, bytes: { sent } });
  });

  test("that is no longer wanted disturbs no other", async () => {
    const [, client] = await pair({
      much: (ctx) => ctx.send(Buffer.alloc(500_000)),
      hello: (ctx) => ctx.send("hello"),
    });
    const unwanted = await settle(client.call("much"));
    unwanted.destroy();
    expect(await text(client.call("hello"))).toBe("hello");
    await mesh.clock.advance(15_000);
    expect(client.providersFor("hello")).toHaveLength(1);
  });
});

describe("the mesh", () => {
  test("a node finds others through one", async () => {
    await mesh.start();
    const nodes: Node[] = [];
    for (let i = 0; i < 8; i++) {
      nodes.push(await mesh.start({ addrs: [BOOTSTRAP], services: { [`service-${i}`]: (ctx) => ctx.send(`${i}`) } }));
    }
    await mesh.clock.advance(1_000);
    for (const node of nodes.slice(0, 2)) {
      for (let i = 2; i < 8; i++) expect(await text(node.call(`service-${i}`))).toBe(`${i}`);
    }
  });

  test("a node that is back is found again within two seconds", async () => {
    const services = { hello: ((ctx) => ctx.send("hello")) satisfies Handler };
    const [server, client] = await pair(services);
    await settle(server.shutdown());
    await mesh.clock.advance(5_000);
    expect(await codeOf(client.call("hello"))).toBe("NO_PROVIDER");
    await mesh.start({ services }, "10.0.0.1");
    await mesh.clock.advance(2_000);
    expect(await text(client.call("hello"))).toBe("hello");
  });

  test("a bootstrap address that is down is tried until it is up", async () => {
    const client = await mesh.start({ addrs: ["10.0.0.2:9000"] });
    await mesh.clock.advance(60_000);
    await mesh.start({ services: { hello: (ctx) => ctx.send("at last") } });
    await mesh.clock.advance(1_200);
    expect(await text(client.call("hello"))).toBe("at last");
  });

  test("a bootstrap address that is required must be up", async () => {
    expect(await codeOf(mesh.start({ addrs: ["10.9.9.9:9000"], requireBootstrap: true }))).toBe("CONNECT_FAILED");
  });

  test("a node never connects to itself", async () => {
    const node = await mesh.start({ addrs: [BOOTSTRAP] });
    await mesh.clock.advance(10_000);
    expect(node.providersFor("anything")).toEqual([]);
  });

  test("a key that is not the expected one is refused", async () => {
    const server = await mesh.start({ services: { hello: (ctx) => ctx.send("hello") } });
    const wrong = await mesh.start({ addrs: [`${"00".repeat(31)}01@${BOOTSTRAP}`] });
    expect(wrong.providersFor("hello")).toEqual([]);
    const right = await mesh.start({ addrs: [`${server.id?.key}@${BOOTSTRAP}`] });
    expect(await text(right.call("hello"))).toBe("hello");
  });
});

describe("a shutdown", () => {
  test("lets calls that run finish, and takes no new ones", async () => {
    let finish = (): void => {};
    const [server, client] = await pair({
      slow: (ctx) =>
        new Promise<void>((resolve) => {
          finish = () => {
            ctx.send("done");
            resolve();
          };
        }),
    });
    const running = client.call("slow");
    await mesh.clock.advance(100);
    const stopped = server.shutdown();
    await mesh.clock.advance(100);
    expect(await codeOf(client.call("slow"))).toBe("UNHANDLED");
    finish();
    expect(await text(running)).toBe("done");
    await settle(stopped);
  });

  test("ends in its time, whatever runs", async () => {
    const [server, client] = await pair({ never: () => new Promise(() => {}) });
    const running = client.call("never");
    running.catch(() => {});
    await mesh.clock.advance(100);
    const before = mesh.clock.now();
    await settle(server.shutdown({ timeout: 3_000 }));
    expect(mesh.clock.now() - before).toBeLessThanOrEqual(3_000 + CLOSE_TIMEOUT_MS);
    expect(await codeOf(running)).toBe("CONNECTION_LOST");
    expect(await codeOf(server.call("anything"))).toBe("SHUT_DOWN");
  });
});

describe("options", () => {
  test.each([
    [{ bindAddrs: ["nowhere"] }, /bindAddrs: expected host:port/],
    [{ bindAddrs: ["10.0.0.1:70000"] }, /a port of at most 65535/],
    [{ addrs: ["xyz@10.0.0.1:9000"] }, /a public key of 64 hexadecimal digits/],
    [{ services: { "~x": () => {} } }, /does not begin with "~"/],
    [{ services: { x: "no function" as never } }, /expected a function as "x", got string/],
    [
      { services: Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`s${i}`, () => {}])) },
      /do not fit a Handshake/,
    ],
    [{ services: { ["n".repeat(256)]: () => {} } }, /do not fit a Handshake/],
    [
      { services: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}`.padEnd(250, "n"), () => {}])) },
      /do not fit a Handshake/,
    ],
    [{ secretKey: new Uint8Array(33) }, /secretKey: expected 32 bytes .* got 33/],
    [{ secretKey: new Uint8Array(64) }, /expected the public key of the seed/],
  ] satisfies [NodeOptions, RegExp][])("%# are refused", async (options, message) => {
    await expect(mesh.start(options)).rejects.toThrow(message);
  });
});
