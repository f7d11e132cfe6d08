import { chapter } from "../../case.ts";
import {
  anonymous,
  connect,
  dial,
  dialAnnounced,
  exchangeKeys,
  expectReply,
  expectSameSignature,
  expectServed,
  expectSilence,
  expectTidy,
  findNode,
  handshake,
  hold,
  keyed,
  keyedAs,
  on,
  release,
  send,
  succeeds,
  times,
} from "../../steps/index.ts";

const asking = (name: string) => [
  dial(),
  exchangeKeys(),
  send({ packet: "handshake", identity: anonymous, services: [] }),
  expectReply("handshake", { exact: true }).as(name),
];

export default chapter("handshake/own", {
  "nothing-before-the-dialers": {
    requires: ["FLT-HSK-007"],
    why: "A listener that asks or calls before it knows whom it talks to breaks the dialers that wait for a reply and get a request.",
    control: [dial(), exchangeKeys(), expectSilence(), handshake(anonymous), expectServed()],
    expect: succeeds(),
  },
  "never-as-a-second-request": {
    requires: ["FLT-HSK-009"],
    why: "The npm original takes a second Handshake for an attack and dies of it.",
    control: [
      connect(keyed, ["conformance"]),
      times(3, () => expectServed()),
      handshake(keyed, ["conformance"]),
      expectServed(),
      expectTidy(),
    ],
    expect: succeeds(),
  },
  "leads-to-the-node": {
    requires: ["FLT-HSK-034"],
    why: "An address that leads elsewhere, or nowhere, makes a node known to all and reached by none.",
    needs: "identity",
    control: [
      asking("announcement"),
      on("there", dialAnnounced("announcement"), exchangeKeys(), handshake(anonymous, [], { keyed: true })),
      on("there", expectServed()),
    ],
    expect: succeeds(),
  },
  "signed-the-same-each-time": {
    requires: ["FLT-HSK-026"],
    why: "A signature with a nonce of its own making gives the secret key away as soon as two of them share it.",
    needs: "identity",
    control: [on("first", asking("one")), asking("other"), expectSameSignature("one", "other")],
    expect: succeeds(),
  },
  "whatever-the-peer-is": {
    requires: ["FLT-HSK-033", "FLT-HSK-002", "FLT-PKT-030"],
    why: "A node that shows its key to keyed peers only is a stranger to every client.",
    needs: "identity",
    control: [
      on("keyed", dial(), exchangeKeys(), handshake(keyedAs("peer"), [], { keyed: true, cleanNames: true })),
      dial(),
      exchangeKeys(),
      handshake(anonymous, [], { keyed: true, cleanNames: true }),
    ],
    expect: succeeds(),
  },
  "before-the-answer-to-what-follows": {
    requires: ["FLT-HSK-002", "FLT-SES-026"],
    why: "A dialer that has much to ask sends it behind its Handshake, and a listener that drops the rest of the segment leaves it waiting.",
    control: [
      dial(),
      exchangeKeys(),
      hold(),
      send({ packet: "handshake", identity: keyed, services: [] }),
      times(5, () => send(findNode())),
      release(),
      expectReply("handshake"),
      times(5, () => expectReply("find-node-response")),
      expectTidy(),
    ],
    expect: succeeds(),
  },
});
