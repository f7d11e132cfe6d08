import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeData, encodeData, encodeMessage } from "../wire/index.ts";
import {
  ByteQueue,
  DATA_MESSAGE_LENGTH,
  dataOf,
  STREAM_FAULTS,
  Stream,
  type StreamFault,
  StreamTable,
  streamOf,
  writeDataMessage,
} from "./index.ts";

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });

describe("byte queues", () => {
  it("give back what was put in, in order, whatever the pieces", () => {
    const step = fc.oneof(
      bytes(0, 30),
      bytes(500, 520),
      bytes(5_000),
      fc.constant("all" as const),
      fc.integer({ min: 1, max: 700 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new ByteQueue();
        let expected: Buffer = Buffer.alloc(0);
        for (const item of steps) {
          if (item instanceof Uint8Array) {
            queue.push(item);
            expected = Buffer.concat([expected, item]);
          } else {
            const piece = queue.shift(item === "all" ? undefined : item);
            expect(piece === undefined).toBe(expected.length === 0);
            if (piece === undefined) continue;
            if (item !== "all") expect(piece.length).toBeLessThanOrEqual(item);
            expect(piece.length).toBeGreaterThan(0);
            expect(expected.subarray(0, piece.length).equals(piece)).toBe(true);
            expected = expected.subarray(piece.length);
          }
          expect(queue.length).toBe(expected.length);
        }
        expect(queue.clear()).toBe(expected.length);
        expect(queue.shift()).toBeUndefined();
        queue.push(Uint8Array.of(7));
        expect([...queue.shift()!]).toEqual([7]);
      }),
    );
  });

  it("hold single bytes in not much more than their number", () => {
    const queue = new ByteQueue();
    for (let i = 0; i < 100_000; i++) queue.push(Uint8Array.of(i));
    let pieces = 0;
    let memory = 0;
    for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
      pieces++;
      memory += piece.buffer.byteLength;
    }
    expect(pieces).toBeLessThan(30);
    expect(memory).toBeLessThan(110_000);
  });

  it("keep a copy of a short piece, whose owner may use its array again", () => {
    const queue = new ByteQueue();
    const piece = Uint8Array.of(1, 2);
    queue.push(piece);
    piece.fill(0);
    expect([...queue.shift()!]).toEqual([1, 2]);
  });
});

describe("data messages", () => {
  it("are what the codec makes of them", () => {
    const scratch = new Uint8Array(DATA_MESSAGE_LENGTH).fill(0xee);
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), bytes(0, 2_048), fc.nat(), fc.nat(), (stream, data, a, b) => {
        const [start, end] = [a % (data.length + 1), b % (data.length + 1)].sort((x, y) => x - y) as [number, number];
        const expected = encodeMessage(0, Uint8Array.of(3, ...encodeData({ stream, data: data.subarray(start, end) })));
        expect(Buffer.compare(writeDataMessage(scratch, stream, data, start, end), expected)).toBe(0);
      }),
    );
    expect(() => writeDataMessage(scratch, 1, new Uint8Array(2_049), 0, 2_049)).toThrow(RangeError);
  });

  it("are read as the codec reads them, cut, overlong and with bytes behind them too", () => {
    const length = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 0xffff }));
    fc.assert(
      fc.property(
        fc.nat({ max: 0xffff_ffff }),
        length,
        fc.oneof(bytes(0, 50), bytes(2_040, 2_060)),
        (stream, n, rest) => {
          const packet = Uint8Array.of(...new Uint8Array(4), n >> 8, n, ...rest);
          new DataView(packet.buffer).setUint32(0, stream);
          for (const cut of [packet, packet.subarray(0, n % (packet.length + 1))]) {
            let expected: Uint8Array | undefined;
            try {
              expected = decodeData(cut).packet.data;
            } catch {}
            expect(dataOf(cut)).toEqual(expected);
          }
          expect(streamOf(packet)).toBe(stream);
        },
      ),
    );
  });
});

describe("stream tables", () => {
  it("give each stream a number that none has, of the right parity and half (FLT-STR-001, FLT-STR-002)", () => {
    const step = fc.oneof(
      fc.constant("local" as const),
      fc.integer({ min: 0x7fff_fff0, max: 0x8000_0010 }),
      fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff }),
      fc.record({ remove: fc.nat() }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("dialer", "listener"),
        fc.array(step, { maxLength: 60 }),
        fc.boolean(),
        (role, steps, late) => {
          const parity = role === "dialer" ? 1 : 0;
          const table = new StreamTable(role, late ? 0xffff_fffa + parity : undefined);
          const model = new Map<number, Stream>();
          for (const item of steps) {
            if (item === "local") {
              const stream = table.openLocal(0);
              expect(model.has(stream.number)).toBe(false);
              expect(stream.number % 2).toBe(parity);
              expect(stream.number >= 0x8000_0000 && stream.number <= 0xffff_ffff).toBe(true);
              model.set(stream.number, stream);
            } else if (typeof item === "number") {
              if (!model.has(item)) model.set(item, table.openRemote(item, 0));
            } else if (model.size > 0) {
              const stream = [...model.values()][item.remove % model.size]!;
              table.remove(stream);
              table.remove(stream);
              model.delete(stream.number);
            }
            const streams = [...model.values()];
            expect([...table.values()]).toEqual(streams);
            expect(table.size).toBe(streams.length);
            expect(table.outbound).toBe(streams.filter(({ initiator }) => initiator === "local").length);
            expect(table.inbound).toBe(streams.filter(({ initiator }) => initiator === "remote").length);
            for (const stream of streams) expect(table.get(stream.number)).toBe(stream);
          }
        },
      ),
    );
  });
});

describe("streams", () => {
  it("say what arrives too early, twice or too late", () => {
    const local = new Stream(1, "local", 0);
    expect(local.dataArrived(1)).toBe("DATA_BEFORE_ANSWER");
    expect(local.answerArrived(true)).toBeUndefined();
    expect(local.answerArrived(true)).toBe("SECOND_ANSWER");
    expect(local.dataArrived(1)).toBeUndefined();
    expect(local.dataArrived(0)).toBeUndefined();
    expect(local.receiveEnded).toBe(true);
    expect(local.dataArrived(0)).toBe("RESPONSE_DATA_AFTER_END");
    const remote = new Stream(2, "remote", 0);
    expect(remote.answerArrived(false)).toBe("UNEXPECTED_ANSWER");
    expect(remote.dataArrived(0)).toBeUndefined();
    expect(remote.dataArrived(1)).toBe("REQUEST_DATA_AFTER_END");
  });

  it("name for each fault a requirement of its own", () => {
    const faults = Object.keys(STREAM_FAULTS) as StreamFault[];
    expect(new Set(faults.map((fault) => STREAM_FAULTS[fault].requirement)).size).toBe(faults.length);
  });
});
