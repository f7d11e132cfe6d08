import { describe, expect, it } from "vitest";
import { handshakeDialer, handshakeListener, type Transition } from "../generated/machines.ts";
import { Opcode } from "../wire/index.ts";
import { ConnectionError, ProtocolError } from "./index.ts";
import { Bench, dataOf, FAR_KEY, findNode, serviceRequest, serviceResponse } from "./testing-only/bench.ts";
import { handshakeOf, idOf, SERVICES } from "./testing-only/local.ts";

/** One way to bring an event about, and the requirement of the fault where the row names only the general one. */
interface Way {
  readonly name: string;
  readonly act: (bench: Bench) => void;
  readonly requirement?: string;
}

const way = (name: string, act: (bench: Bench) => void, requirement?: string): Way => ({
  name,
  act,
  ...(requirement !== undefined && { requirement }),
});
const handshakeRequest = (seq: number, packet: Uint8Array) => (bench: Bench) =>
  bench.request(seq, Opcode.Handshake, packet);
const timeout = way("all of its time passes", (bench) => bench.advance(5_000));

const badSignature = handshakeOf(2);
badSignature[badSignature.length - 40]! ^= 1;
const otherServices = handshakeOf(2, ["later", "~mark", "", "later"]);

/** The role of the connection under test decides which numbers are the peer's. */
const faults = (peer: number): Way[] => [
  way("an empty body", (bench) => bench.say({ seq: peer, body: new Uint8Array(0) }), "FLT-RPC-016"),
  way("an unknown opcode", (bench) => bench.request(0, 5, new Uint8Array(8)), "FLT-RPC-017"),
  way("a Handshake numbered 0", handshakeRequest(0, handshakeOf(2)), "FLT-RPC-015"),
  way("a Handshake that is cut", handshakeRequest(peer, handshakeOf(2).subarray(0, 60)), "FLT-PKT-003"),
  way("has-ID of 2", handshakeRequest(peer, Uint8Array.of(2, 0)), "FLT-PKT-031"),
  way("a name that is not UTF-8", handshakeRequest(peer, Uint8Array.of(0, 1, 1, 0xff)), "FLT-PKT-032"),
  way("a bad signature", handshakeRequest(peer, badSignature), "FLT-HSK-022"),
  way("the own key", handshakeRequest(peer, handshakeOf(1)), "FLT-HSK-030"),
];

const LISTENER_EVENTS: Readonly<Record<string, readonly Way[]>> = {
  "handshake-new": [
    way("with a number", handshakeRequest(1, otherServices)),
    way("with the largest number", handshakeRequest(0xffff_ffff, otherServices)),
  ],
  "handshake-other": [
    way("another key", handshakeRequest(3, handshakeOf(3)), "FLT-HSK-013"),
    way("no key", handshakeRequest(3, handshakeOf(undefined)), "FLT-HSK-013"),
  ],
  "handshake-bad": faults(1).slice(2),
  "service-message": [way("a ServiceRequest", (bench) => bench.say(serviceRequest(7, "echo")))],
  "find-node": [way("a FindNodeRequest", (bench) => bench.say(findNode(3)))],
  "stray-reply": [way("a number of its own", (bench) => bench.reply(8, Uint8Array.of(9)))],
  fault: [
    way("an empty body", (bench) => bench.say({ seq: 1, body: new Uint8Array(0) }), "FLT-RPC-016"),
    way("an unknown opcode", (bench) => bench.request(0, 5, new Uint8Array(8)), "FLT-RPC-017"),
  ],
  "handshake-timeout": [timeout],
};

