import { flipBit, hex, join } from "../bytes.ts";
import {
  body,
  dataFields,
  findNodeFields,
  handshakeFields,
  type Id,
  message,
  type Name,
  OPCODE,
  requestFields,
  responseFields,
  signedBytes,
} from "../packets.ts";
import { ed25519PublicKey, ed25519Sign } from "../primitives.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import { IPV6, idOf, namesJson } from "./packet.ts";

type Role = "dialer" | "listener";
interface Reader {
  readonly role: Role;
  readonly ownKey?: Uint8Array;
  /** The key the dialer dialed. */
  readonly dialed?: Uint8Array;
}

/** Handshakes of one connection in their order, as chapter 05 has it. */
export function greeting(): Suite {
  const suite = new Suite("greeting", "The Handshakes of a connection: their order, who is who, and what is offered.");
  const group = suite.group(
    "Greeting",
    "All that one side reads from the end of the key exchange on. A dialer's own Handshake, number 1, is pending from the start.",
  );
  const random = suite.random("greeting");
  const [seed, otherSeed, own] = [random.bytes(32), random.bytes(32), ed25519PublicKey(random.bytes(32))];
  const key = ed25519PublicKey(seed);
  const shake = (names: readonly Name[], id: Id = idOf(key), signer = seed) =>
    handshakeFields(id, names, ed25519Sign(signer, signedBytes(id, names)));
  const anonymous = (names: readonly Name[]) => handshakeFields(undefined, names);
  const other = (names: readonly Name[]) => shake(names, idOf(ed25519PublicKey(otherSeed)), otherSeed);
  const asks = (seq: number, fields: ReturnType<typeof shake>) => message(seq, OPCODE.handshake, fields);
  const replies = (fields: ReturnType<typeof shake>, seq = 1) => message(seq, undefined, fields);
  const looks = (seq: number) => message(seq, OPCODE.findNodeRequest, findNodeFields(key));
  const calls = message(0, OPCODE.serviceRequest, requestFields(1, ["echo"], []));

  const input = ({ role, ownKey, dialed }: Reader, messages: readonly Uint8Array[]): Fields => ({
    role,
    ...(ownKey && { ownKey: hex(ownKey) }),
    ...(dialed && { dialed: hex(dialed) }),
    messages: messages.map(hex),
  });
  const valid = (
    reader: Reader,
    slug: string,
    comment: string,
    requirements: readonly string[],
    messages: readonly Uint8Array[],
    expect: {
      readonly peer?: Uint8Array | null;
      readonly offers?: readonly Name[];
      replied?: number[];
      open?: boolean;
    },
    flags: readonly string[] = [],
  ) => {
    const { peer = key, offers = ["echo"], replied = [], open = true } = expect;
    return group.valid("greeting", `${reader.role}-${slug}`, {
      comment,
      requirements,
      flags,
      input: input(reader, messages),
      expect: { peer: peer && hex(peer), offers: namesJson(offers), replied, open },
    });
  };
  const invalid = (
    reader: Reader,
    slug: string,
    change: string,
    kind: string,
    requirements: readonly string[],
    messages: readonly Uint8Array[],
    twin: string,
  ) =>
    group.invalid("greeting", `${reader.role}-${slug}`, {
      comment: change,
      requirements,
      input: input(reader, messages),
      error: { kind, action: "close", at: messages.length - 1 },
      twin,
      change,
    });

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

  const dialer: Reader = { role: "dialer", ownKey: own };
  const dialing: Reader = { ...dialer, dialed: key };
  const reply = replies(shake(["echo"]));
  const answered = valid(
    dialer,
    "reply",
    "The reply to the dialer's Handshake opens the connection.",
    ["FLT-HSK-010", "FLT-RPC-008"],
    [reply],
    {},
  );
  const expected = valid(dialing, "reply-of-the-dialed", "The key that was dialed.", ["FLT-HSK-032"], [reply], {});
  valid(dialer, "reply-anonymous", "A listener without an ID.", ["FLT-HSK-033"], [replies(anonymous(["echo"]))], {
    peer: null,
  });
  valid(
    dialer,
    "call-before-the-reply",
    "A listener may call as soon as it has read the Handshake.",
    ["FLT-HSK-008"],
    [calls, reply],
    {},
    ["Compat"],
  );
  valid(
    dialer,
    "find-node-before-the-reply",
    "It may ask, too.",
    ["FLT-HSK-008"],
    [looks(2), reply],
    { replied: [2] },
    ["Compat"],
  );
  valid(
    dialer,
    "handshake-before-the-reply",
    "A Handshake of the listener's own is answered, and does not stand for the reply.",
    ["FLT-HSK-011"],
    [asks(2, shake(["echo"]))],
    { replied: [2], open: false },
    ["Compat"],
  );
  valid(
    dialer,
    "second-reply",
    "A reply that was answered is pending no more: another is ignored.",
    ["FLT-RPC-011"],
    [reply, replies(other(["sink"]))],
    {},
  );
  invalid(
    dialing,
    "reply-of-another",
    "another key than the dialed one",
    "WRONG_PEER",
    ["FLT-HSK-032"],
    [replies(other(["echo"]))],
    expected,
  );
  invalid(
    dialing,
    "reply-of-nobody",
    "no key where one was dialed",
    "WRONG_PEER",
    ["FLT-HSK-032"],
    [replies(anonymous(["echo"]))],
    expected,
  );
  invalid(
    dialer,
    "reply-cut",
    "a reply cut short",
    "MALFORMED_PACKET",
    ["FLT-HSK-010"],
    [reply.subarray(0, -1)],
    answered,
  );
  invalid(
    dialer,
    "reply-empty",
    "a reply without a body",
    "MALFORMED_PACKET",
    ["FLT-HSK-010"],
    [reply.subarray(0, 4)],
    answered,
  );
  invalid(
    dialer,
    "reply-with-opcode",
    "an opcode before the packet of the reply",
    "MALFORMED_PACKET",
    ["FLT-HSK-010", "FLT-RPC-008"],
    [asks(1, shake(["echo"]))],
    answered,
  );
  invalid(
    dialer,
    "reply-signature",
    "a bad signature in the reply",
    "BAD_SIGNATURE",
    ["FLT-HSK-010", "FLT-HSK-022"],
    [flipBit(reply, reply.length - 1)],
    answered,
  );
  invalid(
    { role: "dialer", ownKey: key },
    "reply-own-key",
    "the reader's own public key",
    "OWN_IDENTITY",
    ["FLT-HSK-030"],
    [reply],
    answered,
  );
  invalid(
    dialer,
    "handshake-of-another",
    "a later Handshake with another key",
    "IDENTITY_CHANGED",
    ["FLT-HSK-013"],
    [reply, asks(2, other(["sink"]))],
    answered,
  );
  invalid(
    dialer,
    "unknown-before-the-reply",
    "opcode 5 before the reply",
    "UNKNOWN_OPCODE",
    ["FLT-RPC-017"],
    [message(0, 5, [["body", body(findNodeFields(key))]])],
    answered,
  );
  return suite;
}
