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
  findNode,
  hex,
  ignores,
  keyed,
  pattern,
  request,
  send,
  sendPlaintext,
  succeeds,
} from "../../steps/index.ts";

const opening = connect(anonymous);
const control = [opening, send(findNode()).as("probe"), expectReply("find-node-response")];

const accepted = Object.fromEntries(
  Object.entries({ "0x7fffffff": 0x7fffffff, "0x80000001": 0x80000001, "0xffffffff": 0xffffffff }).map(
    ([name, seq]): [string, CaseText] => [
      `number-${name}`,
      {
        requires: ["FLT-RPC-019", "FLT-RPC-012"],
        why: `A connection that lives long enough reaches ${name}, and a node that reads it as negative, or as out of order, ends it.`,
        control,
        change: at("probe").seq(seq),
        expect: succeeds(),
      },
    ],
  ),
);

export default chapter("rpc/number", {
  ...accepted,
  "descending-numbers": {
    requires: ["FLT-RPC-019"],
    why: "A peer that numbers its requests in another order than by counting up is free to, and must not look like a replay.",
    control: [
      opening,
      send(findNode(), 9999),
      expectReply("find-node-response"),
      send(findNode(), 9997).as("probe"),
      expectReply("find-node-response"),
    ],
    change: at("probe").seq(5),
    expect: succeeds(),
  },
  "number-used-before": {
    requires: ["FLT-RPC-018"],
    why: "Counters wrap around, and a node that remembers old numbers falls silent when they do.",
    control: [
      opening,
      send(findNode(), 7),
      expectReply("find-node-response"),
      send(findNode(), 9).as("again"),
      expectReply("find-node-response"),
    ],
    change: at("again").seq(7),
    expect: succeeds(),
  },
  "number-of-the-handshake": {
    requires: ["FLT-RPC-018"],
    why: "The number of the Handshake is free again once it is answered.",
    control,
    change: at("probe").seq(1),
    expect: succeeds(),
  },
  "stray-reply": {
    requires: ["FLT-RPC-011"],
    why: "A reply that comes after its time limit is nobody's fault and must not be run as a request.",
    control,
    change: at("probe").seq(4096),
    expect: ignores(),
  },
  "stray-reply-with-the-largest-number": {
    requires: ["FLT-RPC-011"],
    why: "Parity is a matter of the last bit, also where a signed number would be negative.",
    control,
    change: at("probe").seq(0xfffffffe),
    expect: ignores(),
  },
  "stray-reply-like-a-handshake": {
    requires: ["FLT-RPC-011"],
    why: "Late replies to Handshakes look like Handshakes, and answering one starts a conversation nobody asked for.",
    control,
    change: at("probe").instead(sendPlaintext(hex("00001000 00 00 00"))),
    expect: ignores(),
  },
  "stray-reply-like-an-unknown-packet": {
    requires: ["FLT-RPC-011"],
    why: "A late reply has no opcode, so that its first byte may look like any, and must not close the connection.",
    control,
    change: at("probe").instead(sendPlaintext(hex("00001000 7f 0102030405"))),
    expect: ignores(),
  },
  "stray-reply-before-the-handshake": {
    requires: ["FLT-RPC-011"],
    why: "A message to ignore is not the first message, so it neither stands for the Handshake nor forbids it.",
    control: opening,
    change: at("handshake").before(sendPlaintext(hex("00000002 00 00"))),
    expect: succeeds(),
  },
  "find-node-with-zero": {
    requires: ["FLT-RPC-015"],
    why: "A request that cannot be answered leaves its sender waiting for ever.",
    control,
    change: at("probe").seq(0),
    expect: closes(),
  },
  "handshake-with-zero": {
    requires: ["FLT-RPC-015"],
    why: "A reply with number 0 would be read as a message with an opcode: a Handshake as whatever its first byte says.",
    control: opening,
    change: at("handshake").seq(0),
    expect: closes(),
  },
  "second-handshake-with-zero": {
    requires: ["FLT-RPC-015"],
    why: "A later Handshake is no more answerable with number 0 than the first.",
    control: [
      connect(keyed),
      send({ packet: "handshake", identity: keyed, services: [] }).as("again"),
      expectReply("handshake"),
    ],
    change: at("again").seq(0),
    expect: closes(),
  },
  "service-request-with-a-number": {
    requires: ["FLT-RPC-014"],
    why: "A node that is strict about a number nobody uses closes on peers that are only untidy.",
    control: [
      opening,
      send(request("conformance-not-hosted")).as("request"),
      expectResponse({ handled: false }),
      expectServed(),
    ],
    change: at("request").seq(77),
    expect: succeeds(),
  },
  "data-with-a-number": {
    requires: ["FLT-RPC-014"],
    why: "Data taken for a request, because it has a number, is missing from its body.",
    needs: "echo",
    control: [
      opening,
      send(request("echo")),
      send(data(pattern(100))).as("data"),
      send(end()),
      expectResponse(),
      expectBody(pattern(100)),
    ],
    change: at("data").seq(79),
    expect: succeeds(),
  },
  "end-with-a-number": {
    requires: ["FLT-RPC-014"],
    why: "An end of body that is not noticed leaves the call hanging.",
    needs: "echo",
    control: [
      opening,
      send(request("echo")),
      send(data(pattern(10))),
      send(end()).as("end"),
      expectResponse(),
      expectBody(pattern(10)),
    ],
    change: at("end").seq(81),
    expect: succeeds(),
  },
});
