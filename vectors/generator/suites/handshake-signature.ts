import { flipBit, fromHex, hex, join, utf8 } from "../bytes.ts";
import { body, handshakeFields, type Name, signedBytes } from "../packets.ts";
import { ed25519Sign, sha512 } from "../primitives.ts";
import type { Suite } from "../suite.ts";
import { idOf } from "./packet.ts";
import type { Secret } from "./signature.ts";

/** What the signature of a Handshake covers, and what it does not. */
export function handshakes(suite: Suite, secret: Secret): void {
  const group = suite.group(
    "Handshake",
    "A whole Handshake packet, judged as a reader judges it who meets the peer for the first time.",
  );
  const id = idOf(secret.publicKey);
  const made = (names: readonly Name[], signature = ed25519Sign(secret.seed, signedBytes(id, names))) =>
    body(handshakeFields(id, names, signature));
  const accept = (
    slug: string,
    comment: string,
    requirement: string,
    bytes: Uint8Array,
    signed: Uint8Array,
    flags: string[] = [],
  ) =>
    group.valid("verify-handshake", slug, {
      comment,
      requirements: [requirement],
      flags,
      input: { body: hex(bytes) },
      expect: { signed: hex(signed), publicKey: hex(secret.publicKey) },
    });
  const names = ["hello_world", "echo"];
  const good = accept(
    "good",
    "The signature covers the ID and the names.",
    "FLT-HSK-020",
    made(names),
    signedBytes(id, names),
  );
  accept("no-names", "The signature covers the ID alone.", "FLT-HSK-020", made([]), signedBytes(id, []));
  accept(
    "mapped-address",
    "What is signed is the ID as it stands on the wire.",
    "FLT-HSK-021",
    mappedHandshake(secret),
    signedBytes(mappedId(secret), names),
    ["Compat"],
  );
  accept(
    "byte-order-mark",
    "A name is bytes; none of them is dropped.",
    "FLT-HSK-021",
    made(["\ufeffecho"]),
    signedBytes(id, ["\ufeffecho"]),
  );
  const split = ["hello_worlde", "cho"];
  accept(
    "names-divided-anew",
    "The boundaries of the names are not covered: the same signature fits.",
    "FLT-HSK-028",
    made(split, ed25519Sign(secret.seed, signedBytes(id, names))),
    signedBytes(id, names),
    ["Replay"],
  );
  accept(
    "names-joined",
    "Two names as one: the same signed bytes.",
    "FLT-HSK-028",
    made(["hello_worldecho"], ed25519Sign(secret.seed, signedBytes(id, names))),
    signedBytes(id, names),
    ["Replay"],
  );
  accept(
    "empty-name-added",
    "An empty name adds nothing to what is signed.",
    "FLT-HSK-028",
    made(["hello_world", "", "echo"], ed25519Sign(secret.seed, signedBytes(id, names))),
    signedBytes(id, names),
    ["Replay"],
  );
  accept(
    "trailing",
    "What follows the packet is not covered.",
    "FLT-PKT-004",
    join(made(names), utf8("more")),
    signedBytes(id, names),
  );
  accept(
    "many-scripts",
    "Names are signed as the bytes they are.",
    "FLT-HSK-020",
    made(["größe", "🚀"]),
    signedBytes(id, ["größe", "🚀"]),
  );
  accept(
    "name-twice",
    "Each time it stands there it is signed.",
    "FLT-HSK-021",
    made(["echo", "echo"]),
    signedBytes(id, ["echo", "echo"]),
  );
  const unbound = idOf(secret.publicKey, undefined, 0);
  accept(
    "port-0",
    "A peer that cannot be dialed signs its port like any other.",
    "FLT-PKT-014",
    body(handshakeFields(unbound, names, ed25519Sign(secret.seed, signedBytes(unbound, names)))),
    signedBytes(unbound, names),
    ["Compat"],
  );
  const refuse = (slug: string, change: string, requirement: string, bytes: Uint8Array) =>
    group.invalid("verify-handshake", slug, {
      comment: change,
      requirements: [requirement, "FLT-HSK-022"],
      input: { body: hex(bytes) },
      error: { kind: "BAD_SIGNATURE", action: "close" },
      twin: good,
      change,
    });
  const whole = made(names);
  refuse("key-changed", "one bit of the public key", "FLT-HSK-021", flipBit(whole, 1));
  refuse("address-changed", "one bit of the address", "FLT-HSK-021", flipBit(whole, 37));
  refuse("port-changed", "one bit of the port", "FLT-HSK-021", flipBit(whole, 39));
  refuse("name-changed", "one letter of a name", "FLT-HSK-021", flipBit(whole, 42));
  refuse(
    "names-exchanged",
    "the names in another order",
    "FLT-HSK-021",
    made(["echo", "hello_world"], ed25519Sign(secret.seed, signedBytes(id, names))),
  );
  refuse(
    "name-added",
    "one name more",
    "FLT-HSK-021",
    made([...names, "sink"], ed25519Sign(secret.seed, signedBytes(id, names))),
  );
  refuse(
    "name-doubled",
    "a name twice where it was signed once",
    "FLT-HSK-021",
    made(["hello_world", "echo", "echo"], ed25519Sign(secret.seed, signedBytes(id, names))),
  );
  refuse(
    "name-removed",
    "one name less",
    "FLT-HSK-021",
    made(["hello_world"], ed25519Sign(secret.seed, signedBytes(id, names))),
  );
  refuse(
    "names-before-id",
    "a signature over the names and then the ID",
    "FLT-HSK-020",
    made(names, ed25519Sign(secret.seed, join(utf8(names.join("")), signedBytes(id, [])))),
  );
  refuse(
    "mapped-where-4-bytes-stand",
    "a signature over the same address in its other form",
    "FLT-HSK-021",
    made(names, ed25519Sign(secret.seed, signedBytes(mappedId(secret), names))),
  );
  refuse(
    "prehashed",
    "a signature over the SHA-512 of the bytes",
    "FLT-HSK-026",
    made(names, ed25519Sign(secret.seed, sha512(signedBytes(id, names)))),
  );
  refuse(
    "halves-exchanged",
    "S before R",
    "FLT-HSK-026",
    join(whole.subarray(0, -64), whole.subarray(-32), whole.subarray(-64, -32)),
  );
  refuse(
    "counts-signed",
    "a signature that covers counts and lengths as well",
    "FLT-HSK-020",
    made(names, ed25519Sign(secret.seed, made(names).subarray(0, -64))),
  );
  refuse(
    "id-not-signed",
    "a signature over the names alone",
    "FLT-HSK-020",
    made(names, ed25519Sign(secret.seed, utf8(names.join("")))),
  );
}

const mappedId = (secret: Secret) => idOf(secret.publicKey, fromHex("00000000000000000000ffff7f000001"));
function mappedHandshake(secret: Secret): Buffer {
  const names = ["hello_world", "echo"];
  return body(handshakeFields(mappedId(secret), names, ed25519Sign(secret.seed, signedBytes(mappedId(secret), names))));
}
