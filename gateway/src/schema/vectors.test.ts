// Messages by a schema against every vector of them.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readMethods } from "./methods.ts";

interface Vector {
  readonly id: string;
  readonly op: string;
  readonly input: { readonly schema: string; readonly message: string; readonly json: string };
  readonly expect?: { readonly methods?: unknown; readonly message?: string; readonly json?: string };
}

const file = new URL("../../../vectors/v1/gateway/grpc-schema.json", import.meta.url);
const { groups } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly groups: readonly { tests: readonly Vector[] }[];
};
const vectors = groups.flatMap(({ tests }) => tests);
const fromHex = (text: string): Uint8Array => Buffer.from(text, "hex");

const OPERATIONS: Readonly<Record<string, (input: Vector["input"]) => unknown>> = {
  "schema-methods": ({ schema }) => ({
    methods: [...readMethods(fromHex(schema))].map(([path, { isUnary }]) => [path, isUnary]).sort(),
  }),
  "schema-to-json": ({ schema, message }) => {
    const json = readMethods(fromHex(schema)).get("/kit.Shapes/Draw")?.request(fromHex(message));
    return json && { json: JSON.parse(Buffer.from(json).toString("utf8")) as unknown };
  },
  "schema-from-json": ({ schema, json }) => {
    const method = readMethods(fromHex(schema)).get("/kit.Shapes/Draw");
    const message = method?.response(fromHex(json));
    expect(method?.accepts(fromHex(json))).toBe(message !== undefined);
    return message && { message: Buffer.from(message).toString("hex") };
  },
};

describe("the vectors of schemas", () => {
  test("are there", () => {
    expect(vectors.length).toBeGreaterThan(100);
  });

  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, { op, input, expect: expected }) => {
    const json = expected?.json;
    expect(OPERATIONS[op]?.(input)).toEqual(json === undefined ? expected : { json: JSON.parse(json) as unknown });
  });
});
