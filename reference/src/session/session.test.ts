import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { native, portable } from "../crypto/index.ts";
import { ByteQueue, CipherState, FrameReader } from "./index.ts";
import { establishedPair, faultOf, sessionOf, takeAll } from "./testing-only/sessions.ts";

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const plaintexts = fc.array(fc.oneof(bytes(4, 40), bytes(4, 300), bytes(4080)), { maxLength: 12 });
/** Lengths of the pieces that bytes arrive in; used again from the start when they run out. */
const cuts = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
  fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 20 }),
);

function* pieces(whole: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < whole.length; turn++) {
    const length = lengths[turn % lengths.length]!;
    yield whole.slice(at, at + length);
    at += length;
  }
}

describe("sessions", () => {
  it("carry messages whole and in order, whatever the pieces, key and frames together (FLT-SES-004, FLT-SES-025, FLT-SES-026)", () => {
    fc.assert(
      fc.property(plaintexts, cuts, fc.constantFrom("dialer", "listener"), (messages, lengths, sender) => {
        const dialer = sessionOf("dialer", 1);
        const listener = sessionOf("listener", 2, portable);
        const [from, to] = sender === "dialer" ? [dialer, listener] : [listener, dialer];
        // The sender needs the other's key before it can seal; its own key and all of its frames then go as one stream.
        from.session.push(
          sender === "dialer" ? native.x25519PublicKey(new Uint8Array(32).fill(2)) : takeAll(dialer.output),
        );
        expect(from.session.exchangeKeys()).toBe(true);
        for (const message of messages) from.session.seal(message);
        const received: Uint8Array[] = [];
        for (const piece of pieces(takeAll(from.output), lengths)) {
          to.session.push(piece);
          if (!to.session.exchangeKeys()) continue;
          for (let next = to.session.next(); next !== undefined; next = to.session.next()) received.push(next.slice());
        }
        expect(received.length).toBe(messages.length);
        expect(Buffer.concat(received).equals(Buffer.concat(messages))).toBe(true);
        expect(received.map(({ length }) => length)).toEqual(messages.map(({ length }) => length));
        expect(to.session.end().code).toBe("PEER_CLOSED");
      }),
      { numRuns: 60 },
    );
  });

  it("end at the first changed byte and act on nothing behind it (FLT-SES-034, FLT-SES-036, FLT-SES-042)", () => {
    fc.assert(
      fc.property(
        fc.array(bytes(4, 40), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        cuts,
        (messages, place, lengths) => {
          const { dialer, listener } = establishedPair();
          const starts: number[] = [];
          let length = 0;
          for (const message of messages) {
            starts.push(length);
            length += message.length + 20;
            dialer.session.seal(message);
          }
          const changed = takeAll(dialer.output);
          changed[place % changed.length]! ^= 0x10;
          const intact = starts.filter((start) => start <= place % changed.length).length - 1;
          let received = 0;
          let faults = 0;
          for (const piece of pieces(changed, lengths)) {
            listener.session.push(piece);
            const fault = faultOf(() => {
              while (listener.session.next() !== undefined) received++;
            });
            if (fault !== undefined) faults++;
          }
          // A length that was changed within its bounds only makes the session wait for the rest of the frame.
          if (faults === 0) expect(listener.session.end().code).toBe("CUT_SHORT");
          expect(faults).toBeLessThanOrEqual(1);
          expect(received).toBe(intact);
        },
      ),
    );
  });

  it("refuse frames that are repeated, left out or taken from the other direction", () => {
    for (const broken of ["repeated", "left out", "reflected"]) {
      const { dialer, listener } = establishedPair();
      dialer.session.seal(new Uint8Array(4));
      const first = takeAll(dialer.output);
      dialer.session.seal(Uint8Array.of(0, 0, 0, 1));
      const second = takeAll(dialer.output);
      const target = broken === "reflected" ? dialer : listener;
      target.session.push(broken === "repeated" ? first : broken === "left out" ? second : second);
      if (broken === "repeated") {
        expect(target.session.next()).toEqual(new Uint8Array(4));
        target.session.push(first);
      }
      expect(faultOf(() => target.session.next())?.requirement).toBe("FLT-SES-034");
      expect(target.session.next()).toBeUndefined();
    }
  });

  it("are the same under both providers, byte for byte", () => {
    const written = [native, portable].map((crypto) => {
      const { session, output } = sessionOf("dialer", 1, crypto);
      session.push(native.x25519PublicKey(new Uint8Array(32).fill(2)));
      session.exchangeKeys();
      for (let i = 0; i < 5; i++) session.seal(new Uint8Array(4 + i));
      return takeAll(output);
    });
    expect(written[0]).toEqual(written[1]);
  });

  it("take plaintexts up to the largest and refuse longer ones without a trace (FLT-SES-021)", () => {
    const { dialer, listener } = establishedPair();
    expect(() => dialer.session.seal(new Uint8Array(4_081))).toThrow(RangeError);
    dialer.session.seal(new Uint8Array(4_080));
    const frame = takeAll(dialer.output);
    expect([...frame.subarray(0, 4)]).toEqual([0, 0, 0x10, 0]);
    listener.session.push(frame);
    expect(listener.session.next()).toHaveLength(4_080);
    expect(() => sessionOf("listener", 3).session.seal(new Uint8Array(4))).toThrow(RangeError);
  });

  it("forget what they know when they close (FLT-SEC-006)", () => {
    const { dialer, listener } = establishedPair();
    dialer.session.seal(new Uint8Array(4));
    listener.session.push(takeAll(dialer.output));
    listener.session.close();
    expect(listener.session.next()).toBeUndefined();
    expect(listener.session.exchangeKeys()).toBe(false);
    expect(() => listener.session.seal(new Uint8Array(4))).toThrow(RangeError);
  });

  it("go on under another cipher and other limits where they are told to", () => {
    const { dialer, listener } = establishedPair();
    dialer.session.seal(Uint8Array.of(1, 1, 1, 1));
    const aead = native.aes256gcm(new Uint8Array(32).fill(5));
    dialer.session.replaceOutbound(new CipherState(aead), 16_384);
    dialer.session.seal(new Uint8Array(10_000));
    listener.session.push(takeAll(dialer.output));
    expect(listener.session.next()).toEqual(Uint8Array.of(1, 1, 1, 1));
    listener.session.replaceInbound(new CipherState(aead), { minimum: 17, maximum: 16_384 });
    expect(listener.session.next()).toHaveLength(10_000);
  });
});

describe("cipher states", () => {
  it("form nonces from a counter that goes beyond 32 bits (FLT-SES-031)", () => {
    const nonces: string[] = [];
    const spy = {
      sealInto: (nonce: Uint8Array) => void nonces.push(Buffer.from(nonce).toString("hex")),
      open: (_: Uint8Array, sealed: Uint8Array) => sealed,
      openInPlace: (nonce: Uint8Array, sealed: Uint8Array) => {
        nonces.push(Buffer.from(nonce).toString("hex"));
        return sealed;
      },
    };
    const state = new CipherState(spy, 0xffff_ffff);
    state.sealInto(new Uint8Array(0), new Uint8Array(0), 0);
    state.openInPlace(new Uint8Array(0));
    expect(nonces).toEqual(["00000000ffffffff00000000", "000000010000000000000000"]);
    expect(state.counter).toBe(0x1_0000_0001);
  });

  it("count a frame whose sealing failed, so that no counter is used twice (FLT-SES-033)", () => {
    const state = new CipherState({
      sealInto: () => {
        throw new Error("no");
      },
      open: (_, sealed) => sealed,
      openInPlace: (_, sealed) => sealed,
    });
    expect(() => state.sealInto(new Uint8Array(0), new Uint8Array(0), 0)).toThrow("no");
    expect(state.counter).toBe(1);
  });
});

describe("frame readers", () => {
  it("judge a length as soon as its four bytes are there (FLT-SES-023, FLT-SES-024)", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat({ max: 5_000 }), fc.nat({ max: 0xffff_ffff })), cuts, (length, lengths) => {
        const prefix = new Uint8Array(4);
        new DataView(prefix.buffer).setUint32(0, length);
        const reader = new FrameReader();
        const fault = faultOf(() => {
          for (const piece of pieces(prefix, lengths)) {
            reader.push(piece);
            expect(reader.next()).toBeUndefined();
          }
        });
        const expected = length > 4_096 ? "FLT-SES-023" : length < 20 ? "FLT-SES-024" : undefined;
        expect(fault?.requirement).toBe(expected);
        if (fault === undefined) expect(reader.pending).toBe(4);
        else expect(fault.message).toContain(`${length}`);
      }),
    );
  });

  it("say where in the stream the fault lies", () => {
    const reader = new FrameReader();
    reader.push(new Uint8Array(32));
    expect(reader.read(32)).toHaveLength(32);
    reader.push(Uint8Array.of(0, 0, 0, 20, ...new Uint8Array(20), 0, 0, 0, 1));
    expect(reader.next()).toHaveLength(20);
    expect(faultOf(() => reader.next())?.offset).toBe(32 + 24);
  });
});

