// With a node that is told what becomes of each call: what real ones do in half a minute, and in an order of the test's own.
import { type CallOptions, FlatendError, type Provider, type Response } from "flatend";
import { expect, test } from "vitest";
import { Circuits, FAILURES_TO_OPEN } from "../health/circuits.ts";
import { callProvider } from "./provider-call.ts";

const LOST = new FlatendError("CONNECTION_LOST", "lost");
const provider = (addr: string) => ({ id: undefined, addr, services: ["thing"] }) as unknown as Provider;

interface Scene {
  readonly circuits: Circuits;
  readonly asked: string[];
  readonly call: (method: string, body?: string) => Promise<string>;
}

/** Each call goes to the first provider that is not avoided, or to the first of all; `outcome` says what it gives or throws. */
function scene(names: string[], outcome: (name: string, turn: number) => string | FlatendError): Scene {
  const circuits = new Circuits();
  const asked: string[] = [];
  const node = {
    call: async (_: unknown, { avoid, onAsk }: CallOptions = {}): Promise<Response> => {
      const name = names.find((one) => !avoid?.(provider(one))) ?? names[0];
      if (name === undefined) throw new FlatendError("NO_PROVIDER", "nobody");
      onAsk?.(provider(name));
      asked.push(name);
      const result = outcome(name, asked.length);
      if (typeof result !== "string") throw result;
      return result as unknown as Response;
    },
  };
  const call = async (method: string, body?: string): Promise<string> =>
    String(await callProvider(node, { services: ["thing"], circuits, method, options: { body } }));
  return { circuits, asked, call };
}

test.each(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])(
  "a lost %s goes to another provider",
  async (method) => {
    const { asked, call } = scene(["a", "b"], (name) => (name === "a" ? LOST : "answer"));
    expect([await call(method), asked]).toEqual(["answer", ["a", "b"]]);
  },
);

test.each([
  ["POST", undefined],
  ["PATCH", undefined],
  ["get", undefined],
  ["PUT", "a body"],
  ["GET", "a body"],
])("%s with body %s does not", async (method, body) => {
  const { asked, call } = scene(["a", "b"], () => LOST);
  await expect(call(method, body)).rejects.toBe(LOST);
  expect(asked).toEqual(["a"]);
});

test("three calls are the most", async () => {
  const { asked, call } = scene(["a", "b", "c", "d"], () => LOST);
  await expect(call("GET")).rejects.toBe(LOST);
  expect(asked).toEqual(["a", "b", "c"]);
});

test("what nobody has begun the second time is told as what it was the first time", async () => {
  const names = ["a"];
  const { call } = scene(names, () => {
    names.pop();
    return LOST;
  });
  await expect(call("GET")).rejects.toBe(LOST);
});

test.each(["TIMEOUT", "PROTOCOL_ERROR", "UNHANDLED", "TOO_LARGE"] as const)("%s is not repeated", async (code) => {
  const { asked, call } = scene(["a", "b"], () => new FlatendError(code, code));
  await expect(call("GET")).rejects.toThrow(code);
  expect(asked).toEqual(["a"]);
});

test.each([
  ["CONNECTION_LOST", undefined, true],
  ["PROTOCOL_ERROR", undefined, true],
  ["TIMEOUT", undefined, true],
  // Its client may be the slow one.
  ["TIMEOUT", "a body", false],
  ["CONNECTION_LOST", "a body", true],
  ["ABORTED", undefined, false],
  ["UNHANDLED", undefined, false],
] as const)("%s with body %s: the provider is to blame: %s", async (code, body, blamed) => {
  const { circuits, call } = scene(["a"], () => new FlatendError(code, code));
  for (let i = 0; i < FAILURES_TO_OPEN; i++) await expect(call("POST", body)).rejects.toThrow(code);
  expect(circuits.avoids("a", performance.now())).toBe(blamed);
});

test("a connection that the gateway gave up itself is not the provider's doing", async () => {
  const cause = Object.assign(new Error("the body of stream 1 cannot be completed"), { code: "BODY_INCOMPLETE" });
  const { circuits, call } = scene(["a"], () => new FlatendError("CONNECTION_LOST", "lost", cause));
  for (let i = 0; i < FAILURES_TO_OPEN; i++) await expect(call("POST")).rejects.toThrow("lost");
  expect(circuits.size).toBe(0);
});

test("who has failed is left alone, and is asked where all have", async () => {
  const { asked, call } = scene(["a", "b"], (name, turn) => (name === "a" || turn > 20 ? LOST : "answer"));
  for (let i = 0; i < FAILURES_TO_OPEN; i++) await expect(call("POST")).rejects.toBe(LOST);
  for (let i = 0; i < 10; i++) expect(await call("POST")).toBe("answer");
  expect(asked.slice(FAILURES_TO_OPEN)).toEqual(Array.from({ length: 10 }, () => "b"));
  while (asked.length < 20) await call("POST");
  for (let i = 0; i < FAILURES_TO_OPEN; i++) await expect(call("POST")).rejects.toBe(LOST);
  await expect(call("POST")).rejects.toBe(LOST);
  expect(asked.at(-1)).toBe("a");
});
