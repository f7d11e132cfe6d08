import { describe, expect, it } from "vitest";
import {
  decodeBody,
  decodeData,
  decodeFindNodeResponse,
  decodeHandshake,
  decodeMessage,
  decodeServiceRequest,
  decodeServiceResponse,
  encodeData,
  encodeFindNodeRequest,
  encodeFindNodeResponse,
  encodeHandshake,
  encodeMessage,
  encodePeerId,
  encodeServiceRequest,
  encodeServiceResponse,
  handshakeSignedBytes,
  headerMap,
  MAX_PLAINTEXT_LENGTH,
  Opcode,
  toHex,
  WireError,
} from "./index.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const key = new Uint8Array(32).fill(0xaa);
const id = { publicKey: key, address: Uint8Array.of(127, 0, 0, 1), port: 9000 };
const ID_HEX = `${"aa".repeat(32)} 00 7f000001 2328`;

function wireError(act: () => unknown): Partial<WireError> {
  try {
    act();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error("expected a WireError, got none");
}

describe("bytes of packets, written out", () => {
  it.each([
    ["PeerId", encodePeerId(id), ID_HEX],
    [
      "PeerId, IPv6",
      encodePeerId({ ...id, address: new Uint8Array(16).fill(1), port: 1 }),
      `${"aa".repeat(32)} 01 ${"01".repeat(16)} 0001`,
    ],
    ["anonymous Handshake", encodeHandshake({ services: ["a", "é"] }), "00 02 01 61 02 c3a9"],
    [
      "Handshake",
      encodeHandshake({ id, services: ["a"], signature: new Uint8Array(64).fill(0xbb) }),
      `01 ${ID_HEX} 01 01 61 ${"bb".repeat(64)}`,
    ],
    ["signed bytes", handshakeSignedBytes(id, ["a", "bc"]), `${ID_HEX} 61 62 63`],
    [
      "ServiceRequest",
      encodeServiceRequest({ stream: 0x80000001, services: ["a"], headers: [["k", "v"]] }),
      "80000001 01 01 61 0001 01 6b 0001 76",
    ],
    [
      "ServiceResponse",
      encodeServiceResponse({ stream: 7, handled: true, headers: [["k", ""]] }),
      "00000007 01 0001 01 6b 0000",
    ],
    ["Data", encodeData({ stream: 7, data: Uint8Array.of(1, 2) }), "00000007 0002 0102"],
    ["FindNodeRequest", encodeFindNodeRequest({ target: key }), "aa".repeat(32)],
    ["FindNodeResponse", encodeFindNodeResponse({ closest: [id] }), `01 ${ID_HEX}`],
    ["message", encodeMessage(258, Uint8Array.of(9)), "00000102 09"],
  ])("%s", (_, encoded, expected) => {
    expect(toHex(encoded)).toBe(expected.replaceAll(" ", ""));
  });

  it("tells what is signed as it stood on the wire (FLT-HSK-021)", () => {
    const encoded = encodeHandshake({ id, services: ["a", "bc"], signature: new Uint8Array(64) });
    expect(decodeHandshake(encoded).signedBytes).toEqual(handshakeSignedBytes(id, ["a", "bc"]));
    expect(decodeHandshake(encodeHandshake({ services: ["a"] })).signedBytes).toEqual(new Uint8Array(0));
  });
});

describe("what decoders refuse", () => {
  it.each([
    ["has-ID of 2", () => decodeHandshake(hex("02 00")), "RANGE", 0],
    ["family of 2", () => decodeHandshake(hex(`01 ${"aa".repeat(32)} 02`)), "RANGE", 33],
    ["a name that is not UTF-8", () => decodeHandshake(hex("00 01 02 c328")), "UTF8", 3],
    ["an overlong form of UTF-8", () => decodeHandshake(hex("00 01 02 c0af")), "UTF8", 3],
    ["a surrogate in UTF-8", () => decodeHandshake(hex("00 01 03 eda080")), "UTF8", 3],
    ["an ID without a signature", () => decodeHandshake(hex(`01 ${ID_HEX} 00`)), "SHORT", 41],
    ["handled of 2", () => decodeServiceResponse(hex("00000007 02 0000")), "RANGE", 4],
    ["Data of 2,049 bytes", () => decodeData(Uint8Array.of(0, 0, 0, 7, 8, 1, ...new Uint8Array(2049))), "RANGE", 4],
    ["Data that is cut", () => decodeData(hex("00000007 0002 01")), "SHORT", 6],
    ["an empty body", () => decodeBody(hex("")), "SHORT", 0],
    ["a message of three bytes", () => decodeMessage(hex("000000")), "SHORT", 0],
  ])("%s", (_, decode, code, offset) => {
    expect(wireError(decode)).toMatchObject({ code, offset });
  });

  it("counts and lengths that the bytes cannot hold, without making room for them (FLT-PKT-005)", () => {
    const lies = [
      () => decodeHandshake(hex("00 ff ff")),
      () => decodeServiceRequest(hex("00000000 ff ff")),
      () => decodeServiceRequest(hex("00000000 00 ffff ff")),
      () => decodeServiceRequest(hex("00000000 00 0001 00 ffff")),
      () => decodeServiceResponse(hex("00000000 01 ffff")),
      () => decodeFindNodeResponse(hex("ff")),
    ];
    const before = process.memoryUsage().arrayBuffers;
    const held: unknown[] = [];
    for (let round = 0; round < 2_000; round++) for (const lie of lies) held.push(wireError(lie));
    expect(held.every((error) => (error as WireError).code === "SHORT")).toBe(true);
    // One array of 65,535 bytes for each round would be 131 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  });
});

describe("what decoders let pass", () => {
  it("a ServiceRequest's name that is not UTF-8 as the empty name (FLT-PKT-043)", () => {
    expect(decodeServiceRequest(hex("00000001 02 01 ff 01 61 0000")).packet.services).toEqual(["", "a"]);
  });

  it("header values that are not UTF-8 with U+FFFD, keys so that none looks like another, and a byte order mark as itself (FLT-HDR-005, FLT-HDR-007)", () => {
    const { headers } = decodeServiceResponse(hex("00000001 01 0002 01 ff 0001 fe 03 efbbbf 0000")).packet;
    expect(headers).toEqual([
      ["\udcff", "\ufffd"],
      ["\ufeff", ""],
    ]);
  });

  it("FindNodeResponses beyond 16 IDs, whole (FLT-PKT-071)", () => {
    const closest = Array.from({ length: 255 }, (_, port) => ({ ...id, port }));
    expect(decodeFindNodeResponse(encodeFindNodeResponse({ closest })).packet.closest).toEqual(closest);
  });

  it("an opcode nobody knows, for the reader of the body to judge", () => {
    expect(decodeBody(hex("05 0102"))).toEqual({ opcode: 5, unknown: true, bytes: hex("0102") });
    expect(decodeBody(Uint8Array.of(Opcode.Data, 0, 0, 0, 7, 0, 0, 9))).toMatchObject({
      opcode: Opcode.Data,
      packet: { stream: 7 },
      trailing: hex("09"),
    });
  });
});

describe("what encoders refuse", () => {
  const long = "x".repeat(256);
  it.each([
    ["a key of 31 bytes", () => encodePeerId({ ...id, publicKey: new Uint8Array(31) }), "RANGE"],
    ["an address of 5 bytes", () => encodePeerId({ ...id, address: new Uint8Array(5) }), "RANGE"],
    ["a port of 65,536", () => encodePeerId({ ...id, port: 65_536 }), "OVERLONG"],
    ["a port of −1", () => encodePeerId({ ...id, port: -1 }), "RANGE"],
    ["a port of 1.5", () => encodePeerId({ ...id, port: 1.5 }), "RANGE"],
    ["an ID without a signature", () => encodeHandshake({ id, services: [] }), "RANGE"],
    ["a signature without an ID", () => encodeHandshake({ services: [], signature: new Uint8Array(64) }), "RANGE"],
    ["a short signature", () => encodeHandshake({ id, services: [], signature: new Uint8Array(63) }), "RANGE"],
    ["a name of 256 bytes", () => encodeHandshake({ services: [long] }), "OVERLONG"],
    ["256 names", () => encodeServiceRequest({ stream: 0, services: Array(256).fill("a"), headers: [] }), "OVERLONG"],
    [
      "a header key of 256 bytes",
      () => encodeServiceResponse({ stream: 0, handled: true, headers: [[long, ""]] }),
      "OVERLONG",
    ],
    [
      "a header value of 65,536 bytes",
      () => encodeServiceResponse({ stream: 0, handled: true, headers: [["k", "v".repeat(65_536)]] }),
      "OVERLONG",
    ],
    ["2,049 bytes of Data", () => encodeData({ stream: 0, data: new Uint8Array(2_049) }), "OVERLONG"],
    ["a stream number above u32", () => encodeData({ stream: 2 ** 32, data: new Uint8Array(0) }), "OVERLONG"],
    ["a target of 33 bytes", () => encodeFindNodeRequest({ target: new Uint8Array(33) }), "RANGE"],
    ["256 IDs", () => encodeFindNodeResponse({ closest: Array(256).fill(id) }), "OVERLONG"],
    ["a message above one frame", () => encodeMessage(0, new Uint8Array(MAX_PLAINTEXT_LENGTH - 3)), "OVERLONG"],
  ])("%s", (_, encode, code) => {
    expect(wireError(encode)).toMatchObject({ code, offset: 0 });
  });
});

describe("header maps", () => {
  it("take the last value of a key (FLT-HDR-006), and __proto__ as a key like any other (FLT-HDR-011)", () => {
    const map = headerMap([
      ["a", "1"],
      ["__proto__", "2"],
      ["a", "3"],
    ]);
    expect(Object.entries(map)).toEqual([
      ["a", "3"],
      ["__proto__", "2"],
    ]);
    expect(Object.getPrototypeOf(map)).toBeNull();
  });
});
