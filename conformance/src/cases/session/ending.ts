import { chapter } from "../../case.ts";
import {
  anonymous,
  at,
  closes,
  closeWrite,
  dial,
  exchangeKeys,
  expectReply,
  findNode,
  handshake,
  hex,
  hold,
  pattern,
  raw,
  release,
  send,
  sendRaw,
} from "../../steps/index.ts";

const exchange = [dial(), exchangeKeys(), handshake(anonymous)];
const control = [exchange, send(findNode()).as("probe"), expectReply("find-node-response")];

export default chapter("session/ending", {
  "before-the-key": {
    requires: ["FLT-SES-041"],
    why: "Port scanners connect and leave, and each connection kept half open is a descriptor lost.",
    control: exchange,
    change: at("key").instead(closeWrite()),
    expect: closes(),
  },
  "in-the-key": {
    requires: ["FLT-SES-040"],
    why: "A key that will never be whole must not keep the connection until the time limit, and must not be padded to a whole one.",
    control: exchange,
    change: at("key").instead(sendRaw(pattern(31)), closeWrite()),
    expect: closes(),
  },
  "before-the-handshake": {
    requires: ["FLT-SES-041"],
    why: "A peer that left after the keys will never send its Handshake, and waiting for it holds a connection for nothing.",
    control: exchange,
    change: at("handshake").instead(closeWrite()),
    expect: closes(),
  },
  "in-a-length": {
    requires: ["FLT-SES-040"],
    why: "Two bytes of a length are the end of a dead peer, not the start of a frame.",
    control,
    change: at("probe").instead(sendRaw(hex("0000")), closeWrite()),
    expect: closes(),
  },
  "in-a-frame": {
    requires: ["FLT-SES-040"],
    why: "A node that opens what it has of a frame acts on bytes whose tag it never saw.",
    control,
    change: at("probe").instead(sendRaw(hex(`00000035${"3c".repeat(40)}`)), closeWrite()),
    expect: closes(),
  },
  "between-frames": {
    requires: ["FLT-SES-041"],
    why: "A node that never answers a peer's farewell collects dead connections until it can open no more.",
    control,
    change: at("probe").instead(closeWrite()),
    expect: closes(),
  },
  "behind-a-request": {
    requires: ["FLT-SES-041"],
    why: "A peer that asks and leaves must not keep the connection open by its question.",
    control,
    change: at("probe").after(closeWrite()),
    expect: closes({ tolerates: true }),
  },
  "request-behind-a-fault": {
    requires: ["FLT-SES-042"],
    why: "What comes behind a fault was sent by a peer that has lost its place, and acting on it is acting on chance.",
    control,
    change: at("probe").instead(hold(), send(raw(6, pattern(8)), "next"), send(findNode()), release()),
    expect: closes(),
  },
});
