// Whatever is written is read again, however it is cut; whatever is read is bounded.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EnvelopeReader, writeEnvelope } from "./envelope.ts";
import {
  isCloseCode,
  LOST,
  SocketFault,
  type SocketMessage,
  SocketReader,
  writeSocketMessage,
} from "./socket-message.ts";

const text = fc.string({ unit: "binary" }).map((value): SocketMessage => ({ type: "text", text: value }));
const binary = fc.uint8Array().map((data): SocketMessage => ({ type: "binary", data }));
const close = fc.oneof(
  fc.constant<SocketMessage>({ type: "close", code: undefined, reason: "" }),
  fc
    .tuple(fc.integer({ min: 1000, max: 4999 }).filter(isCloseCode), fc.string({ unit: "grapheme", maxLength: 15 }))
    .filter(([, reason]) => Buffer.byteLength(reason) <= 123)
    .map(([code, reason]): SocketMessage => ({ type: "close", code, reason })),
);

/** The same bytes in other pieces. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[index % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 });

describe("messages of a WebSocket", () => {
  test("come back as they were, in whichever pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, binary)), close, sizes, (messages, end, sizesOfPieces) => {
        const all = [...messages, end];
        const bytes = Buffer.concat(all.map(writeSocketMessage));
        for (const from of ["gateway", "service"] as const) {
          const reader = new SocketReader(from, 10_000);
          const read = cut(bytes, sizesOfPieces).flatMap((piece) => [...reader.read(piece)]);
          expect(read.map(plain)).toEqual(all.map(plain));
          expect(reader.end()).toBeUndefined();
        }
      }),
    );
  });

  test("end in a fault where they are cut before the Close", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, binary)), close, fc.nat(), (messages, end, at) => {
        const bytes = Buffer.concat([...messages, end].map(writeSocketMessage));
        const reader = new SocketReader("gateway", 10_000);
        const read = [...reader.read(bytes.subarray(0, at % bytes.length))];
        expect(read.some((message) => message instanceof SocketFault)).toBe(false);
        expect(["SHORT", "NO_CLOSE"]).toContain(reader.end()?.kind);
      }),
    );
  });

  test("whatever the bytes are, what is read does not depend on how they are cut, and nothing is read behind a fault", () => {
    fc.assert(
      fc.property(fc.array(anyEnvelope), fc.uint8Array({ maxLength: 8 }), sizes, (envelopes, rest, sizesOfPieces) => {
        const bytes = Buffer.concat([...envelopes.map(writeEnvelope), rest]);
        for (const from of ["gateway", "service"] as const) {
          const [whole, pieces] = [new SocketReader(from, 20), new SocketReader(from, 20)];
          const once = [...whole.read(bytes)];
          const often = cut(bytes, sizesOfPieces).flatMap((piece) => [...pieces.read(piece)]);
          expect(often.map(plain)).toEqual(once.map(plain));
          expect(pieces.end()?.kind).toBe(whole.end()?.kind);
          const last = once.findIndex((message) => message instanceof SocketFault || message.type === "close");
          if (last >= 0) expect(last).toBe(once.length - 1);
        }
      }),
    );
  });

  test("a client that is lost is told of by a gateway, and by nobody else", () => {
    const bytes = writeSocketMessage({ type: "close", code: LOST, reason: "" });
    expect([...new SocketReader("gateway", 10).read(bytes)]).toEqual([{ type: "close", code: LOST, reason: "" }]);
    expect([...new SocketReader("service", 10).read(bytes)]).toEqual([new SocketFault("BAD_CLOSE")]);
  });
});

test("an envelope that announces more than it may is told at its prefix", () => {
  const reader = new EnvelopeReader(4);
  const prefix = (length: number): Uint8Array => Uint8Array.of(2, 0, 0, 0, length);
  expect([...reader.read(prefix(4))]).toEqual([]);
  expect([...reader.read(Uint8Array.of(1, 2, 3, 4))]).toEqual([{ flags: 2, data: Uint8Array.of(1, 2, 3, 4) }]);
  expect([...reader.read(prefix(5))]).toEqual([undefined]);
  expect([...reader.read(prefix(1)), ...reader.read(Uint8Array.of(1))]).toEqual([]);
});

const anyEnvelope = fc.record({
  flags: fc.oneof(fc.constantFrom(1, 2, 8), fc.nat({ max: 255 })),
  data: fc.oneof(
    fc.uint8Array({ maxLength: 22 }),
    fc.string({ maxLength: 10 }).map((value) => new Uint8Array(Buffer.from(value))),
    fc.integer({ min: 990, max: 1020 }).map((code) => Uint8Array.of(code >> 8, code & 255)),
  ),
});

const plain = (message: SocketMessage | SocketFault): unknown =>
  !(message instanceof SocketFault) && message.type === "binary" ? { ...message, data: [...message.data] } : message;
