import { chapter } from "../../case.ts";
import {
  anonymous,
  connect,
  dial,
  exchangeKeys,
  expectHeldUp,
  expectServed,
  findNode,
  handshake,
  hex,
  keyedAs,
  on,
  pattern,
  reset,
  sendRaw,
  stopReading,
  succeeds,
  times,
} from "../../steps/index.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => `peer-${index}`);

export default chapter("session/resilience", {
  "reset-before-the-key": {
    requires: ["FLT-SES-048"],
    why: "Scanners and load balancers reset fresh connections all day, and a node that dies of one is down by noon.",
    control: [
      on("main", connect(anonymous)),
      times(5, (i) => on(`reset-${i}`, dial(), reset())),
      on("after", connect(anonymous)),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "reset-in-the-key": {
    requires: ["FLT-SES-048"],
    why: "A reset in the middle of a key finds the node waiting for bytes, where an error is easily left uncaught.",
    control: [
      connect(anonymous),
      times(5, (i) => on(`reset-${i}`, dial(), sendRaw(pattern(16)), reset())),
      on("after", connect(anonymous)),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "reset-after-the-key": {
    requires: ["FLT-SES-048"],
    why: "A reset between key and Handshake finds the node waiting for a frame that never comes.",
    control: [
      connect(anonymous),
      times(5, (i) => on(`reset-${i}`, dial(), exchangeKeys(), reset())),
      on("after", connect(anonymous)),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "reset-in-a-frame": {
    requires: ["FLT-SES-048"],
    why: "Peers vanish in the middle of a frame whenever a machine loses its power.",
    control: [
      connect(anonymous),
      times(5, (i) => on(`reset-${i}`, connect(anonymous), sendRaw(hex("0000003500112233")), reset())),
      on("after", connect(anonymous)),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "one-peer-in-the-middle-of-a-frame": {
    requires: ["FLT-SES-045"],
    why: "A node that waits for one peer's missing bytes is stopped by anyone who sends half a frame.",
    control: [
      on("stalled", connect(anonymous), sendRaw(hex("00000f0000112233"))),
      connect(anonymous),
      expectServed(),
      on("after", connect(anonymous), expectServed()),
    ],
    expect: succeeds(),
  },
  "a-hundred-peers-without-a-key": {
    requires: ["FLT-SES-045", "FLT-SES-047"],
    why: "A hundred sockets that say nothing cost an attacker nothing and must not cost the node its peers.",
    exclusive: true,
    control: [
      connect(anonymous),
      times(100, (i) => on(`silent-${i}`, dial())),
      expectServed(),
      on("after", connect(anonymous), expectServed()),
    ],
    expect: succeeds(),
  },
  "a-hundred-and-twenty-eight-peers": {
    requires: ["FLT-SES-047"],
    why: "A node that serves fewer peers than the table brings it drops healthy ones as the mesh grows.",
    exclusive: true,
    control: [
      many(128).map((name) => on(name, dial(), exchangeKeys(), handshake(anonymous))),
      many(128).map((name) => on(name, expectServed())),
    ],
    expect: succeeds(),
  },
  "a-peer-that-does-not-read": {
    requires: ["FLT-SES-046", "FLT-SES-045"],
    why: "A node that goes on answering a peer which reads nothing holds those answers in memory until it has none left.",
    exclusive: true,
    control: [
      // Known peers make the replies long, so that it takes fewer of them to fill what the system buffers.
      many(16).map((name) => on(name, dial(), exchangeKeys(), handshake(keyedAs(name)))),
      connect(anonymous),
      on("deaf", connect(anonymous), stopReading(), expectHeldUp(findNode(), 1000, 64 << 20)),
      expectServed(),
      on("after", connect(anonymous), expectServed()),
    ],
    expect: succeeds(),
  },
});
