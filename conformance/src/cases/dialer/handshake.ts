import { type CaseText, chapter } from "../../case.ts";
import {
  accept,
  anonymous,
  at,
  closes,
  copyOf,
  data,
  end,
  expectBody,
  expectKey,
  expectReply,
  expectRequest,
  expectResponse,
  expectServed,
  expectSilence,
  expectTidy,
  findNode,
  hex,
  keyedAs,
  pattern,
  request,
  response,
  type SignatureForm,
  send,
  sendKey,
  succeeds,
} from "../../steps/index.ts";

const me = keyedAs("listener");
const greeting = [accept(), expectKey(), sendKey(), expectRequest("handshake").as("theirs")];
const reply = send({ packet: "handshake", identity: me, services: ["one", "two"] }, { replyTo: "theirs" }).as("reply");
const control = [...greeting, reply, expectServed()];

const bad = (requirement: CaseText["requires"][0], why: string, change: NonNullable<CaseText["change"]>): CaseText => ({
  requires: ["FLT-HSK-010", requirement],
  why,
  control,
  change,
  expect: closes(),
});
const good = (
  requirement: CaseText["requires"][0],
  why: string,
  change: NonNullable<CaseText["change"]>,
): CaseText => ({
  requires: [requirement],
  why,
  control,
  change,
  expect: succeeds(),
});
const cuts = Object.fromEntries(
  [0, 1, 20, 33, 39, 41, 45, -64, -1].map((to): [string, CaseText] => [
    `reply-cut-${to < 0 ? `by-${-to}` : `to-${to}`}`,
    bad(
      "FLT-RPC-021",
      "A reply that is read past its end makes a peer out of whatever lies behind.",
      at("reply").truncateBody(to),
    ),
  ]),
);
const signatures = Object.fromEntries(
  (["flipped", "s-plus-l", "small-order-r", "names-left-out"] satisfies SignatureForm[]).map(
    (form): [string, CaseText] => [
      `reply-signed-${form}`,
      bad(
        "FLT-HSK-022",
        "A dialer that does not check who answers calls whoever answers.",
        at("reply").set({ signature: form }),
      ),
    ],
  ),
);

