import { describe, expect, it } from "vitest";
import { type ReadPacket, readMessage, showAddress, unmapped } from "./decode.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "hex"));
/** A message as the dialing probe reads it, whose requests 1 and 3 were a Handshake and a FindNodeRequest. */
const ASKED: Record<number, ReadPacket["kind"]> = { 1: "handshake", 3: "find-node-response" };
const read = (text: string) => readMessage(hex(text), 1, (seq) => ASKED[seq]);

const KEY = "11".repeat(32);
const ID = `${KEY} 00 7f000001 2328`;
const ID6 = `${KEY} 01 ${"00".repeat(15)}01 2328`;
const SIGNATURE = "22".repeat(64);

describe("a message that is well-formed", () => {
  it.each([
    ["an anonymous Handshake", "00000001 00 00", "handshake"],
    ["a keyed Handshake", `00000001 01 ${ID} 01 04 6563686f ${SIGNATURE}`, "handshake"],
    ["a keyed Handshake of IPv6", `00000001 01 ${ID6} 00 ${SIGNATURE}`, "handshake"],
    ["a Handshake as a request", "00000002 00 00 00", "handshake"],
    ["a ServiceRequest", "00000000 01 80000001 01 04 6563686f 0001 01 61 0002 6263", "service-request"],
    ["a ServiceResponse", "00000000 02 80000001 01 0000", "service-response"],
    ["Data", "00000000 03 80000001 0002 abcd", "data"],
    ["an end", "00000000 03 80000001 0000", "data"],
    ["a FindNodeRequest", `00000002 04 ${KEY}`, "find-node-request"],
    ["a FindNodeResponse", `00000003 02 ${ID} ${ID6}`, "find-node-response"],
  ])("%s is read whole", (_, text, kind) => {
    const message = read(text);
    expect(message.problem).toBeUndefined();
    expect(message.packet?.kind).toBe(kind);
    expect(message.trailing).toHaveLength(0);
  });

  it("has fields that cover it without a gap", () => {
    const text = `00000001 01 ${ID} 01 04 6563686f ${SIGNATURE}`;
    let offset = 0;
    for (const field of read(text).fields) {
      expect(field.offset).toBe(offset);
      offset += field.length;
    }
    expect(offset).toBe(hex(text).length);
  });

  it("gives up what was signed: the ID and the names without their lengths", () => {
    const { packet } = read(`00000001 01 ${ID} 02 01 61 02 6263 ${SIGNATURE}`);
    if (packet?.kind !== "handshake") throw new Error("no Handshake");
    expect(packet.signed).toEqual(hex(`${ID} 616263`));
    expect(packet.signature).toEqual(hex(SIGNATURE));
    expect(packet.id).toMatchObject({ family: 0, port: 9000, address: hex("7f000001") });
  });

  it("may have bytes behind it, which are kept apart", () => {
    const message = read("00000001 00 00 abcdef");
    expect(message.packet?.kind).toBe("handshake");
    expect(message.trailing).toEqual(hex("abcdef"));
  });

  it("is a reply exactly when its number is of the probe's own parity and not 0", () => {
    expect(read("00000001 00 00").isReply).toBe(true);
    expect(read("00000002 00 00 00").isReply).toBe(false);
    expect(read("00000000 03 80000001 0000").isReply).toBe(false);
    expect(readMessage(hex("00000002 00 00"), 0, () => "handshake").isReply).toBe(true);
  });
});

describe("a message that is not", () => {
  it.each([
    ["without a whole number", "000000", /seq at offset 0 needs 4 bytes, 3 are left/],
    ["without an opcode", "00000000", /opcode at offset 4/],
    ["with an opcode of a reply", "00000000 05 00", /opcode 5 is never sent/],
    ["with an unknown opcode", "00000002 ff", /opcode 255 is never sent/],
    ["that answers nothing", "00000005 00 00", /number 5 answers no request/],
    ["with has-ID 2", "00000001 02 00", /has-ID is 2/],
    ["with family 2", `00000001 01 ${KEY} 02 7f000001 2328 00 ${SIGNATURE}`, /family is 2/],
    ["with handled 2", "00000000 02 80000001 02 0000", /handled is 2/],
    ["with a name that is cut", "00000001 00 01 05 6563686f", /service 1 at offset 7 needs 5 bytes, 4 are left/],
    ["with fewer names than it counts", "00000001 00 02 01 61", /service 2 length/],
    [
      "with a signature that is cut",
      `00000001 01 ${ID} 00 ${"22".repeat(63)}`,
      /signature .* needs 64 bytes, 63 are left/,
    ],
    ["with a header that is cut", "00000000 02 80000001 01 0001 01 61 0003 6263", /header 1 value/],
    [
      "with less data than it announces",
      "00000000 03 80000001 0003 abcd",
      /data at offset 11 needs 3 bytes, 2 are left/,
    ],
    ["with a target that is cut", `00000002 04 ${KEY.slice(2)}`, /target/],
    ["with fewer IDs than it counts", `00000003 02 ${ID}`, /ID 2 public key/],
  ])("%s says what is wrong and where, and is no packet", (_, text, problem) => {
    const message = read(text);
    expect(message.packet).toBeUndefined();
    expect(message.problem).toMatch(problem);
  });

  it("is told for every cut of every packet, and never thrown", () => {
    for (const text of [
      `00000001 01 ${ID6} 01 04 6563686f ${SIGNATURE}`,
      `00000003 02 ${ID} ${ID6}`,
      "00000000 01 80000001 01 04 6563686f 0001 01 61 0002 6263",
    ]) {
      const whole = hex(text);
      for (let length = 0; length < whole.length; length++) {
        const message = readMessage(whole.subarray(0, length), 1, (seq) => ASKED[seq]);
        expect([length, message.packet]).toEqual([length, undefined]);
        expect(message.problem).toMatch(/needs \d+ bytes?, \d+ are left/);
      }
    }
  });
});

describe("addresses", () => {
  it.each([
    ["7f000001", "127.0.0.1"],
    ["00000000000000000000000000000001", "::1"],
    ["20010db8000000000000000000000001", "2001:db8::1"],
    ["00000000000000000000000000000000", "::"],
  ])("%s is shown as %s", (bytes, text) => expect(showAddress(hex(bytes))).toBe(text));

  it("lose a mapping into IPv6, and nothing else", () => {
    expect(unmapped(hex("00000000000000000000ffff7f000001"))).toEqual(hex("7f000001"));
    expect(unmapped(hex("00000000000000000001ffff7f000001"))).toHaveLength(16);
    expect(unmapped(hex("7f000001"))).toEqual(hex("7f000001"));
  });
});
