import { ed25519 } from "@noble/curves/ed25519.js";
import { flipBit, fromHex, fromLittleEndian, hex, join, littleEndian, u8, utf8 } from "../bytes.ts";
import { ed25519PublicKey, ed25519Sign, sha512 } from "../primitives.ts";
import { type Group, Suite } from "../suite.ts";
import { handshakes } from "./handshake-signature.ts";

const { Point } = ed25519;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const mod = (value: bigint) => ((value % L) + L) % L;
type P = InstanceType<typeof Point>;

/** A point of order 8 and all its multiples: the eight points of small order. */
const TORSION = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
const SMALL = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : TORSION.multiplyUnsafe(BigInt(i))));
const encoded = (point: P): Buffer => Buffer.from(point.toBytes());

/** Encodings of small order whose y is p or above, or whose sign is set where x is 0. */
const NON_CANONICAL_SMALL: readonly (readonly [string, string])[] = [
  ["y-of-p", hex(littleEndian(P, 32))],
  ["y-of-p-plus-1", hex(littleEndian(P + 1n, 32))],
  ["y-of-p-with-sign", hex(littleEndian(P + 2n ** 255n, 32))],
  ["y-of-p-plus-1-with-sign", hex(littleEndian(P + 1n + 2n ** 255n, 32))],
  ["one-with-sign", hex(littleEndian(1n + 2n ** 255n, 32))],
  ["minus-one-with-sign", hex(littleEndian(P - 1n + 2n ** 255n, 32))],
];

export interface Secret {
  readonly seed: Buffer;
  readonly scalar: bigint;
  readonly publicKey: Buffer;
}
function secretOf(seed: Buffer): Secret {
  const half = sha512(seed).subarray(0, 32);
  half[0] = half[0]! & 248;
  half[31] = (half[31]! & 127) | 64;
  return { seed, scalar: fromLittleEndian(half), publicKey: ed25519PublicKey(seed) };
}
const challenge = (r: Uint8Array, a: Uint8Array, message: Uint8Array) =>
  mod(fromLittleEndian(sha512(join(r, a, message))));

