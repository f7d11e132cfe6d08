import { fromHex, hex, littleEndian } from "../bytes.ts";
import { sessionKey, x25519, x25519PublicKey } from "../primitives.ts";
import { Suite } from "../suite.ts";

const P = 2n ** 255n - 19n;
const LOW_ORDER: readonly (readonly [string, string])[] = [
  ["zero", "00".repeat(32)],
  ["one", `01${"00".repeat(31)}`],
  ["order-eight", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"],
  ["order-eight-other", "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"],
  ["p-minus-one", hex(littleEndian(P - 1n, 32))],
  ["p", hex(littleEndian(P, 32))],
  ["p-plus-one", hex(littleEndian(P + 1n, 32))],
  ["zero-with-high-bit", `${"00".repeat(31)}80`],
  ["p-with-high-bit", hex(littleEndian(P + 2n ** 255n, 32))],
];
export function keyExchange(): Suite {
  const suite = new Suite("key-exchange", "From two X25519 keys to the session key: BLAKE2b-256 of the shared secret.");
  const keys = suite.group("KeyExchange", "The secret of two keys, and the key of the session.");
  const random = suite.random("keys");
  const secret = (privateKey: Uint8Array, publicKey: Uint8Array) => ({
    secret: hex(x25519(privateKey, publicKey)),
    sessionKey: hex(sessionKey(privateKey, publicKey)),
  });

  for (let i = 0; i < 6; i++) {
    const privateKey = random.bytes(32);
    keys.valid("x25519-public-key", `random-${i + 1}`, {
      comment: "The public key of a private key, which is clamped first.",
      requirements: ["FLT-SES-007"],
      input: { privateKey: hex(privateKey) },
      expect: { publicKey: hex(x25519PublicKey(privateKey)) },
    });
  }
  for (const [slug, privateKey] of [
    ["all-zero", Buffer.alloc(32)],
    ["all-ones", Buffer.alloc(32, 0xff)],
    ["only-clamped-bits", fromHex(`07${"00".repeat(30)}80`)],
  ] as const) {
    keys.valid("x25519-public-key", slug, {
      comment: "A private key of which clamping changes much; no clamped scalar is 0.",
      requirements: ["FLT-SES-007"],
      flags: ["Boundary"],
      input: { privateKey: hex(privateKey) },
      expect: { publicKey: hex(x25519PublicKey(privateKey)) },
    });
  }
  const own = random.bytes(32);
  for (let i = 0; i < 6; i++) {
    const [a, b] = [random.bytes(32), random.bytes(32)];
    for (const [mine, theirs, side] of [
      [a, b, "dialer"],
      [b, a, "listener"],
    ] as const) {
      keys.valid("session-key", `random-${i + 1}-${side}`, {
        comment: `Both sides come to one key; here the ${side}'s view.`,
        requirements: ["FLT-SES-007", "FLT-SES-010"],
        input: { privateKey: hex(mine), publicKey: hex(x25519PublicKey(theirs)) },
        expect: secret(mine, x25519PublicKey(theirs)),
      });
    }
  }
  const peer = x25519PublicKey(random.bytes(32));
  const valid = keys.valid("session-key", "plain", {
    comment: "The twin of the keys below.",
    requirements: ["FLT-SES-007", "FLT-SES-010"],
    input: { privateKey: hex(own), publicKey: hex(peer) },
    expect: secret(own, peer),
  });
  const high = Buffer.from(peer);
  high[31] = high[31]! | 0x80;
  keys.valid("session-key", "high-bit-set", {
    comment: "The spare bit of a public key is ignored: the same key as without it.",
    requirements: ["FLT-SES-007"],
    flags: ["NonCanonical"],
    input: { privateKey: hex(own), publicKey: hex(high) },
    expect: secret(own, peer),
  });
  for (const u of [9n, 2n, 16n]) {
    keys.valid("session-key", `u-${u}`, {
      comment: "A small u coordinate; 9 is the base point, so that the secret is the own public key.",
      requirements: ["FLT-SES-007"],
      flags: ["Boundary"],
      input: { privateKey: hex(own), publicKey: hex(littleEndian(u, 32)) },
      expect: secret(own, littleEndian(u, 32)),
    });
    keys.valid("session-key", `u-${u}-plus-p`, {
      comment: "The same u written as u + p: it is reduced.",
      requirements: ["FLT-SES-007"],
      flags: ["NonCanonical"],
      input: { privateKey: hex(own), publicKey: hex(littleEndian(P + u, 32)) },
      expect: secret(own, littleEndian(u, 32)),
    });
  }
  keys.valid("session-key", "u-on-the-twist", {
    comment: "A u that lies on the twist and not on the curve is a key like any other.",
    requirements: ["FLT-SES-007"],
    flags: ["Boundary"],
    input: { privateKey: hex(own), publicKey: hex(littleEndian(P - 2n, 32)) },
    expect: secret(own, littleEndian(P - 2n, 32)),
  });
  for (const [slug, publicKey] of LOW_ORDER) {
    keys.invalid("session-key", `low-order-${slug}`, {
      comment: "A point of small order: the secret is zero whatever the private key.",
      requirements: ["FLT-SES-008"],
      flags: ["LowOrder"],
      input: { privateKey: hex(own), publicKey },
      error: { kind: "LOW_ORDER_KEY", action: "close" },
      twin: valid,
      change: "another public key",
    });
  }
  return suite;
}