export default chapter(
  "dialer/handshake",
  {
    ...cuts,
    ...signatures,
    first: {
      requires: ["FLT-HSK-001", "FLT-RPC-002", "FLT-RPC-005"],
      why: "A listener closes on anything else.",
      control: [...control, expectTidy()],
      expect: succeeds(),
    },
    "nothing-more-before-the-reply": {
      requires: ["FLT-HSK-006", "FLT-CMP-008"],
      why: "The npm original serves what comes before its reply, and Go closes on it.",
      control: [...greeting, expectSilence(500), reply, expectServed()],
      expect: succeeds(),
    },
    "reply-withheld": {
      requires: ["FLT-HSK-005"],
      why: "A server that never answers must not hold a dialer's place for ever.",
      control,
      change: at("reply").withheld(),
      expect: closes({ within: 6000, notBefore: 2900 }),
    },
    "reply-under-another-number": {
      requires: ["FLT-RPC-011", "FLT-HSK-005"],
      why: "A reply to a question nobody asked is no reply, and no reason to believe its sender.",
      control,
      change: at("reply").seq(99),
      expect: closes({ within: 6000, notBefore: 2900 }),
    },
    "reply-twice": good("FLT-RPC-011", "A second copy of a reply is a late one.", at("reply").twice()),
    "reply-has-id-2": bad(
      "FLT-PKT-031",
      "A flag that is neither makes two packets of one.",
      at("reply").set({ hasId: 2 }),
    ),
    "reply-family-2": bad(
      "FLT-PKT-011",
      "An address of unknown length hides where the rest begins.",
      at("reply").set({ family: 2 }),
    ),
    "reply-not-utf8": bad(
      "FLT-PKT-032",
      "A name that is no text is another name in each language.",
      at("reply").set({ services: [hex("ff")] }),
    ),
    "reply-of-the-target": {
      requires: ["FLT-HSK-030", "FLT-HSK-031"],
      why: "A node that meets its own Handshake talks to a mirror.",
      needs: "identity",
      control,
      change: at("reply").instead(send(copyOf("theirs"), { replyTo: "theirs" })),
      expect: closes(),
    },
    "reply-of-an-anonymous-listener": good(
      "FLT-HSK-033",
      "A listener without a key can serve as well as any.",
      at("reply").set({ identity: anonymous, hasId: 0 }),
    ),
    "reply-with-trailing-bytes": good(
      "FLT-PKT-004",
      "Later versions put more behind the packet.",
      at("reply").appendBody(hex("c0ffee")),
    ),
    "reply-without-a-port": good(
      "FLT-PKT-014",
      "A peer that cannot be dialed again is a peer now.",
      at("reply").set({ port: 0 }),
    ),
    "reply-with-a-mapped-address": good(
      "FLT-PKT-012",
      "Go writes its addresses in this form.",
      at("reply").set({ address: "mapped" }),
    ),
    "reply-with-255-names": good(
      "FLT-HSK-045",
      "The largest count there is.",
      at("reply").set({ services: Array.from({ length: 255 }, (_, i) => `s${i}`) }),
    ),
    "reply-with-a-marker": good(
      "FLT-HSK-043",
      "Later versions mark themselves among the names.",
      at("reply").set({ services: ["~flatend/1.1"] }),
    ),
    "find-node-before-the-reply": {
      requires: ["FLT-HSK-008"],
      why: "A Go listener asks as soon as it has read the dialer's Handshake, while its own reply still waits.",
      control,
      change: at("reply").before(send(findNode()), expectReply("find-node-response")),
      expect: succeeds(),
    },
    "call-before-the-reply": {
      requires: ["FLT-HSK-008", "FLT-STR-003"],
      why: "A Go listener may call the dialer before its reply has left.",
      needs: "echo",
      control,
      change: at("reply").before(
        send(request("echo", [], 4)),
        send(data(pattern(10), 4)),
        send(end(4)),
        expectResponse({ stream: 4 }),
        expectBody(pattern(10), 4),
      ),
      expect: succeeds(),
    },
    "response-before-the-reply": {
      requires: ["FLT-STR-040"],
      why: "An answer to nothing is a peer that has lost count.",
      control,
      change: at("reply").instead(send(response(1, [], 4))),
      expect: closes({ tolerates: true }),
    },
    "handshake-of-the-listener": {
      requires: ["FLT-HSK-011"],
      why: "Either side may greet again, and is answered.",
      control: [
        ...control,
        send({ packet: "handshake", identity: me, services: ["three"] }).as("again"),
        expectReply("handshake"),
        expectServed(),
      ],
      expect: succeeds(),
    },
    "handshake-of-the-listener-under-another-key": {
      requires: ["FLT-HSK-013"],
      why: "A connection that changes hands lets one peer's calls be answered by another.",
      control: [
        ...control,
        send({ packet: "handshake", identity: me, services: [] }).as("again"),
        expectReply("handshake"),
      ],
      change: at("again").set({ identity: keyedAs("somebody-else") }),
      expect: closes(),
    },
    "unknown-packet-from-the-listener": {
      requires: ["FLT-RPC-017"],
      why: "A dialer meets hostile listeners as a listener meets hostile dialers.",
      control: [...control, send(findNode()).as("probe"), expectReply("find-node-response")],
      change: at("probe").opcode(9),
      expect: closes(),
    },
    "called-by-the-listener": {
      requires: ["FLT-STR-003", "FLT-STR-024"],
      why: "A node behind a firewall dials out and serves over that connection.",
      needs: "echo",
      control: [
        ...control,
        send(request("echo", [], 2)),
        send(data(pattern(3000).subarray(0, 2000), 2)),
        send(end(2)),
        expectResponse({ stream: 2 }),
        expectBody(pattern(2000), 2),
      ],
      expect: succeeds(),
    },
  },
  "dialer",
);
