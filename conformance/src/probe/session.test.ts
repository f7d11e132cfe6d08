import { describe, expect, it } from "vitest";
import { toHex } from "./bytes.ts";
import { BadFrame, frameLength, ProbeSession } from "./session.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const count = (from: number) => Uint8Array.from({ length: 32 }, (_, i) => from + i);

// Made with other libraries from the private keys 00 01 … 1f and 64 65 … 83: the public keys and the secret with a plain ladder
// of RFC 7748, the session key as its BLAKE2b-256, and three seals of one plaintext under it.
const PUBLIC = "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f";
const PEER = "7d9c24316539825c1896e57f28197746793ce60cbee3ad47da9d07b85fa55e2a";
const PLAINTEXT = hex("0000000104");
const SEALED = {
  0: "0566ef0de998174b5c6df82f1d0bbbcd9559cb7143",
  1: "48abd571e5eb8456bcf7dfa7141e7a27d340c1de2c",
  4294967296: "12c15fb9e9ce8d421d5711a63033abf33713000d5a",
};

function pair(): [ProbeSession, ProbeSession] {
  const [ours, theirs] = [new ProbeSession(count(0)), new ProbeSession(count(100))];
  ours.establish(theirs.publicKey);
  theirs.establish(ours.publicKey);
  return [ours, theirs];
}

describe("the probe's session", () => {
  it("has the key and the seals that others compute, one nonce after the other", () => {
    const session = new ProbeSession(count(0));
    expect(toHex(session.publicKey)).toBe(PUBLIC);
    session.establish(hex(PEER));
    expect(toHex(session.frame(PLAINTEXT))).toBe(`00000015${SEALED[0]}`);
    expect(toHex(session.seal(PLAINTEXT))).toBe(SEALED[1]);
    expect(toHex(session.seal(PLAINTEXT, { counter: 4294967296 }))).toBe(SEALED[4294967296]);
  });

  it("opens what was sealed, in order, and nothing twice or out of order", () => {
    const [ours, theirs] = pair();
    const [first, second] = [theirs.seal(PLAINTEXT), theirs.seal(Uint8Array.of(7))];
    expect(ours.open(first)).toEqual(PLAINTEXT);
    expect(ours.open(second)).toEqual(Uint8Array.of(7));
    expect(() => ours.open(second)).toThrow(BadFrame);
    const [again] = pair();
    expect(() => again.open(second)).toThrow(/frame 0 of 17 bytes does not open/);
  });

  it("refuses each frame with one bit changed", () => {
    const [, theirs] = pair();
    const sealed = theirs.seal(PLAINTEXT);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => pair()[0].open(changed)).toThrow(BadFrame);
    }
  });

  it("counts on after a nonce of a case's own, which a node reads as one frame gone wrong", () => {
    const [ours, theirs] = pair();
    expect(() => theirs.open(ours.seal(PLAINTEXT, { counter: 9 }))).toThrow(BadFrame);
    expect(theirs.open(ours.seal(PLAINTEXT))).toEqual(PLAINTEXT);
    expect(() => theirs.open(ours.seal(PLAINTEXT, { nonce: new Uint8Array(12).fill(1) }))).toThrow(BadFrame);
  });

  it.each(["unhashed-secret", "other-key", "associated-data"] as const)(
    "seals wrongly with %s, in the right length",
    (form) => {
      const [ours, theirs] = pair();
      const sealed = ours.seal(PLAINTEXT, { form });
      expect(sealed).toHaveLength(PLAINTEXT.length + 16);
      expect(() => theirs.open(sealed)).toThrow(BadFrame);
    },
  );

  it("goes on with a secret of zeros after a key of low order, as a careless node would", () => {
    const [ours, theirs] = [new ProbeSession(count(0)), new ProbeSession(count(100))];
    ours.establish(new Uint8Array(32));
    theirs.establish(new Uint8Array(32));
    expect(theirs.open(ours.seal(PLAINTEXT))).toEqual(PLAINTEXT);
  });

  it("meets a target that masks the high bit, or reduces a key that is too large, with the same secret", () => {
    for (const form of ["high-bit", "base-point-plus-p"] as const) {
      const [ours, theirs] = [new ProbeSession(count(0)), new ProbeSession(count(100))];
      const key = ours.keyIn(form);
      expect(toHex(key)).not.toBe(PUBLIC);
      ours.establish(theirs.publicKey);
      theirs.establish(key);
      expect(theirs.open(ours.seal(PLAINTEXT))).toEqual(PLAINTEXT);
    }
  });

  it("cannot seal before it has a key, which is a fault of the case", () => {
    expect(() => new ProbeSession(count(0)).seal(PLAINTEXT)).toThrow(/before the key exchange/);
  });
});

describe("a frame's length", () => {
  it("is not known before four bytes, wherever they lie in their buffer", () => {
    expect(frameLength(hex("000000"))).toBeUndefined();
    expect(frameLength(hex("ffff00000014aa").subarray(2))).toBe(20);
  });

  it.each([
    ["00000014", 20],
    ["00001000", 4096],
  ])("%s is %i", (bytes, length) => expect(frameLength(hex(bytes))).toBe(length));

  it.each(["00000000", "00000013", "00001001", "80000014", "ffffffff"])("%s is a fault of the target", (bytes) => {
    expect(() => frameLength(hex(bytes))).toThrow(BadFrame);
  });
});
