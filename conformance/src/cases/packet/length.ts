import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  at,
  closes,
  connect,
  data,
  end,
  expectBody,
  expectReply,
  expectResponse,
  expectServed,
  expectTidy,
  findNode,
  keyed,
  pattern,
  request,
  send,
  succeeds,
} from "../../steps/index.ts";

const NAME = "conformance-not-hosted";
// stream 4, count 1, length 1, name 22, headers 2, length 1, "x-key" 5, length 2, "value" 5: 43 bytes.
const call = [
  connect(anonymous),
  send(request(NAME, [["x-key", "value"]])).as("request"),
  expectResponse({ handled: false }),
];
// has-ID 1, count 1, length 1, "conformance" 11: 14 bytes.
const plain = [connect(anonymous, ["conformance"]), expectServed()];
// Opcode aside: key 32, family, address 4 or 16, port 2, then count, length, "conformance" 11 and the signature 64.
const withKey = [connect(keyed, ["conformance"]), expectServed()];

const hostile = (
  control: CaseText["control"],
  step: string,
  offset: number,
  bytes: readonly number[],
  why: string,
): CaseText => ({
  requires: ["FLT-PKT-003", "FLT-ERR-002"],
  why,
  control,
  change: at(step).patch(offset, bytes),
  expect: closes(),
});

const lengths = Object.fromEntries(
  [0, 1, 2047, 2048].map((length): [string, CaseText] => [
    `data-of-${length}`,
    {
      requires: ["FLT-PKT-062"],
      why: `A reader that stops short of ${length} bytes, or at it, loses what a conforming writer sends.`,
      needs: "echo",
      control: [
        connect(anonymous),
        send(request("echo")),
        length === 0 ? [] : send(data(pattern(length))),
        send(end()),
        expectResponse(),
        expectBody(pattern(length)),
        expectServed(),
      ],
      expect: succeeds(),
    },
  ]),
);

export default chapter("packet/length", {
  ...lengths,
  "data-of-2049": {
    requires: ["FLT-PKT-061"],
    why: "A buffer of 2,048 bytes is enough for all Data there is, until one reader lets a byte more pass.",
    needs: "echo",
    control: [
      connect(anonymous),
      send(request("echo")),
      send(data(pattern(2048))).as("data"),
      send(end()),
      expectResponse(),
      expectBody(pattern(2048)),
    ],
    change: at("data").set({ data: pattern(2049) }),
    expect: closes({ tolerates: true }),
  },
  "data-of-2049-on-a-refused-stream": {
    requires: ["FLT-PKT-061", "FLT-STR-034"],
    why: "Data that is discarded anyway is still Data, and a fault in it still a fault.",
    control: [
      connect(anonymous),
      send(request(NAME)),
      expectResponse({ handled: false }),
      send(data(pattern(2048))).as("data"),
      send(end()),
      expectServed(),
    ],
    change: at("data").set({ data: pattern(2049) }),
    expect: closes(),
  },
  "data-of-the-target": {
    requires: ["FLT-PKT-060", "FLT-PKT-002"],
    why: "Data of more than 2,048 bytes is refused by every other node, and the answer it belonged to is lost.",
    needs: "source",
    control: [
      connect(anonymous),
      send(request("source", [["bytes", "50000"]])),
      send(end()),
      expectResponse(),
      expectBody(pattern(50_000)),
      expectTidy(),
    ],
    expect: succeeds(),
  },
  "data-announced-as-65535": hostile(
    [connect(anonymous), send(request(NAME)), expectResponse({ handled: false }), send(data(pattern(16))).as("data")],
    "data",
    4,
    [0xff, 0xff],
    "A length of 65,535 in front of 16 bytes must not make a node read 65,519 bytes of something else.",
  ),
  "service-request-name-of-255": hostile(
    call,
    "request",
    5,
    [0xff],
    "A name that reaches past its message takes the next one for a part of itself.",
  ),
  "service-request-key-of-255": hostile(
    call,
    "request",
    30,
    [0xff],
    "A header key that reaches past its message is read from memory that is not the peer's.",
  ),
  "service-request-value-of-65535": hostile(
    call,
    "request",
    36,
    [0xff, 0xff],
    "A value of 65,535 bytes does not fit any frame, so that a node which waits for the rest waits for ever.",
  ),
  "service-request-value-of-32768": hostile(
    call,
    "request",
    36,
    [0x80, 0x00],
    "A length read as a signed number is negative here, and a step back in the buffer.",
  ),
  "service-request-with-256-headers": hostile(
    call,
    "request",
    28,
    [0x01, 0x00],
    "A count read in the other byte order is 1 here, and the request looks whole.",
  ),
  "handshake-name-of-255": hostile(
    plain,
    "handshake",
    2,
    [0xff],
    "The first message of a stranger is where a length is least to be believed.",
  ),
  "handshake-two-names-where-one-is": hostile(
    plain,
    "handshake",
    1,
    [2],
    "A second name whose length is missing is not a name of no bytes.",
  ),
  "keyed-handshake-name-over-the-signature": hostile(
    withKey,
    "handshake",
    -(64 + 11 + 1),
    [11 + 64],
    "A name that swallows the signature leaves nothing to verify, which must not pass for verified.",
  ),
  "keyed-handshake-name-one-byte-into-the-signature": hostile(
    withKey,
    "handshake",
    -(64 + 11 + 1),
    [11 + 1],
    "A signature one byte short must not be filled up with whatever lies behind it.",
  ),
  "keyed-handshake-without-names-in-the-count": {
    requires: ["FLT-HSK-022", "FLT-PKT-003"],
    why: "Where a signature begins follows from the count; one read elsewhere verifies something else.",
    control: withKey,
    change: at("handshake").patch(-(64 + 11 + 2), [0]),
    expect: closes(),
  },
  "keyed-handshake-255-names": hostile(
    withKey,
    "handshake",
    -(64 + 11 + 2),
    [0xff],
    "With a count of 255 the signature is read as names, and a reader without bounds runs on into its own memory.",
  ),
  "largest-find-node": {
    requires: ["FLT-SES-022", "FLT-PKT-004"],
    why: "A request padded to the largest frame is still that request.",
    control: [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response"), expectServed()],
    change: at("probe").appendBody(new Uint8Array(4080 - 4 - 1 - 32).fill(0xff)),
    expect: succeeds(),
  },
});
