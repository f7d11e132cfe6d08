import { type CaseText, chapter } from "../../case.ts";
import {
  accept,
  at,
  byHand,
  closes,
  expectAsked,
  expectKey,
  expectNotListed,
  expectNoVisit,
  expectRequest,
  expectServed,
  expectVisit,
  hex,
  keyedAs,
  type Packet,
  pause,
  send,
  sendKey,
  silence,
  succeeds,
} from "../../steps/index.ts";

type Closest = Extract<Packet, { packet: "find-node-response" }>["closest"];
const answer = (closest: Closest) => send({ packet: "find-node-response", closest }, { replyTo: "asked" }).as("answer");
const joined = [
  accept(),
  byHand(),
  expectKey(),
  sendKey(),
  expectRequest("handshake").as("theirs"),
  send({ packet: "handshake", identity: keyedAs("bootstrap"), services: [] }, { replyTo: "theirs" }),
  expectRequest("find-node-request", { forItself: true }).as("asked"),
];
const control = [...joined, answer([]), expectServed()];

const told = (
  requires: CaseText["requires"],
  why: string,
  closest: Closest,
  ...then: CaseText["control"][]
): CaseText => ({
  requires,
  why,
  control: [...joined, answer(closest), ...then, expectServed()] as CaseText["control"],
  expect: succeeds(),
});
const UNREACHABLE = { address: hex("7f000001"), port: 1 };
/** Addresses that nobody has, each under a key of its own. */
const nobody = (count: number) => Array.from({ length: count }, (_, i) => ({ who: `nobody-${i}`, ...UNREACHABLE }));

const SILENT = Array.from({ length: 12 }, (_, i) => `silent-${i}`);

export default chapter(
  "dialer/joining",
  {
    "asks-for-itself": {
      requires: ["FLT-DHT-040"],
      why: "A node that does not ask for its neighbours knows nobody but the one it dialed.",
      control,
      expect: succeeds(),
    },
    "goes-to-those-it-is-told-of": told(
      ["FLT-DHT-041", "FLT-DHT-030"],
      "Services are known only from a direct Handshake: who is heard of and not met might as well not be there.",
      ["first", "second", "third"],
      expectVisit("first"),
      expectVisit("second"),
      expectVisit("third"),
    ),
    "goes-to-fifteen": told(
      ["FLT-DHT-041", "FLT-DHT-031"],
      "With the one that names them they are the sixteen closest, all of which a node has to ask.",
      Array.from({ length: 15 }, (_, i) => `peer-${i}`),
      ...Array.from({ length: 15 }, (_, i) => expectVisit(`peer-${i}`, 8000)),
    ),
    "asks-three-at-a-time": {
      requires: ["FLT-DHT-042"],
      why: "A node that asks everybody at once opens a hundred connections to find out what four would have told it.",
      // Less than the time after which one that does not answer is given up for the next, or the node looks again.
      control: [...joined, silence(SILENT), answer(SILENT), expectAsked(SILENT, 3, 500), expectServed()],
      expect: succeeds(),
    },
    "past-the-unreachable": told(
      ["FLT-DHT-043"],
      "Half of what a table remembers is gone; a lookup that gives up at the first of them finds nobody.",
      [...nobody(5), "living"],
      expectVisit("living"),
    ),
    "not-beyond-sixteen": told(
      ["FLT-PKT-071"],
      "A liar who names thousands must not send a node to all of them.",
      [...nobody(16), "seventeenth"],
      expectNoVisit("seventeenth"),
    ),
    "not-to-itself": told(
      ["FLT-DHT-032"],
      "A node that dials whoever is said to be itself talks to a mirror, or to a liar.",
      [{ who: "mirror", publicKey: "target" }],
      expectNoVisit("mirror"),
    ),
    "not-to-the-unspecified-address": told(
      ["FLT-DHT-050"],
      "The unspecified address is the node's own machine: whoever names it makes a node knock at its own doors.",
      [{ who: "local", address: hex("00000000") }],
      expectNoVisit("local"),
    ),
    "not-to-the-unspecified-address-in-ipv6": told(
      ["FLT-DHT-050", "FLT-PKT-012"],
      "Mapped into IPv6 it is the same address.",
      [{ who: "local", address: hex("00000000000000000000ffff00000000") }],
      expectNoVisit("local"),
    ),
    "not-to-the-unspecified-ipv6-address": told(
      ["FLT-DHT-050"],
      "It has a form of its own in IPv6.",
      [{ who: "local", address: hex("00".repeat(16)) }],
      expectNoVisit("local"),
    ),
    "to-ipv4-mapped-into-ipv6": told(
      ["FLT-PKT-012", "FLT-DHT-041"],
      "Go lists its peers in this form.",
      [{ who: "mapped", address: hex("00000000000000000000ffff7f000001") }],
      expectVisit("mapped"),
    ),
    "told-twice": told(
      ["FLT-DHT-032"],
      "A name that is repeated is one peer.",
      ["peer", "peer", "peer", "other"],
      expectVisit("peer"),
      expectVisit("other"),
    ),
    "another-than-was-said": told(
      ["FLT-DHT-033", "FLT-DHT-007"],
      "Who answers there is who counts, not who was said to; a table of hearsay is a table of lies.",
      [{ who: "liar", publicKey: { keyOf: "victim" } }],
      expectVisit("liar"),
      expectNotListed("victim"),
    ),
    "answer-cut-short": {
      requires: ["FLT-RPC-021"],
      why: "An answer that is read past its end names peers that were never named.",
      control: [...joined, answer(["peer"]), expectServed()],
      change: at("answer").truncateBody(-1),
      expect: closes({ tolerates: true }),
    },
    "answer-of-nothing": {
      requires: ["FLT-RPC-021"],
      why: "An empty answer is not an empty list.",
      control,
      change: at("answer").truncateBody(0),
      expect: closes({ tolerates: true }),
    },
    "answer-with-too-high-a-count": {
      requires: ["FLT-RPC-021", "FLT-PKT-003"],
      why: "A count is a stranger's word until the bytes are there.",
      control: [...joined, answer(["peer"]), expectServed()],
      change: at("answer").patch(0, [255]),
      expect: closes({ tolerates: true }),
    },
    "answer-of-family-9": {
      requires: ["FLT-RPC-021", "FLT-PKT-011"],
      why: "An address of unknown length hides where the next ID begins.",
      control: [...joined, answer(["peer"]), expectServed()],
      change: at("answer").patch(33, [9]),
      expect: closes({ tolerates: true }),
    },
    "answer-with-trailing-bytes": {
      requires: ["FLT-PKT-004"],
      why: "Later versions put more behind the list.",
      control: [...joined, answer(["peer"]), expectVisit("peer"), expectServed()],
      change: at("answer").appendBody(hex("c0ffee")),
      expect: succeeds(),
    },
    "answer-under-another-number": {
      requires: ["FLT-RPC-011"],
      why: "A late answer to another question must not be taken for this one.",
      control,
      change: at("answer").seq(999),
      expect: succeeds(),
    },
    "answer-withheld": {
      requires: ["FLT-RPC-020", "FLT-DHT-043"],
      why: "A peer that does not answer one question may still answer others, and is no reason to lose them all.",
      control,
      change: at("answer").instead(pause(5800)),
      expect: succeeds(),
    },
    "peers-that-answer-nothing": told(
      ["FLT-DHT-043", "FLT-DHT-041"],
      "A lookup goes on past peers that are connected and silent.",
      ["a", "b", "c", "d", "e", "f"],
      ...["a", "b", "c", "d", "e", "f"].map((who) => expectVisit(who)),
    ),
  },
  "dialer",
);