/** k, and what a verifier compares with R: S·B − k·A, where A is a point and S is below L. */
function stepsOf(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Record<string, Uint8Array> {
  const k = challenge(signature.subarray(0, 32), publicKey, message);
  const s = fromLittleEndian(signature.subarray(32));
  const times = (point: P, scalar: bigint) => (scalar === 0n ? Point.ZERO : point.multiplyUnsafe(scalar));
  const steps = { k: littleEndian(k, 32) };
  if (s >= L) return steps;
  try {
    return { ...steps, compared: encoded(times(Point.BASE, s).subtract(times(Point.fromBytes(publicKey), k))) };
  } catch {
    return steps;
  }
}

export function signature(): Suite {
  const suite = new Suite(
    "signature",
    "Ed25519 as chapter 05 has it: strict, canonical, without the cofactor; and the Handshakes it is for.",
  );
  const random = suite.random("signature");
  const secret = secretOf(random.bytes(32));
  const group = suite.group("Ed25519", "A signature over a message.");
  for (const [slug, message] of [
    ["empty-message", Buffer.alloc(0)],
    ["one-byte", u8(0x72)],
    ["text", utf8("flatend")],
    ["long", random.bytes(1023)],
  ] as const) {
    group.valid("ed25519-sign", slug, {
      comment: "RFC 8032, section 5.1.6.",
      requirements: ["FLT-HSK-026"],
      input: { seed: hex(secret.seed), message: hex(message) },
      expect: { publicKey: hex(secret.publicKey), signature: hex(ed25519Sign(secret.seed, message)) },
    });
  }
  edges(group, secret, random.bytes(32));
  handshakes(suite, secret);
  return suite;
}

function edges(group: Group, secret: Secret, nonce: Buffer): void {
  const message = utf8("the edges of Ed25519");
  const good = ed25519Sign(secret.seed, message);
  const [r, s] = [good.subarray(0, 32), fromLittleEndian(good.subarray(32))];
  const input = (publicKey: Uint8Array, signature: Uint8Array, over: Uint8Array = message) => ({
    publicKey: hex(publicKey),
    message: hex(over),
    signature: hex(signature),
  });
  const accept = (
    slug: string,
    comment: string,
    publicKey: Uint8Array,
    signature: Uint8Array,
    over = message,
    flags: string[] = [],
  ) =>
    group.valid("ed25519-verify", slug, {
      comment,
      requirements: ["FLT-HSK-022", "FLT-HSK-027"],
      flags,
      input: input(publicKey, signature, over),
      steps: stepsOf(publicKey, signature, over),
    });
  const twin = accept("good", "The twin of what follows.", secret.publicKey, good);
  const refuse = (
    slug: string,
    change: string,
    requirement: string,
    publicKey: Uint8Array,
    signature: Uint8Array,
    flags: string[] = [],
    over: Uint8Array = message,
  ) =>
    group.invalid("ed25519-verify", slug, {
      comment: change,
      requirements: [requirement, "FLT-HSK-022"],
      flags,
      input: input(publicKey, signature, over),
      steps: stepsOf(publicKey, signature, over),
      error: { kind: "BAD_SIGNATURE", action: "close" },
      twin,
      change,
    });
  for (const [slug, index] of [
    ["first-bit-of-r", 0],
    ["last-bit-of-r", 31],
    ["first-bit-of-s", 32],
    ["a-high-bit-of-s", 62],
  ] as const) {
    refuse(slug, "one bit turned over", "FLT-HSK-022", secret.publicKey, flipBit(good, index, index === 31 ? 0x80 : 1));
  }
  refuse("other-message", "another message", "FLT-HSK-022", secret.publicKey, good, [], utf8("the edges of Ed25518"));
  refuse("other-key", "another public key", "FLT-HSK-022", ed25519PublicKey(nonce), good);
  refuse("all-zero", "64 zero bytes", "FLT-HSK-022", secret.publicKey, Buffer.alloc(64));
  for (const [slug, value] of [
    ["s-plus-l", s + L],
    ["s-plus-2l", s + 2n * L],
    ["s-of-l", L],
    ["s-all-ones", 2n ** 256n - 1n],
  ] as const) {
    refuse(slug, "S of L or above", "FLT-HSK-023", secret.publicKey, join(r, littleEndian(value, 32)), ["Malleable"]);
  }
  refuse("s-zero", "S of 0", "FLT-HSK-022", secret.publicKey, join(r, Buffer.alloc(32)), ["Boundary"]);
  refuse(
    "s-l-minus-1",
    "S of L − 1, which is allowed and wrong",
    "FLT-HSK-022",
    secret.publicKey,
    join(r, littleEndian(L - 1n, 32)),
    ["Boundary"],
  );
  // R of small order: S = k·a makes S·B − k·A the neutral element, so that the equation holds up to that small part.
  for (const [index, point] of SMALL.entries()) {
    const small = encoded(point);
    const k = challenge(small, secret.publicKey, message);
    refuse(
      `r-of-small-order-${index}`,
      "R of small order, and the S that fits it",
      "FLT-HSK-025",
      secret.publicKey,
      join(small, littleEndian(mod(k * secret.scalar), 32)),
      ["LowOrder"],
    );
  }
  for (const [slug, text] of NON_CANONICAL_SMALL) {
    const small = fromHex(text);
    const k = challenge(small, secret.publicKey, message);
    refuse(
      `r-${slug}`,
      "R that is no canonical encoding",
      "FLT-HSK-024",
      secret.publicKey,
      join(small, littleEndian(mod(k * secret.scalar), 32)),
      ["NonCanonical"],
    );
    const any = mod(fromLittleEndian(sha512(nonce)));
    refuse(
      `key-${slug}`,
      "a public key that is no canonical encoding",
      "FLT-HSK-024",
      small,
      join(encoded(Point.BASE.multiply(any)), littleEndian(any, 32)),
      ["NonCanonical"],
    );
  }
  // A of small order: with S = r the equation S·B − k·A = R holds whenever k·A is neutral.
  const any = mod(fromLittleEndian(sha512(nonce)));
  for (const [index, point] of SMALL.entries()) {
    refuse(
      `key-of-small-order-${index}`,
      "a public key of small order",
      "FLT-HSK-025",
      encoded(point),
      join(encoded(Point.BASE.multiply(any)), littleEndian(any, 32)),
      ["LowOrder"],
    );
  }
  for (const [slug, text] of [
    ["key-no-point", `02${"00".repeat(31)}`],
    ["key-y-above-p", "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
  ] as const) {
    refuse(slug, "a public key that is no point", "FLT-HSK-024", fromHex(text), good);
  }
  refuse(
    "r-no-point",
    "R that is no point",
    "FLT-HSK-022",
    secret.publicKey,
    join(fromHex(`02${"00".repeat(31)}`), good.subarray(32)),
  );
  mixed(accept, refuse, secret, any);
}

/** A or R with a component of small order beside a good one: here libraries with and without the cofactor part ways. */
function mixed(
  accept: (
    slug: string,
    comment: string,
    publicKey: Uint8Array,
    signature: Uint8Array,
    over?: Buffer,
    flags?: string[],
  ) => string,
  refuse: (
    slug: string,
    change: string,
    requirement: string,
    publicKey: Uint8Array,
    signature: Uint8Array,
    flags?: string[],
    over?: Uint8Array,
  ) => void,
  secret: Secret,
  any: bigint,
): void {
  const a = Point.BASE.multiply(mod(secret.scalar)).add(TORSION);
  const key = encoded(a);
  const r = Point.BASE.multiply(any);
  let accepted = 0;
  let refused = 0;
  for (let n = 0; accepted < 2 || refused < 2; n++) {
    const over = utf8(`mixed order ${n}`);
    const k = challenge(encoded(r), key, over);
    const signature = join(encoded(r), littleEndian(mod(any + k * mod(secret.scalar)), 32));
    // S·B − k·A = R − k·T: the same as R only where 8 divides k.
    if (k % 8n === 0n && accepted < 2) {
      accept(
        `key-of-mixed-order-${++accepted}`,
        "A key with a small component whose multiple vanishes for this message: the equation holds without the cofactor.",
        key,
        signature,
        over,
        ["Boundary"],
      );
    } else if (k % 8n !== 0n && refused < 2) {
      refuse(
        `key-of-mixed-order-${++refused}`,
        "a key with a small component that does not vanish",
        "FLT-HSK-027",
        key,
        signature,
        ["CofactoredAccepts"],
        over,
      );
    }
  }
  for (let i = 1; i < 8; i += 3) {
    const over = utf8("mixed order of R");
    const point = encoded(r.add(SMALL[i] as P));
    const k = challenge(point, secret.publicKey, over);
    refuse(
      `r-of-mixed-order-${i}`,
      "R with a component of small order",
      "FLT-HSK-027",
      secret.publicKey,
      join(point, littleEndian(mod(any + k * mod(secret.scalar)), 32)),
      ["CofactoredAccepts"],
      over,
    );
  }
}
