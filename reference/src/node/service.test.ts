import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { Simulation } from "../testing/index.ts";
import type { Context, Handler, Headers } from "./index.ts";
import { type StandardSchema, service } from "./index.ts";

let mesh: Simulation;
let runs = 0;
beforeEach(() => {
  mesh = new Simulation({ seed: 13 });
  runs = 0;
});
afterEach(() => mesh.stop());

const settle = <T>(promise: Promise<T>): Promise<T> => mesh.clock.settle(promise);

const user = service(
  {
    input: z.object({ name: z.string(), ages: z.array(z.number()), since: z.string().default("ever") }),
    output: z.object({ sum: z.number(), since: z.string() }),
    headers: z.object({ id: z.coerce.number().int() }),
  },
  async ({ name, ages, since }, _, { id }) => {
    runs++;
    if (name === "liar") return { sum: "many" as never, since };
    return { sum: ages.reduce((a, b) => a + b, id), since };
  },
);

async function ask(
  handler: Handler,
  body: string | undefined,
  headers: Headers = {},
): Promise<[string | undefined, string]> {
  const server = await mesh.start({ services: { it: handler } });
  const client = await mesh.start({ addrs: server.addresses });
  const response = await settle(client.call("it", { body, headers }));
  return [response.headers["content-type"], String(await settle(response.bytes()))];
}

const error = (text: string): [string, string] => ["application/json", JSON.stringify({ error: text })];

describe("a service with schemas", () => {
  test("gets what its schemas make of the request, and sends what they make of the result", async () => {
    const answer = await ask(user, JSON.stringify({ name: "a", ages: [1, 2] }), { id: "10" });
    expect(answer).toEqual(["application/json", '{"sum":13,"since":"ever"}']);
  });

  test.each<[string, string | undefined, Headers, string]>([
    [
      "a wrong type deep inside",
      '{"name":"a","ages":[1,"x"]}',
      { id: "1" },
      "input.ages[1]: Invalid input: expected number, received string",
    ],
    [
      "two faults",
      '{"ages":7}',
      { id: "1" },
      "input.name: Invalid input: expected string, received undefined; input.ages: Invalid input: expected array, received number",
    ],
    ["no body", undefined, { id: "1" }, "input: Invalid input: expected object, received undefined"],
    ["no JSON", '{"name": secret}', { id: "1" }, "input: expected JSON, got 16 bytes of something else"],
    ["a wrong header", "{}", { id: "x" }, "headers.id: Invalid input: expected number, received NaN"],
  ])("answers %s as documented, and does not run", async (_, body, headers, text) => {
    expect(await ask(user, body, headers)).toEqual(error(text));
    expect(runs).toBe(0);
  });

  test("answers for a result of its own that does not fit", async () => {
    const answer = await ask(user, '{"name":"liar","ages":[]}', { id: "1" });
    expect(answer).toEqual(error("output.sum: Invalid input: expected number, received string"));
  });

  test("tells no more than a little of a request that is all wrong", async () => {
    const strict = service({ input: z.record(z.string(), z.string()) }, () => runs++);
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}`.repeat(100), i])));
    const [, text] = await ask(strict, body);
    expect(text.length).toBeLessThan(1_100);
    expect(runs).toBe(0);
    const few = await ask(
      service({ input: z.array(z.string()) }, () => {}),
      JSON.stringify(Array(20).fill(1)),
    );
    expect(few[1]).toMatch(/input\[7\]: [^;]*; and 12 more"}$/);
  });

  test("needs no schema, ends without a body, and may answer by itself", async () => {
    expect(
      await ask(
        service({}, (input) => ({ input })),
        "[1]",
      ),
    ).toEqual(["application/json", '{"input":[1]}']);
    expect(
      await ask(
        service({}, () => undefined),
        "",
      ),
    ).toEqual([undefined, ""]);
    expect(
      await ask(
        service({}, (_, ctx) => void ctx.send("by hand")),
        "",
      ),
    ).toEqual([undefined, "by hand"]);
    expect(
      (
        await ask(
          service({ limit: 3 }, () => 1),
          "[1,2]",
        )
      )[1],
    ).toMatch(/at most 3 bytes/);
  });

  test("takes any Standard Schema, also one that takes its time", async () => {
    const even: StandardSchema<number, string> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) =>
          Number(value) % 2 === 0
            ? { value: `even ${value}` }
            : { issues: [{ message: `expected an even number, got ${value}`, path: [{ key: "number" }] }] },
      },
    };
    expect(
      (
        await ask(
          service({ input: even }, (input) => input),
          "4",
        )
      )[1],
    ).toBe('"even 4"');
    expect(
      await ask(
        service({ input: even }, (input) => input),
        "5",
      ),
    ).toEqual(error("input.number: expected an even number, got 5"));
  });

  test("refuses what is no schema", () => {
    expect(() => service({ input: {} as never }, () => {})).toThrow(/^input: expected a Standard Schema/);
  });
});

test("types are inferred from the schemas", () => {
  const made = service(
    { input: z.object({ id: z.string().transform(Number) }), output: z.object({ ok: z.boolean().default(true) }) },
    (input, ctx, headers) => {
      expectTypeOf(input).toEqualTypeOf<{ id: number }>();
      expectTypeOf(ctx).toEqualTypeOf<Context>();
      expectTypeOf(headers).toEqualTypeOf<Headers>();
      return {};
    },
  );
  expectTypeOf(made).toEqualTypeOf<Handler>();
  service({ headers: z.object({ id: z.coerce.number() }) }, (input, _, headers) => {
    expectTypeOf(input).toBeUnknown();
    expectTypeOf(headers).toEqualTypeOf<{ id: number }>();
  });
  // @ts-expect-error: the result is no object of the output schema
  service({ output: z.object({ ok: z.boolean() }) }, () => ({ ok: "yes" }));
});