describe("byte queues", () => {
  it("give bytes out in the order they came, and never write to what was given out", () => {
    const step = fc.oneof(bytes(1, 60), bytes(4096), fc.constantFrom("take", "full", "drain"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const buffer = new ByteQueue();
        const given: [Uint8Array, Uint8Array][] = [];
        const expected: Uint8Array[] = [];
        const take = (full = false): boolean => {
          const had = buffer.hasFull;
          const part = full ? buffer.takeFull() : buffer.take();
          if (full) expect(part !== undefined).toBe(had);
          if (part !== undefined) given.push([part, part.slice()]);
          return part !== undefined;
        };
        let waiting = 0;
        for (const item of steps) {
          if (item === "take") take();
          else if (item === "full") take(true);
          else if (item === "drain") while (take());
          else if (item instanceof Uint8Array) {
            expected.push(item);
            buffer.append(item);
          }
          waiting = Buffer.concat(expected).length - given.reduce((sum, [part]) => sum + part.length, 0);
          expect(buffer.length).toBe(waiting);
        }
        while (take());
        for (const [part, copy] of given) expect(Buffer.compare(part, copy)).toBe(0);
        expect(Buffer.concat(given.map(([part]) => part)).equals(Buffer.concat(expected))).toBe(true);
        expect(given.every(([part]) => part.length <= 65_536)).toBe(true);
      }),
    );
  });

  it("take room back that could not be filled", () => {
    const buffer = new ByteQueue();
    buffer.append(Uint8Array.of(1));
    buffer.reserve(9);
    buffer.cancel(9);
    buffer.append(Uint8Array.of(2));
    expect(takeAll(buffer)).toEqual(Uint8Array.of(1, 2));
  });
});
