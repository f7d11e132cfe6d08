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
  fragment,
  hex,
  hold,
  ignores,
  pattern,
  release,
  request,
  send,
  sendRaw,
  succeeds,
  times,
} from "../../steps/index.ts";

const control = [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")];
/** A FindNodeRequest fills 53 bytes of a frame: number 4, opcode 1, target 32, tag 16. */
const padding = (frame: number) => new Uint8Array(frame - 53);

const tooShort = Object.fromEntries(
  [0, 1, 4, 15, 16, 19].map((length): [string, CaseText] => [
    `length-${length}`,
    {
      requires: ["FLT-SES-024"],
      why: `A frame of ${length} bytes cannot hold a message, and a node that waits for more or reads past it loses its place.`,
      control,
      change: at("probe").instead(sendRaw(hex(length.toString(16).padStart(8, "0")))),
      expect: closes(),
    },
  ]),
);

export default chapter("session/frame", {
  ...tooShort,
  "longer-than-allowed": {
    requires: ["FLT-SES-023"],
    why: "A length that nobody bounds lets any stranger exhaust the node's memory.",
    control,
    change: at("probe").frameLength(4097),
    expect: closes(),
  },
  "longer-than-allowed-and-well-sealed": {
    requires: ["FLT-SES-023"],
    why: "A node that takes longer frames than others invites peers to send what most of the mesh refuses.",
    control,
    change: at("probe").appendBody(padding(4097)),
    expect: closes(),
  },
  "length-of-two-gibibytes": {
    requires: ["FLT-SES-023"],
    why: "A length read as a signed number is negative here and passes a check for the upper bound.",
    control,
    change: at("probe").instead(sendRaw(hex("80000014"))),
    expect: closes(),
  },
  "length-all-ones": {
    requires: ["FLT-SES-023"],
    why: "A node that reserves what a length announces dies of four bytes.",
    control,
    change: at("probe").instead(sendRaw(hex("ffffffff"))),
    expect: closes(),
  },
  "longest-allowed": {
    requires: ["FLT-SES-022"],
    why: "A node that stops one byte short of the limit drops the largest messages others rightly send.",
    control,
    change: at("probe").appendBody(padding(4096)),
    expect: succeeds(),
  },
  "shortest-allowed": {
    requires: ["FLT-SES-022"],
    why: "A frame with a number and nothing else is allowed, and here a late reply to ignore; a bound one byte too high closes on it.",
    control,
    change: at("probe").plaintext(hex("00001000")),
    expect: ignores(),
  },
  "byte-by-byte": {
    requires: ["FLT-SES-025"],
    why: "TCP keeps no message boundaries, and a node that relies on them fails on the first slow link.",
    control: [connect(anonymous), fragment(1), send(findNode()), expectReply("find-node-response")],
    expect: succeeds(),
  },
  "cut-in-the-length": {
    requires: ["FLT-SES-025"],
    why: "A length that comes in two halves is the cut which readers forget.",
    control,
    change: at("probe").before(fragment(2, 30)),
    expect: succeeds(),
  },
  "cut-behind-the-length": {
    requires: ["FLT-SES-025"],
    why: "A node that expects the sealed bytes together with their length waits for ever, or reads too little.",
    control,
    change: at("probe").before(fragment(4, 20)),
    expect: succeeds(),
  },
  "a-hundred-in-one-segment": {
    requires: ["FLT-SES-026"],
    why: "Frames arrive in heaps under load, and a node that takes one per segment falls behind until the connection stands still.",
    control: [
      connect(anonymous),
      hold(),
      times(100, () => send(findNode())),
      release(),
      times(100, () => expectReply("find-node-response")),
    ],
    expect: succeeds(),
  },
  "in-order-from-one-segment": {
    requires: ["FLT-SES-026"],
    why: "Frames acted on out of order turn a body around and end it before its last bytes.",
    needs: "echo",
    control: [
      connect(anonymous),
      hold(),
      send(request("echo")),
      times(60, (i) => send(data(pattern(37, i * 37)))),
      send(end()),
      release(),
      expectResponse(),
      expectBody(pattern(60 * 37)),
    ],
    expect: succeeds(),
  },
  "of-the-target": {
    requires: ["FLT-SES-020", "FLT-SES-030", "FLT-SES-031", "FLT-SES-032"],
    why: "A length that leaves out the tag, another nonce or a counter that jumps makes every frame of the node unreadable.",
    control: [connect(anonymous), times(50, () => [send(findNode()), expectReply("find-node-response")]), expectTidy()],
    expect: succeeds(),
  },
  "of-the-target-under-load": {
    requires: ["FLT-SES-021", "FLT-SES-032", "FLT-SES-033"],
    why: "Frames longer than allowed are refused by every other node, and a counter used twice gives the plaintext away.",
    needs: "source",
    control: [
      connect(anonymous),
      send(request("source", [["bytes", "100000"]])),
      send(end()),
      expectResponse(),
      expectBody(pattern(100_000)),
      expectTidy(),
      expectServed(),
    ],
    expect: succeeds(),
  },
});
