import { flipBit, join } from "../bytes.ts";
import { dataFields, message, OPCODE, responseFields } from "../packets.ts";
import type { Suite } from "../suite.ts";
import { greetingOfDialer } from "./greeting-dialer.ts";
import { greetingScene, type Reader } from "./greeting-scene.ts";
import { IPV6, idOf } from "./packet.ts";

/** Handshakes of one connection in their order, as chapter 05 has it. */
export function greeting(): Suite {
  const scene = greetingScene();
  const { own, key, shake, anonymous, other, asks, looks, calls, valid, invalid } = scene;
  const listener: Reader = { role: "listener", ownKey: own };
  const first = asks(1, shake(["echo"]));
  const good = valid(
    listener,
    "keyed",
    "A Handshake is answered under its number.",
    ["FLT-HSK-002", "FLT-RPC-007"],
    [first],
    {
      replied: [1],
    },
  );
  const nobody = valid(
    listener,
    "anonymous",
    "A peer without an ID is a peer.",
    ["FLT-HSK-033"],
    [asks(1, anonymous(["echo"]))],
    {
      peer: null,
      replied: [1],
    },
  );
  valid(
    listener,
    "largest-number",
    "Any number of the dialer's parity.",
    ["FLT-RPC-019"],
    [asks(0xffff_ffff, shake(["echo"]))],
    { replied: [0xffff_ffff] },
    ["Boundary"],
  );
  valid(
    listener,
    "names",
    "Offered is each name once; an empty name is none, and a tilde marks what is none yet.",
    ["FLT-HSK-041", "FLT-HSK-043", "FLT-PKT-023"],
    [asks(1, shake(["b", "a", "", "~next", "b", "c"]))],
    { offers: ["b", "a", "c"], replied: [1] },
  );
  valid(
    listener,
    "stray-first",
    "A late reply is ignored in every state.",
    ["FLT-RPC-011"],
    [message(2, undefined, anonymous([])), first],
    { replied: [1] },
  );
  const twice = valid(
    listener,
    "again",
    "A second Handshake is answered like the first, and its services replace the former.",
    ["FLT-HSK-011", "FLT-HSK-012"],
    [first, asks(3, shake(["sink", "empty"]))],
    { offers: ["sink", "empty"], replied: [1, 3] },
    ["Compat"],
  );
  valid(
    listener,
    "again-with-fewer",
    "The latest Handshake is the whole list, even an empty one.",
    ["FLT-HSK-012"],
    [first, asks(3, shake([]))],
    { offers: [], replied: [1, 3] },
  );
  valid(
    listener,
    "again-from-elsewhere",
    "The identity is the key: another address is the same peer.",
    ["FLT-HSK-013"],
    [first, asks(3, shake(["echo"], idOf(key, IPV6, 9001)))],
    { replied: [1, 3] },
  );
  valid(
    listener,
    "again-anonymous",
    "Nobody stays nobody.",
    ["FLT-HSK-013"],
    [asks(1, anonymous(["echo"])), asks(3, anonymous(["sink"]))],
    { peer: null, offers: ["sink"], replied: [1, 3] },
  );
  valid(
    listener,
    "number-again",
    "A number may come again once it is answered.",
    ["FLT-RPC-018"],
    [first, asks(1, shake(["sink"]))],
    { offers: ["sink"], replied: [1, 1] },
  );
  valid(
    listener,
    "find-node-after",
    "Behind the Handshake other requests are answered.",
    ["FLT-DHT-020", "FLT-RPC-007"],
    [first, looks(3)],
    { replied: [1, 3] },
  );
  valid(
    listener,
    "trailing",
    "Bytes behind a Handshake mean nothing.",
    ["FLT-PKT-004"],
    [join(first, Buffer.from("more"))],
    { replied: [1] },
  );

  for (const [slug, bytes] of [
    ["service-request", calls],
    ["service-response", message(0, OPCODE.serviceResponse, responseFields(1, 1, []))],
    ["data", message(0, OPCODE.data, dataFields(1, Buffer.alloc(0)))],
    ["find-node", looks(1)],
  ] as const) {
    invalid(
      listener,
      `${slug}-first`,
      `a ${slug} packet as the first message`,
      "NO_HANDSHAKE",
      ["FLT-HSK-003"],
      [bytes],
      good,
    );
  }
  invalid(
    listener,
    "number-0",
    "a Handshake with the number 0",
    "NO_REPLY_NUMBER",
    ["FLT-RPC-015"],
    [asks(0, shake(["echo"]))],
    good,
  );
  invalid(
    listener,
    "cut",
    "the last byte of the signature missing",
    "MALFORMED_PACKET",
    ["FLT-PKT-003"],
    [first.subarray(0, -1)],
    good,
  );
  invalid(
    listener,
    "signature",
    "one bit of the signature turned over",
    "BAD_SIGNATURE",
    ["FLT-HSK-022"],
    [flipBit(first, first.length - 1)],
    good,
  );
  const ownShake = asks(1, shake(["echo"], idOf(key)));
  invalid(
    { role: "listener", ownKey: key },
    "own-key",
    "the reader's own public key",
    "OWN_IDENTITY",
    ["FLT-HSK-030"],
    [ownShake],
    good,
  );
  invalid(
    listener,
    "again-other",
    "another key in the second Handshake",
    "IDENTITY_CHANGED",
    ["FLT-HSK-013"],
    [first, asks(3, other(["sink"]))],
    twice,
  );
  invalid(
    listener,
    "again-without-key",
    "no key in the second Handshake",
    "IDENTITY_CHANGED",
    ["FLT-HSK-013"],
    [first, asks(3, anonymous(["sink"]))],
    twice,
  );
  invalid(
    listener,
    "again-with-key",
    "a key in the second Handshake of a peer that had none",
    "IDENTITY_CHANGED",
    ["FLT-HSK-013"],
    [asks(1, anonymous(["echo"])), asks(3, shake(["echo"]))],
    nobody,
  );
  const second = asks(3, shake(["sink"]));
  invalid(
    listener,
    "again-signature",
    "a bad signature in the second Handshake",
    "BAD_SIGNATURE",
    ["FLT-HSK-022", "FLT-HSK-011"],
    [first, flipBit(second, second.length - 1)],
    twice,
  );

  greetingOfDialer(scene);
  return scene.suite;
}
