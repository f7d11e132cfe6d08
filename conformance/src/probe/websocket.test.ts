import { describe, expect, it } from "vitest";
import { clientFrame, readFrame } from "./websocket.ts";

const frame = (...bytes: number[]): Buffer => Buffer.from(bytes);

describe("clientFrame", () => {
  it("is the masked Hello of RFC 6455, 5.7", () => {
    expect(Buffer.from(clientFrame(1, Buffer.from("Hello"))).toString("hex")).toBe("818537fa213d7f9f4d5158");
  });

  it.each([
    [125, "fd"],
    [126, "fe007e"],
    [65_535, "feffff"],
    [65_536, "ff0000000000010000"],
  ])("writes the length %i as %s", (length, size) => {
    const hex = Buffer.from(clientFrame(2, new Uint8Array(length))).toString("hex");
    expect(hex.slice(2, 2 + size.length)).toBe(size);
    expect(hex.length).toBe(2 + size.length + 8 + 2 * length);
  });
});

describe("readFrame", () => {
  it("reads a frame, leaves what follows it, and waits for one that is not whole", () => {
    const hello = frame(0x81, 5, ...Buffer.from("Hello"), 0x88);
    expect(readFrame(hello)).toEqual({ frame: { opcode: 1, fin: true, payload: Buffer.from("Hello") }, length: 7 });
    for (let length = 0; length < 7; length++) expect(readFrame(hello.subarray(0, length))).toBeUndefined();
    expect(readFrame(frame(0x02, 126, 0, 1, 7))?.frame).toEqual({ opcode: 2, fin: false, payload: frame(7) });
    expect(readFrame(frame(0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, 7))?.length).toBe(11);
  });

  it("does not take a mask or reserved bits of a server", () => {
    expect(() => readFrame(frame(0x81, 0x80, 0, 0, 0, 0))).toThrow(/masked/);
    expect(() => readFrame(frame(0xc1, 0))).toThrow(/reserved/);
  });
});
