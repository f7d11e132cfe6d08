import { type CaseText, chapter } from "../../case.ts";
import {
  accept,
  at,
  closes,
  closeWrite,
  expectKey,
  expectRequest,
  expectServed,
  expectSilence,
  expectTidy,
  fragment,
  hex,
  keyed,
  on,
  send,
  sendKey,
  sendRaw,
  succeeds,
} from "../../steps/index.ts";

/** The target dials and is served, up to an answer of it. */
const control = [
  accept(),
  expectKey(),
  sendKey().as("key"),
  expectRequest("handshake").as("theirs"),
  send({ packet: "handshake", identity: keyed, services: [] }, { replyTo: "theirs" }).as("reply"),
  expectServed(),
];

const lowOrder = Object.fromEntries(
  [
    ["zero", "00".repeat(32)],
    ["order-eight", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"],
    ["p-minus-one", `ec${"ff".repeat(30)}7f`],
  ].map(([name, key]): [string, CaseText] => [
    `low-order-${name}`,
    {
      requires: ["FLT-SES-008"],
      why: "A server that answers with such a key makes the dialer's secrets known to everybody on the way.",
      control,
      change: at("key").key(hex(key as string)),
      expect: closes(),
    },
  ]),
);
const badFrame = (
  requirement: CaseText["requires"][0],
  why: string,
  change: NonNullable<CaseText["change"]>,
): CaseText => ({
  requires: [requirement],
  why,
  control,
  change,
  expect: closes(),
});

export default chapter(
  "dialer/session",
  {
    ...lowOrder,
    "key-first": {
      requires: ["FLT-SES-001", "FLT-SES-005"],
      why: "Both sides would wait for each other for ever if the dialer did not speak first.",
      control: [accept(), expectKey(), ...control.slice(2)],
      expect: succeeds(),
    },
    "nothing-behind-the-key": {
      requires: ["FLT-CMP-009"],
      why: "The npm original takes its key from whatever the first segment brings, and dies of more.",
      control: [accept(), expectKey(), expectSilence(300), ...control.slice(2)],
      expect: succeeds(),
    },
    "key-in-pieces": {
      requires: ["FLT-SES-005"],
      why: "A listener's key comes in as many segments as the network makes of it.",
      control,
      change: at("key").before(fragment(8)),
      expect: succeeds(),
    },
    "key-with-the-high-bit": {
      requires: ["FLT-SES-007"],
      why: "Libraries disagree on the spare bit of a key, and two nodes that do cannot open each other's frames.",
      control,
      change: at("key").key("high-bit"),
      expect: succeeds(),
    },
    "key-sent-back": {
      requires: ["FLT-SES-009"],
      why: "An echo server that is taken for a peer would show the dialer its own Handshake as the reply.",
      control,
      change: at("key").key("reflected"),
      expect: closes(),
    },
    "key-withheld": {
      requires: ["FLT-SES-011"],
      why: "A server that accepts and says nothing must not keep a dialer for ever.",
      control,
      change: at("key").withheld(),
      expect: closes({ within: 5500, notBefore: 2900 }),
    },
    "key-within-the-grace": {
      requires: ["FLT-SES-012"],
      why: "A listener on a slow machine needs a moment for its key.",
      control,
      change: at("key").instead(fragment(8, 600), sendKey(), fragment(null)),
      expect: succeeds(),
    },
    "end-in-the-key": {
      requires: ["FLT-SES-040"],
      why: "Half a key must not be padded to a whole one.",
      control,
      change: at("key").instead(sendRaw(hex("00112233")), closeWrite()),
      expect: closes(),
    },
    "end-before-the-key": {
      requires: ["FLT-SES-041"],
      why: "A listener that is full closes at once.",
      control,
      change: at("key").instead(closeWrite()),
      expect: closes(),
    },
    "rubbish-behind-the-key": {
      requires: ["FLT-SES-034", "FLT-SES-005"],
      why: "What follows 32 bytes are frames, and those of nobody do not open.",
      control,
      change: at("key").after(sendRaw(hex(`00000028${"5a".repeat(40)}`))),
      expect: closes({ tolerates: true }),
    },
    "tag-changed": badFrame(
      "FLT-SES-034",
      "A dialer that reads unsealed replies believes anybody on the way.",
      at("reply").tag(),
    ),
    "counter-skipped": badFrame(
      "FLT-SES-035",
      "A frame that was lost or held back must be noticed.",
      at("reply").counter(1),
    ),
    "frame-too-long": badFrame(
      "FLT-SES-023",
      "A server's length is a stranger's word as well.",
      at("reply").frameLength(4097),
    ),
    "frame-too-short": badFrame(
      "FLT-SES-024",
      "A frame without room for a message is no frame.",
      at("reply").frameLength(15),
    ),
    "reply-in-pieces": {
      requires: ["FLT-SES-025"],
      why: "A reply in pieces is still a reply.",
      control,
      change: at("reply").before(fragment(16)),
      expect: succeeds(),
    },
    "frames-of-the-dialer": {
      requires: ["FLT-SES-020", "FLT-SES-032", "FLT-RPC-002", "FLT-RPC-005"],
      why: "What a dialer says must be numbered and sealed as every listener expects it.",
      control: [...control, expectServed(), expectServed(), expectTidy()],
      expect: succeeds(),
    },
    "end-between-frames": {
      requires: ["FLT-SES-041", "FLT-PRV-020"],
      why: "A server that shuts down closes its side and expects to be left.",
      control: [...control, expectServed()],
      change: at("reply").after(expectServed(), closeWrite()),
      expect: closes({ tolerates: true }),
    },
    "key-of-its-own-for-each-connection": {
      requires: ["FLT-SES-006", "FLT-PRV-026"],
      why: "A key that is used twice opens the second session to whoever has opened the first.",
      control: [
        control,
        closeWrite(),
        on("again", accept({ within: 3000 }), expectKey(), { step: "expect-other-key", than: "main" }),
      ],
      expect: succeeds(),
    },
  },
  "dialer",
);
