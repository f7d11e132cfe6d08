import { flipBit } from "../bytes.ts";
import { body, findNodeFields, message } from "../packets.ts";
import type { GreetingScene, Reader } from "./greeting-scene.ts";

/** What a dialer makes of the reply to its Handshake, and of what else comes. */
export function greetingOfDialer(scene: GreetingScene): void {
  const { own, key, shake, anonymous, other, asks, replies, looks, calls, valid, invalid } = scene;
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
}