const replyToFirst = (packet: Uint8Array) => (bench: Bench) => bench.reply(1, packet);
const DIALER_EVENTS: Readonly<Record<string, readonly Way[]>> = {
  start: [way("the listener's key", (bench) => bench.exchangeKeys())],
  "reply-good": [way("a reply", replyToFirst(otherServices))],
  "reply-bad": [
    way("cut", replyToFirst(handshakeOf(2).subarray(0, 60))),
    way("empty", replyToFirst(new Uint8Array(0))),
    way("with an opcode", replyToFirst(Uint8Array.of(0, ...handshakeOf(2)).fill(9, 2, 3))),
    way("a bad signature", replyToFirst(badSignature), "FLT-HSK-022"),
    way("the own key", replyToFirst(handshakeOf(1)), "FLT-HSK-030"),
    way("another key than the dialed one", replyToFirst(handshakeOf(3)), "FLT-HSK-032"),
    way("no key", replyToFirst(handshakeOf(undefined)), "FLT-HSK-032"),
  ],
  "handshake-new": [way("a request", handshakeRequest(2, otherServices))],
  "handshake-other": [
    way("another key", handshakeRequest(2, handshakeOf(3))),
    way("no key", handshakeRequest(2, handshakeOf(undefined))),
  ],
  "service-request": [way("a ServiceRequest", (bench) => bench.say(serviceRequest(6, "echo")))],
  "find-node": [way("a FindNodeRequest", (bench) => bench.say(findNode(4)))],
  "stray-reply": [way("a number of its own", (bench) => bench.reply(77, Uint8Array.of(9)))],
  fault: faults(2),
  "handshake-timeout": [timeout],
};

function listenerIn(state: string): Bench {
  const bench = new Bench({ role: "listener" });
  if (state === "first") bench.exchangeKeys();
  else bench.open();
  if (state === "closed") bench.connection.close(new ConnectionError("TEST", "closed by the test"), 0);
  return bench;
}

function dialerIn(state: string): Bench {
  const bench = new Bench({ role: "dialer", ...(state !== "open" && { expectedPublicKey: idOf(2).publicKey }) });
  if (state === "first") {
    bench.exchangeKeys();
    bench.sent();
  } else if (state !== "idle") bench.open();
  if (state === "closed") bench.connection.close(new ConnectionError("TEST", "closed by the test"), 0);
  return bench;
}

/** The connection's state where the machine is in a state of its own. */
const STATES: Readonly<Record<string, string>> = {
  idle: "key-exchange",
  first: "handshake",
  open: "open",
  closed: "closed",
};

/** What an action looks like from outside: the messages it sends and the callbacks it makes. */
const ACTIONS: Readonly<Record<string, { sends: (string | RegExp)[]; calls: string[] }>> = {
  "send Handshake": { sends: ["Handshake(1)"], calls: [] },
  "learn ID and services": { sends: [], calls: ["admit", "peer", "open"] },
  "reply, learn ID and services": { sends: [/^reply\(\d+\)$/], calls: ["admit", "peer", "open"] },
  "reply, learn services": { sends: [/^reply\(\d+\)$/], calls: ["admit", "peer"] },
  reply: { sends: [/^reply\(\d+\)$/], calls: [] },
  "reply, replace services": { sends: [/^reply\(\d+\)$/], calls: ["peer"] },
  "serve it": { sends: [], calls: ["call"] },
  "go to chapter 06": { sends: [], calls: ["call"] },
  ignore: { sends: [], calls: [] },
  nothing: { sends: [], calls: [] },
  close: { sends: [], calls: ["closed"] },
};

function expectRow(bench: Bench, row: Transition, { act, requirement }: Way): void {
  const logged = bench.handler.log.length;
  const closedBefore = bench.handler.closed;
  act(bench);
  const calls = bench.handler.log.slice(logged);
  const sends = bench.sentInShort();
  expect(bench.connection.state).toBe(STATES[row.next]);
  const looks = ACTIONS[row.action];
  if (looks === undefined) expect.fail(`no look for the action "${row.action}"`);
  expect(calls).toEqual(looks.calls);
  expect(sends).toEqual(looks.sends.map((item) => (typeof item === "string" ? item : expect.stringMatching(item))));
  if (row.action !== "close") {
    expect(bench.handler.closed).toBe(closedBefore);
    return;
  }
  expect(bench.handler.closed).toBeInstanceOf(ProtocolError);
  expect(bench.handler.closed?.requirement).toBe(requirement ?? row.requirement);
}

describe.each([
  [handshakeListener, LISTENER_EVENTS, listenerIn],
  [handshakeDialer, DIALER_EVENTS, dialerIn],
] as const)("$name", (machine, events, benchIn) => {
  const named = machine.transitions as readonly Transition[];
  const rows = (machine.states as readonly string[]).flatMap((state) =>
    (machine.events as readonly string[]).flatMap((event): Transition[] => {
      const row = named.find((item) => item.state === state && item.event === event);
      return row === undefined ? [] : [row];
    }),
  );
  const cases = rows.flatMap((row) => (events[row.event] ?? []).map((item) => [row, item] as const));

  it("has a way to bring every event about", () => {
    expect(Object.keys(events).sort()).toEqual([...machine.events].sort());
  });

  it.each(cases.map(([row, item]) => [row.state, row.event, item.name, row.action, row, item] as const))(
    "%s: %s, %s: %s",
    (state, _event, _name, _action, row, item) => {
      expectRow(benchIn(state), row, item);
    },
  );
});

