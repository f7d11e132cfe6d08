import { readFileSync } from "node:fs";
import { counting, fromHex, hex, utf8 } from "../bytes.ts";
import {
  closestFields,
  dataFields,
  findNodeFields,
  handshakeFields,
  type Id,
  message,
  OPCODE,
  requestFields,
  responseFields,
  signedBytes,
} from "../packets.ts";
import {
  aesGcmOpen,
  ed25519PublicKey,
  ed25519Sign,
  nonceOf,
  sealFrame,
  sessionKey,
  x25519PublicKey,
} from "../primitives.ts";
import { readPacket } from "../read.ts";
import { Suite } from "../suite.ts";
import type { Fields, Json } from "../types.ts";
import { idOf } from "./packet.ts";

type Role = "dialer" | "listener";
interface Frame {
  readonly from: Role;
  readonly bytes: Buffer;
}
const NAMES = ["handshake", "service-request", "service-response", "data", "find-node-request"];
const REPLIES: Readonly<Record<string, string>> = { handshake: "handshake", "find-node-request": "find-node-response" };

/** Every message of a conversation, in the order of its frames. */
function messagesOf(key: Uint8Array, frames: readonly Frame[]): Json[] {
  const counters = { dialer: 0n, listener: 0n };
  const pending = { dialer: new Map<number, string>(), listener: new Map<number, string>() };
  return frames.map(({ from, bytes }): Json => {
    const plaintext = aesGcmOpen(key, nonceOf(counters[from]++), bytes.subarray(4));
    const seq = plaintext.readUInt32BE();
    const asked = pending[from === "dialer" ? "listener" : "dialer"];
    const waiting = asked.get(seq);
    if (waiting !== undefined) {
      asked.delete(seq);
      const packet = REPLIES[waiting] as string;
      return { from, seq, kind: "reply", packet, ...readPacket(packet, plaintext.subarray(4)) };
    }
    const packet = NAMES[plaintext[4]!] as string;
    if (seq !== 0) pending[from].set(seq, packet);
    return { from, seq, kind: "request", packet, ...readPacket(packet, plaintext.subarray(5)) };
  });
}

/** One conversation as a test: whoever has one private key and the other public key can read it. */
function conversation(privateKey: Uint8Array, holder: Role, peerPublicKey: Uint8Array, frames: readonly Frame[]) {
  const key = sessionKey(privateKey, peerPublicKey);
  const input: Fields = {
    holder,
    privateKey: hex(privateKey),
    peerPublicKey: hex(peerPublicKey),
    frames: frames.map(({ from, bytes }): Json => ({ from, bytes: hex(bytes) })),
  };
  return { input, expect: { sessionKey: hex(key), messages: messagesOf(key, frames) } satisfies Fields };
}

interface CapturedLeg {
  readonly peer: string;
  readonly peerRole: Role;
  readonly observerPrivateKey: string;
  readonly peerPublicKey: string;
  readonly frames: readonly { readonly sender: "peer" | "observer"; readonly wire: string }[];
}
const other = (role: Role): Role => (role === "dialer" ? "listener" : "dialer");

const REQUIREMENTS = ["FLT-SES-010", "FLT-SES-031", "FLT-SES-035", "FLT-RPC-010", "FLT-HSK-020"];

/** A session between the originals, from vectors/captured. */
export function captured(name: string): Suite {
  const recorded = JSON.parse(readFileSync(new URL(`../../captured/${name}.json`, import.meta.url), "utf8")) as {
    readonly title: string;
    readonly legs: readonly CapturedLeg[];
  };
  const suite = new Suite(`transcript/${name}`, `${recorded.title}. Recorded between the originals.`);
  const group = suite.group("Session", "A whole conversation: every frame opens, every message is read.");
  for (const leg of recorded.legs) {
    const frames = leg.frames.map(({ sender, wire }) => ({
      from: sender === "peer" ? leg.peerRole : other(leg.peerRole),
      bytes: fromHex(wire),
    }));
    group.valid("session", `${leg.peer.replaceAll(/[^a-z0-9]+/g, "-")}-${leg.peerRole}`, {
      comment: `The connection with ${leg.peer}, which is its ${leg.peerRole}.`,
      requirements: REQUIREMENTS,
      flags: ["Captured", "Compat"],
      ...conversation(fromHex(leg.observerPrivateKey), other(leg.peerRole), fromHex(leg.peerPublicKey), frames),
    });
  }
  return suite;
}

