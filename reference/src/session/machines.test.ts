import { describe, expect, it } from "vitest";
import { native } from "../crypto/index.ts";
import { type Machine, sessionDialer, sessionListener } from "../generated/machines.ts";
import type { Role, Session } from "./index.ts";
import { type End, faultOf, sessionOf, takeAll } from "./testing-only/sessions.ts";

/** One session and the far end that knows its keys. */
interface Bench {
  readonly own: End;
  readonly far: End;
}

const FAR_ROLE = { dialer: "listener", listener: "dialer" } as const;
const publicKey = (tag: number): Uint8Array => native.x25519PublicKey(new Uint8Array(32).fill(tag));

/** What a session does with input: the plaintexts it delivers. Throws what ends it. */
function act(session: Session): Uint8Array[] {
  const messages: Uint8Array[] = [];
  if (!session.exchangeKeys()) return messages;
  for (let message = session.next(); message !== undefined; message = session.next()) messages.push(message);
  return messages;
}

function give({ own }: Bench, bytes: Uint8Array): Uint8Array[] {
  own.session.push(bytes);
  return act(own.session);
}

function sealed({ far }: Bench): Uint8Array {
  far.session.seal(Uint8Array.of(0, 0, 0, 0, 9));
  return takeAll(far.output);
}

const frameOf = (length: number): Uint8Array => Uint8Array.of(0, 0, length >> 8, length);

function end({ own }: Bench): void {
  if (own.session.state !== "closed") throw own.session.end();
}

/** How each event is brought about, wherever it can be. */
const EVENTS: Readonly<Record<string, (bench: Bench) => unknown>> = {
  "good-key": (bench) => give(bench, publicKey(2)),
  "bad-key": (bench) => give(bench, new Uint8Array(32)),
  "own-key": (bench) => give(bench, publicKey(1)),
  "good-frame": (bench) => give(bench, sealed(bench)),
  "long-length": (bench) => give(bench, frameOf(4_097)),
  "short-length": (bench) => give(bench, frameOf(19)),
  "bad-tag": (bench) => give(bench, sealed(bench).fill(0xee, 4)),
  "key-timeout": ({ own }) => own.session.checkDeadline(5_000),
  "cut-frame": (bench) => {
    give(bench, sealed(bench).subarray(0, 20));
    end(bench);
  },
  "end-of-bytes": end,
};

function benchIn(role: Role, state: string): Bench {
  const bench = { own: sessionOf(role, 1), far: sessionOf(FAR_ROLE[role], 2) };
  // The far end gets its keys in any state, so that it can seal frames.
  if (role === "dialer") {
    bench.far.session.push(takeAll(bench.own.output));
    bench.far.session.exchangeKeys();
  } else {
    bench.far.session.push(publicKey(1));
    bench.far.session.exchangeKeys();
  }
  takeAll(bench.far.output);
  if (state === "established") give(bench, publicKey(2));
  if (state === "closed") bench.own.session.end();
  takeAll(bench.own.output);
  expect(bench.own.session.state).toBe(state);
  return bench;
}

describe.each<[Role, Machine]>([
  ["listener", sessionListener],
  ["dialer", sessionDialer],
])("the machine of a %s's session", (role, machine) => {
  const rows = machine.transitions.filter(({ state, event }) => state !== "idle" && event !== "start");

  it.each(rows.map((row) => [row.state, row.event, row.action, row] as const))(
    "%s: %s: %s",
    (state, event, action, row) => {
      const bench = benchIn(role, state);
      let delivered: unknown;
      const fault = faultOf(() => {
        delivered = EVENTS[event]?.(bench);
      });
      expect(EVENTS[event]).toBeDefined();
      expect(bench.own.session.state).toBe(row.next);
      const written = takeAll(bench.own.output);
      if (action === "close") {
        expect(fault?.requirement).toBe(row.requirement);
        expect(fault?.message).toContain(row.requirement);
      } else {
        expect(fault).toBeUndefined();
      }
      if (action === "deliver the message") expect(delivered).toEqual([Uint8Array.of(0, 0, 0, 0, 9)]);
      expect(written).toEqual(action.includes("send own key") ? publicKey(1) : new Uint8Array(0));
    },
  );

  it(`idle: start: ${role === "dialer" ? "sends its key (FLT-SES-001)" : "says nothing (FLT-SES-002)"}`, () => {
    const { session, output } = sessionOf(role, 1);
    expect(session.state).toBe("awaiting-key");
    expect(takeAll(output)).toEqual(role === "dialer" ? publicKey(1) : new Uint8Array(0));
  });

  it("takes a dialer's own key sent back for a fault, and a listener's for any key", () => {
    const bench = benchIn(role, "awaiting-key");
    const fault = faultOf(() => give(bench, publicKey(1)));
    expect(fault?.requirement).toBe(role === "dialer" ? "FLT-SES-009" : undefined);
  });

  it("gives a key exchange all of its time and no more (FLT-SES-011)", () => {
    const { own } = benchIn(role, "awaiting-key");
    own.session.push(publicKey(2).subarray(0, 31));
    expect(act(own.session)).toEqual([]);
    expect(own.session.keyExchangeDeadline).toBe(5_000);
    expect(faultOf(() => own.session.checkDeadline(4_999))).toBeUndefined();
    expect(faultOf(() => own.session.checkDeadline(5_000))?.code).toBe("KEY_EXCHANGE_TIMEOUT");
  });
});
