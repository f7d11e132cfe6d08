import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  at,
  connect,
  dial,
  exchangeKeys,
  expectReply,
  expectServed,
  expectTidy,
  findNode,
  handshake,
  hold,
  type KeyWish,
  keyedAs,
  on,
  release,
  send,
  succeeds,
  times,
} from "../../steps/index.ts";

const peers = Array.from({ length: 20 }, (_, index) => `peer-${index}`);
const twenty = peers.map((name) => on(name, dial(), exchangeKeys(), handshake(keyedAs(name))));
const closest = expectReply("find-node-response", { where: { closest: peers } });

/** Twenty peers, and the sixteen of them that are nearest to a key. */
function nearestTo(target: KeyWish, why: string): CaseText {
  return {
    requires: ["FLT-DHT-021", "FLT-DHT-020", "FLT-DHT-001"],
    why,
    exclusive: true,
    control: [twenty, connect(anonymous), send(findNode(target)), closest],
    expect: succeeds(),
  };
}

export default chapter("dht/find-node", {
  "closest-of-twenty": {
    requires: ["FLT-DHT-020", "FLT-DHT-021", "FLT-DHT-022", "FLT-DHT-023", "FLT-DHT-024"],
    why: "A lookup that is led away from its target never ends where the others look.",
    needs: "identity",
    exclusive: true,
    control: [
      twenty,
      connect(anonymous),
      send(findNode({ near: "peer-7", bit: 255 })),
      expectReply("find-node-response", { where: { closest: peers, lists: { "peer-7": true } } }),
    ],
    expect: succeeds(),
  },
  "nearest-to-zero": nearestTo(
    new Uint8Array(32),
    "Anonymous nodes ask for zeros, and find the mesh only if the answer is the one they asked for.",
  ),
  "nearest-to-ones": nearestTo(
    new Uint8Array(32).fill(0xff),
    "A distance read as a signed number turns around for half of all keys.",
  ),
  "nearest-to-a-peer": nearestTo(
    { keyOf: "peer-3" },
    "A peer looks up itself to find its neighbours, and its own entry takes the place of one of them.",
  ),
  "nearest-to-a-peer-but-for-the-last-bit": nearestTo(
    { near: "peer-11", bit: 255 },
    "A comparison that stops before the last byte cannot tell the nearest key from the second.",
  ),
  "nearest-to-a-peer-but-for-the-first-bit": nearestTo(
    { near: "peer-5", bit: 0 },
    "The first bit outweighs all others together; a count of differing bits puts this peer first instead of last.",
  ),
  "nearest-to-a-peer-but-for-a-bit-in-the-middle": nearestTo(
    { near: "peer-13", bit: 131 },
    "Bytes compared last to first, or as 32-bit numbers of the machine's own order, give another neighbourhood.",
  ),
  "nearest-to-the-target-itself": {
    requires: ["FLT-DHT-022", "FLT-DHT-005", "FLT-DHT-021"],
    why: "A node that lists itself sends each asker back to where it asked.",
    needs: "identity",
    exclusive: true,
    control: [twenty, connect(anonymous), send(findNode("target")), closest],
    expect: succeeds(),
  },
  "at-most-sixteen": {
    requires: ["FLT-PKT-070", "FLT-DHT-024"],
    why: "The originals read sixteen IDs and no more, so that a longer list is cut at a place nobody chose.",
    exclusive: true,
    control: [
      twenty,
      on("peer-0", send(findNode()), expectReply("find-node-response", { exact: true, where: { closest: peers } })),
      on("peer-0", expectTidy()),
    ],
    expect: succeeds(),
  },
  "asked-by-an-anonymous-peer": {
    requires: ["FLT-DHT-025"],
    why: "A caller without a key has no other way into the mesh than to ask.",
    exclusive: true,
    control: [
      on("listed", connect(keyedAs("listed"))),
      on("keyed", connect(keyedAs("keyed")), send(findNode({ near: "listed", bit: 255 }))),
      on("keyed", expectReply("find-node-response", { where: { closest: ["listed"], lists: { listed: true } } })),
      connect(anonymous),
      send(findNode({ near: "listed", bit: 255 })),
      expectReply("find-node-response", { where: { closest: ["listed", "keyed"], lists: { listed: true } } }),
    ],
    expect: succeeds(),
  },
  "of-whatever-there-is": {
    requires: ["FLT-DHT-026", "FLT-RPC-007"],
    why: "A fresh node knows nobody, and the first peer that joins through it must hear that instead of nothing.",
    exclusive: true,
    control: [
      connect(anonymous),
      send(findNode()),
      expectReply("find-node-response", { exact: true, where: { closest: [] } }),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "the-target-left-out": {
    requires: ["FLT-DHT-023"],
    why: "Whoever looks for the neighbours of a key knows the key already.",
    exclusive: true,
    control: [
      on("peer", connect(keyedAs("peer"))),
      connect(anonymous),
      send(findNode({ near: "peer", bit: 255 })),
      expectReply("find-node-response", { where: { closest: ["peer"], lists: { peer: true } } }),
      send(findNode({ keyOf: "peer" })),
      expectReply("find-node-response", { where: { closest: ["peer"], lists: { peer: false } } }),
    ],
    expect: succeeds(),
  },
  "many-at-once": {
    requires: ["FLT-RPC-022", "FLT-DHT-021"],
    why: "Answers that share one list while it is sorted anew for each asker come out in each other's order.",
    exclusive: true,
    control: [
      twenty,
      connect(anonymous),
      hold(),
      times(peers.length, (i) => send(findNode({ near: peers[i] as string, bit: 255 })).as(`ask-${i}`)),
      release(),
      times(peers.length, (i) =>
        expectReply("find-node-response", {
          to: `ask-${i}`,
          where: { closest: peers, lists: { [peers[i] as string]: true } },
        }),
      ),
    ],
    expect: succeeds(),
  },
  "of-another-length": {
    requires: ["FLT-PKT-004", "FLT-DHT-020"],
    why: "A target is its first 32 bytes; one that takes in what follows is another key.",
    exclusive: true,
    control: [
      on("peer", connect(keyedAs("peer"))),
      connect(anonymous),
      send(findNode({ near: "peer", bit: 255 })).as("probe"),
      expectReply("find-node-response", { where: { closest: ["peer"], lists: { peer: true } } }),
    ],
    change: at("probe").appendBody(new Uint8Array(32).fill(0x55)),
    expect: succeeds(),
  },
});
