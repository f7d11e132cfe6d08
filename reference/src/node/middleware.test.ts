import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { FlatendError, type Handler, type Middleware, Node, type OutgoingCall, type Response } from "./index.ts";
import { aroundHandler } from "./middleware.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 12 });
});
afterEach(() => mesh.stop());

const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);
const text = async (promise: Promise<Response>): Promise<string> =>
  String(await settle(promise.then((response) => response.bytes())));

async function pair(handler: Handler, serve: Middleware["serve"], call: Middleware["call"] = []): Promise<Node> {
  await mesh.start({ services: { greet: handler }, middleware: { serve } });
  return mesh.start({ addrs: ["10.0.0.1:9000"], middleware: { call } });
}

describe("middleware around handlers", () => {
  test("is entered in the order of its list and left in the reverse of it", async () => {
    const seen: string[] = [];
    const client = await pair(
      async (ctx) => {
        seen.push("handler");
        ctx.send("hello");
      },
      ["outer", "inner"].map((name) => async (ctx, next) => {
        seen.push(`${name} ${ctx.service}`);
        await next();
        seen.push(`${name} again`);
      }),
    );
    expect(await text(client.call("greet"))).toBe("hello");
    expect(seen).toEqual(["outer greet", "inner greet", "handler", "inner again", "outer again"]);
  });

  test("fails as a handler does, sees what the handler throws, and may answer in its stead", async () => {
    const client = await pair(
      (ctx) => {
        throw new Error(`${ctx.headers.mode} in the handler`);
      },
      [
        async (ctx, next) => {
          if (ctx.headers.mode === "refuse") throw new Error("not you");
          if (ctx.headers.mode === "answer") return ctx.send("from the middleware");
          try {
            return await next();
          } catch (error) {
            throw new Error(`seen: ${(error as Error).message}`);
          }
        },
      ],
    );
    const call = (mode: string) => text(client.call("greet", { headers: { mode } }));
    expect(await call("refuse")).toBe('{"error":"not you"}');
    expect(await call("answer")).toBe("from the middleware");
    expect(await call("fail")).toBe('{"error":"seen: fail in the handler"}');
  });

  test("runs the handler once at most", async () => {
    const client = await pair(() => {}, [
      async (_, next) => {
        await next();
        await next();
      },
    ]);
    expect(await text(client.call("greet"))).toBe('{"error":"expected next() to be called once, got a second call"}');
  });

  test("is not there when there is none", () => {
    const handler: Handler = () => {};
    expect(aroundHandler([], handler)).toBe(handler);
  });
});

describe("middleware around calls", () => {
  const seen: string[] = [];
  const named =
    (name: string) =>
    async (call: OutgoingCall, next: (call: OutgoingCall) => Promise<Response>): Promise<Response> => {
      seen.push(`${name} ${call.services.join()} ${call.headers?.path}`);
      const response = await next({ ...call, headers: { ...call.headers, path: `${call.headers?.path}/${name}` } });
      seen.push(`${name} again`);
      return response;
    };

  test("stands in order around calls of the node, of a provider and of a broadcast", async () => {
    const client = await pair((ctx) => ctx.send(String(ctx.headers.path)), [], [named("outer"), named("inner")]);
    seen.length = 0;
    expect(await text(client.call("greet", { headers: { path: "" } }))).toBe("/outer/inner");
    expect(seen).toEqual(["outer greet ", "inner greet /outer", "inner again", "outer again"]);
    const [provider] = client.providersFor("greet");
    expect(await text(provider?.push(["greet"], { path: "p" }) as Promise<Response>)).toBe("p/outer/inner");
    const [answer] = await settle(client.broadcast("greet", { headers: { path: "b" } }).all());
    expect(await text(Promise.resolve(answer?.response as Response))).toBe("b/outer/inner");
  });

  test("may ask again, and what it throws is the error of the call, also when it throws at once", async () => {
    let attempts = 0;
    const client = await pair(
      (ctx) => ctx.send("hello"),
      [],
      [
        (call, next) => {
          if (call.services[0] === "forbidden") throw new FlatendError("INVALID_ARGUMENT", "not from here");
          return next(call).catch(() => next({ ...call, services: ["greet"] }));
        },
        (call, next) => {
          attempts++;
          return next(call);
        },
      ],
    );
    expect(await text(client.call("nobody"))).toBe("hello");
    expect(attempts).toBe(2);
    await expect(settle(client.call("forbidden"))).rejects.toThrow("not from here");
  });
});

test("what is no function is refused at start", async () => {
  await expect(Node.start({ middleware: { serve: ["x" as never] } })).rejects.toThrow(
    "middleware.serve[0]: expected a function, got string",
  );
});

test("the types of its parameters are known where it is written", () => {
  const middleware: Middleware = {
    call: [
      (call, next) => {
        expectTypeOf(call).toEqualTypeOf<OutgoingCall>();
        return next(call);
      },
    ],
    serve: [
      (ctx, next) => {
        expectTypeOf(ctx.service).toEqualTypeOf<string>();
        expectTypeOf(next).toEqualTypeOf<() => Promise<unknown>>();
        return next();
      },
    ],
  };
  expect(middleware.call).toHaveLength(1);
});
