import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Simulation } from "../testing/index.ts";
import { type Allow, generateSecretKey, Node, type NodeOptions, publicKeyOf, type RefusedEvent } from "./index.ts";

let mesh: Simulation;
beforeEach(() => {
  mesh = new Simulation({ seed: 18 });
});
afterEach(() => mesh.stop());

const friend = generateSecretKey();
const stranger = generateSecretKey();

/** A node with a list, who was refused there, and what became of another node that dials it. */
async function meeting(allow: Allow | undefined, dialer: NodeOptions) {
  const refused: RefusedEvent[] = [];
  const errors: string[] = [];
  const server = await mesh.start({ allow, on: { refused: (event) => refused.push(event) } });
  const client = await mesh.start({
    addrs: server.addresses,
    numReconnectAttempts: 0,
    services: { greet: (ctx) => ctx.send("hello") },
    on: { error: ({ code }) => errors.push(code) },
    ...dialer,
  });
  await mesh.clock.advance(100);
  return { server, client, refused, errors, met: server.providersFor("greet").length === 1 };
}

describe("a node that does not deal with everybody", () => {
  test.each<[string, Allow]>([
    ["digits", [publicKeyOf(friend)]],
    ["capital digits, one of two", [publicKeyOf(generateSecretKey()), publicKeyOf(friend).toUpperCase()]],
    ["bytes", [friend.subarray(32)]],
    ["a function", ({ key }) => key === publicKeyOf(friend)],
  ])("lets in whoever its list names by %s, and nobody else", async (_, allow) => {
    expect(await meeting(allow, { secretKey: friend })).toMatchObject({ met: true, refused: [], errors: [] });

    const { server, met, refused, errors } = await meeting(allow, { secretKey: stranger });
    expect({ met, errors }).toEqual({ met: false, errors: ["CONNECT_FAILED"] });
    expect(refused).toMatchObject([
      { id: { key: publicKeyOf(stranger) }, outbound: false, reason: { code: "NOT_ALLOWED" } },
    ]);
    expect(server.metrics()).toMatchObject({
      refused: 1,
      handshakeFailures: 0,
      peers: 0,
      connections: { inbound: 0, outbound: 0 },
    });
  });

  test("lets in nobody without a key", async () => {
    for (const allow of [[publicKeyOf(friend)], () => true] as Allow[]) {
      const { met, refused, errors } = await meeting(allow, { secretKey: undefined });
      expect({ met, errors }).toEqual({ met: false, errors: ["CONNECT_FAILED"] });
      expect(refused).toMatchObject([{ id: undefined, outbound: false }]);
    }
  });

  test("closes a connection that it has dialed itself, and tells so", async () => {
    const refused: RefusedEvent[] = [];
    const errors: string[] = [];
    const { server, met } = await meeting(undefined, {
      secretKey: friend,
      allow: [publicKeyOf(stranger)],
      on: { refused: (event) => refused.push(event), error: ({ message }) => errors.push(message) },
    });
    expect(met).toBe(false);
    expect(errors).toEqual([expect.stringMatching(/^could not connect to .*: expected a peer that is allowed, got /)]);
    expect(refused).toMatchObject([{ id: { key: server.id?.key }, addr: server.addresses[0], outbound: true }]);
    expect(server.metrics()).toMatchObject({ peers: 0, connections: { inbound: 0 } });
  });

  test("does not even dial a stranger it is told of", async () => {
    const hub = await mesh.start({ secretKey: friend });
    const dialed: RefusedEvent[] = [];
    const picky = await mesh.start({
      addrs: hub.addresses,
      allow: [publicKeyOf(friend)],
      on: { refused: (event) => dialed.push(event) },
    });
    const other = await mesh.start({
      secretKey: stranger,
      addrs: hub.addresses,
      services: { other: (ctx) => ctx.end() },
      numReconnectAttempts: 0,
    });
    await mesh.clock.advance(10_000);
    expect(picky.providersFor("other")).toEqual([]);
    expect(dialed.filter(({ outbound }) => outbound)).toEqual([]);
    expect(hub.providersFor("other")).toHaveLength(1);
    expect(other.metrics().peers).toBe(1);
  });

  test("lets in nobody where its function fails or is not done", async () => {
    const failing = (): boolean => {
      throw new Error("no database");
    };
    const { met, refused } = await meeting(failing, { secretKey: friend });
    expect(met).toBe(false);
    expect(refused[0]?.reason.message).toMatch(/could not be told: no database/);
    const late = (async () => true) as unknown as () => boolean;
    expect((await meeting(late, { secretKey: friend })).met).toBe(false);
    expect((await meeting([], { secretKey: friend })).met).toBe(false);
  });
});

test.each<[Allow, string]>([
  [["xyz"], 'allow[0]: expected a public key of 64 hexadecimal digits or 32 bytes, got "xyz"'],
  [[publicKeyOf(friend), friend], "allow[1]: expected a public key of 64 hexadecimal digits or 32 bytes, got 64 bytes"],
  ["all" as never, "allow: expected a list of public keys or a function, got string"],
])("a list that is none is refused at start", async (allow, message) => {
  await expect(Node.start({ allow })).rejects.toThrow(message);
});
