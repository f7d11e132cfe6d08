import { chapter } from "../../case.ts";
import { anonymous, at, closes, connect, expectReply, findNode, fragment, send, succeeds } from "../../steps/index.ts";

const control = [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")];

export default chapter("session/frame", {
  "longer-than-allowed": {
    requires: ["FLT-SES-023"],
    why: "A length that nobody bounds lets any stranger exhaust the node's memory.",
    control,
    change: at("probe").frameLength(4097),
    expect: closes(),
  },
  "tag-inverted": {
    requires: ["FLT-SES-034", "FLT-SES-036"],
    why: "A node that acts on a frame nobody could have sealed lets anyone on the path speak for its peer.",
    control,
    change: at("probe").tag(),
    expect: closes(),
  },
  "byte-by-byte": {
    requires: ["FLT-SES-025"],
    why: "TCP keeps no message boundaries, and a node that relies on them fails on the first slow link.",
    control: [connect(anonymous), fragment(1), send(findNode()), expectReply("find-node-response")],
    expect: succeeds(),
  },
});
