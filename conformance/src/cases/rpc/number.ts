import { chapter } from "../../case.ts";
import { anonymous, at, closes, connect, expectReply, findNode, ignores, send } from "../../steps/index.ts";

const control = [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")];

export default chapter("rpc/number", {
  "stray-reply": {
    requires: ["FLT-RPC-011"],
    why: "A reply that comes after its time limit is nobody's fault and must not be run as a request.",
    control,
    change: at("probe").seq(4096),
    expect: ignores(),
  },
  "request-with-zero": {
    requires: ["FLT-RPC-015"],
    why: "A request that cannot be answered leaves its sender waiting for ever.",
    control,
    change: at("probe").seq(0),
    expect: closes(),
  },
});