describe("handshakes", () => {
  it("tell what the peer offers, each name once, markers apart (FLT-HSK-012, FLT-HSK-043)", () => {
    const bench = listenerIn("open");
    expect(bench.connection.peer?.services).toEqual(SERVICES);
    handshakeRequest(5, otherServices)(bench);
    expect(bench.connection.peer).toMatchObject({ services: ["later"], markers: ["~mark"] });
    expect(bench.connection.peer?.id).toEqual(idOf(2));
  });

  it("of a dialer: one that came as a request binds the reply (FLT-HSK-013)", () => {
    const bench = new Bench({ role: "dialer" }).exchangeKeys();
    handshakeRequest(2, handshakeOf(2))(bench);
    expect(bench.connection.state).toBe("handshake");
    bench.reply(1, handshakeOf(3));
    expect(bench.handler.closed?.requirement).toBe("FLT-HSK-013");
  });

  it("take anonymous peers of either side (FLT-HSK-033)", () => {
    for (const role of ["dialer", "listener"] as const) {
      const bench = new Bench({ role, tag: undefined });
      bench.exchangeKeys();
      const packet = handshakeOf(undefined);
      if (role === "dialer") bench.reply(1, packet);
      else bench.request(1, Opcode.Handshake, packet);
      expect(bench.connection.state).toBe("open");
      expect(bench.connection.peer?.id).toBeUndefined();
    }
  });

  it("of peers that the node refuses close the connection before they are answered", () => {
    for (const role of ["dialer", "listener"] as const) {
      const bench = new Bench({ role }).exchangeKeys();
      bench.sent();
      bench.handler.refusal = new ConnectionError("NOT_ALLOWED", "this key may not");
      if (role === "dialer") bench.reply(1, handshakeOf(2));
      else bench.request(1, Opcode.Handshake, handshakeOf(2));
      expect(bench.handler.log).toEqual(["admit", "closed"]);
      expect(bench.handler.closed?.code).toBe("NOT_ALLOWED");
      expect(bench.sent()).toEqual([]);
    }
  });

  it("keep what is put behind the packet for later versions", () => {
    const bench = new Bench({ role: "listener" }).exchangeKeys();
    handshakeRequest(1, Uint8Array.of(...handshakeOf(2), 1, 2, 3))(bench);
    expect([...bench.connection.peer!.trailing]).toEqual([1, 2, 3]);
  });

  it("are awaited from the end of the key exchange on, not before (FLT-HSK-004, FLT-HSK-005)", () => {
    for (const role of ["dialer", "listener"] as const) {
      const bench = new Bench({ role });
      bench.advance(4_000);
      bench.exchangeKeys();
      bench.advance(4_999);
      expect(bench.connection.state).toBe("handshake");
      bench.advance(1);
      expect(bench.handler.closed?.code).toBe("HANDSHAKE_TIMEOUT");
    }
  });

  it("are what messages of streams wait for: nothing of them is acted on before (FLT-HSK-003)", () => {
    for (const message of [serviceRequest(7, "echo"), serviceResponse(7, true), dataOf(7, 0), findNode(3)]) {
      const bench = new Bench({ role: "listener" }).exchangeKeys();
      bench.say(message, { seq: 1, body: Uint8Array.of(Opcode.Handshake, ...handshakeOf(2)) });
      expect(bench.handler.closed?.requirement).toBe("FLT-HSK-003");
      expect(bench.handler.log).toEqual(["closed"]);
    }
  });

  it("may come in one piece with the key and all that follows (FLT-SES-026)", () => {
    const bench = new Bench({ role: "listener" });
    const opening = bench.sealed(
      { seq: 1, body: Uint8Array.of(Opcode.Handshake, ...handshakeOf(2)) },
      serviceRequest(7, "echo"),
    );
    bench.connection.receive(Uint8Array.of(...FAR_KEY, ...opening), 0);
    expect(bench.handler.log).toEqual(["admit", "peer", "open", "call"]);
  });
});