/** Conversations of two new nodes. */
export function conversations(): Suite {
  const suite = new Suite("transcript/conversations", "Whole conversations of two nodes that conform.");
  const random = suite.random("conversations");
  const group = suite.group("Session", "A whole conversation: every frame opens, every message is read.");
  const node = (port: number, names: readonly string[]) => {
    const seed = random.bytes(32);
    const id: Id = idOf(ed25519PublicKey(seed), undefined, port);
    return { id, fields: handshakeFields(id, names, ed25519Sign(seed, signedBytes(id, names))) };
  };
  const add = (
    slug: string,
    comment: string,
    requirements: readonly string[],
    plaintexts: readonly (readonly [Role, Buffer])[],
  ) => {
    const [dialer, listener] = [random.bytes(32), random.bytes(32)];
    const key = sessionKey(dialer, x25519PublicKey(listener));
    const counters = { dialer: 0n, listener: 0n };
    const frames = plaintexts.map(([from, plaintext]) => ({
      from,
      bytes: sealFrame(key, counters[from]++, plaintext),
    }));
    group.valid("session", slug, {
      comment,
      requirements,
      ...conversation(dialer, "dialer", x25519PublicKey(listener), frames),
    });
  };
  const A = 0x8000_0001;
  const [one, two] = [node(9000, ["echo"]), node(9001, ["hello_world"])];
  const shake: (readonly [Role, Buffer])[] = [
    ["dialer", message(1, OPCODE.handshake, one.fields)],
    ["listener", message(1, undefined, two.fields)],
  ];
  const asks = (from: Role, stream: number, names: string[]): readonly [Role, Buffer] => [
    from,
    message(0, OPCODE.serviceRequest, requestFields(stream, names, [["x", "1"]])),
  ];
  const answers = (from: Role, stream: number, handled: number): readonly [Role, Buffer] => [
    from,
    message(0, OPCODE.serviceResponse, responseFields(stream, handled, [])),
  ];
  const data = (from: Role, stream: number, bytes: Uint8Array): readonly [Role, Buffer] => [
    from,
    message(0, OPCODE.data, dataFields(stream, bytes)),
  ];
  const end = (from: Role, stream: number) => data(from, stream, Buffer.alloc(0));
  add("handshake-alone", "Two keyed nodes greet each other.", ["FLT-HSK-001", "FLT-HSK-002", "FLT-RPC-008"], shake);
  add(
    "anonymous-dialer",
    "A dialer without a key.",
    ["FLT-HSK-033"],
    [
      ["dialer", message(1, OPCODE.handshake, handshakeFields(undefined, []))],
      ["listener", message(1, undefined, two.fields)],
    ],
  );
  add(
    "call-of-the-dialer",
    "The dialer calls a service of the listener.",
    ["FLT-STR-010", "FLT-STR-024", "FLT-STR-002"],
    [
      ...shake,
      asks("dialer", A, ["hello_world"]),
      end("dialer", A),
      answers("listener", A, 1),
      data("listener", A, utf8("Hello world!")),
      end("listener", A),
    ],
  );
  add(
    "call-of-the-listener",
    "The listener calls a service of the dialer, on the same connection.",
    ["FLT-STR-010", "FLT-STR-002"],
    [
      ...shake,
      asks("listener", 0x8000_0000, ["echo"]),
      data("listener", 0x8000_0000, counting(100)),
      answers("dialer", 0x8000_0000, 1),
      data("dialer", 0x8000_0000, counting(100)),
      end("listener", 0x8000_0000),
      end("dialer", 0x8000_0000),
    ],
  );
  add(
    "unhandled",
    "A service that is not hosted.",
    ["FLT-STR-025", "FLT-STR-015"],
    [
      ...shake,
      asks("dialer", A, ["sink"]),
      data("dialer", A, counting(10)),
      answers("listener", A, 0),
      end("dialer", A),
    ],
  );
  add(
    "find-node",
    "Both ask at once; the replies come in another order than the questions.",
    ["FLT-RPC-013", "FLT-RPC-003", "FLT-DHT-021"],
    [
      ...shake,
      ["dialer", message(3, OPCODE.findNodeRequest, findNodeFields(one.id.publicKey))],
      ["dialer", message(5, OPCODE.findNodeRequest, findNodeFields(two.id.publicKey))],
      ["listener", message(2, OPCODE.findNodeRequest, findNodeFields(two.id.publicKey))],
      ["listener", message(5, undefined, closestFields([one.id]))],
      ["listener", message(3, undefined, closestFields([]))],
      ["dialer", message(2, undefined, closestFields([]))],
    ],
  );
  add(
    "second-handshake",
    "The dialer greets again with other services, as Go does.",
    ["FLT-HSK-011", "FLT-HSK-012"],
    [...shake, ["dialer", message(3, OPCODE.handshake, one.fields)], ["listener", message(3, undefined, two.fields)]],
  );
  return suite;
}
