import { chapter } from "../../case.ts";
import {
  anonymous,
  connect,
  dial,
  exchangeKeys,
  expectServed,
  handshake,
  hex,
  keyedAs,
  on,
  pattern,
  reset,
  sendKey,
  sendRaw,
  succeeds,
  times,
} from "../../steps/index.ts";

/** Served before, served still, and room for more: what no crowd of others may change. */
const served = [expectServed(), on("after", connect(anonymous), expectServed())];

export default chapter("limit/connections", {
  "come-and-gone": {
    requires: ["FLT-SES-048", "FLT-ERR-002"],
    why: "Connections that were closed and are counted still use up the node's limit, a few each day.",
    exclusive: true,
    control: [
      connect(anonymous),
      times(140, (i) => on(`passing-${i}`, dial(), reset())),
      times(24, (i) => on(`guest-${i % 4}`, dial(), exchangeKeys(), handshake(anonymous))),
      served,
    ],
    expect: succeeds(),
  },
  "sixty-with-a-key-and-no-more": {
    requires: ["FLT-SES-045", "FLT-SES-047"],
    why: "A key costs the node more than its sender, and sixty senders who stop there must not stop it.",
    exclusive: true,
    control: [connect(anonymous), times(60, (i) => on(`half-${i}`, dial(), sendKey())), served],
    expect: succeeds(),
  },
  "sixty-in-the-middle-of-a-frame": {
    requires: ["FLT-SES-045", "FLT-SES-047"],
    why: "Half frames are the cheapest way to make a node wait, and it can wait for sixty as well as for one.",
    exclusive: true,
    control: [
      connect(anonymous),
      times(60, (i) => on(`half-${i}`, dial(), exchangeKeys(), sendRaw(hex("00000fff00112233")))),
      served,
    ],
    expect: succeeds(),
  },
  "sixty-that-break-off-in-the-key": {
    requires: ["FLT-SES-048", "FLT-SES-045"],
    why: "A crowd that is reset at once finds every error path of a listener in the same moment.",
    exclusive: true,
    control: [
      connect(anonymous),
      times(60, (i) => on(`half-${i}`, dial(), sendRaw(pattern(20)))),
      times(60, (i) => on(`half-${i}`, reset())),
      served,
    ],
    expect: succeeds(),
  },
  "forty-keyed-peers": {
    requires: ["FLT-SES-047", "FLT-HSK-035"],
    why: "A full bucket is a matter of the table; the peer that finds no place in it is served all the same.",
    exclusive: true,
    control: [
      times(40, (i) => on(`peer-${i}`, connect(keyedAs(`peer-${i}`)))),
      times(40, (i) => on(`peer-${i}`, expectServed())),
    ],
    expect: succeeds(),
  },
});
