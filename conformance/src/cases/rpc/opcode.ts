import { type CaseText, chapter } from "../../case.ts";
import { anonymous, at, closes, connect, expectReply, findNode, hex, send } from "../../steps/index.ts";

const control = [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")];

const unknown = Object.fromEntries(
  [5, 6, 127, 128, 255].flatMap((opcode) =>
    (["number", "zero"] as const).map((kind): [string, CaseText] => [
      `${opcode}-with-${kind === "number" ? "a-number" : "zero"}`,
      {
        requires: ["FLT-RPC-017"],
        why:
          opcode === 5
            ? "Opcode 5 is only a name for the reply to opcode 4; a node that takes it as a message fills its table from a peer it never asked."
            : `Opcode ${opcode} means nothing yet; a node that ignores it today misunderstands the peer that will mean something by it.`,
        control,
        change:
          kind === "number"
            ? at("probe").opcode(opcode)
            : at("probe").plaintext(hex(`00000000${opcode.toString(16).padStart(2, "0")}${"00".repeat(32)}`)),
        expect: closes(),
      },
    ]),
  ),
);

export default chapter("rpc/opcode", {
  ...unknown,
  "missing-with-zero": {
    requires: ["FLT-RPC-016"],
    why: "An empty body has no opcode, and a node that reads one anyway reads past the end.",
    control,
    change: at("probe").plaintext(hex("00000000")),
    expect: closes(),
  },
  "missing-with-a-number": {
    requires: ["FLT-RPC-016"],
    why: "An empty body has no opcode, and with a number its sender waits for an answer that nobody can give.",
    control,
    change: at("probe").plaintext(hex("00000003")),
    expect: closes(),
  },
  "missing-before-the-handshake": {
    requires: ["FLT-RPC-016", "FLT-HSK-003"],
    why: "The very first message is the one a stranger shapes as he likes.",
    control: connect(anonymous),
    change: at("handshake").plaintext(hex("00000001")),
    expect: closes(),
  },
});
