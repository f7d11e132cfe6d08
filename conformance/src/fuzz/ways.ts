// The ways in which each event of the state tables can be brought about on the wire. Whether a way is harmless or a fault is not
// written here: the table's row says it.
import { concat, toHex } from "../probe/bytes.ts";
import { type EncodeContext, encodePacket } from "../probe/encode.ts";
import { data, end, findNode, request } from "../steps/build.ts";
import { anonymous, keyed, OPCODE, type Packet, utf8 } from "../steps/packets.ts";
import type { Write } from "./conversation.ts";
import type { Situation, TableEvent } from "./situation.ts";

/** The numbers from which a way makes its details. */
export interface Draw {
  readonly value: number;
  readonly bytes: Uint8Array;
}

/** What the writer of a conversation knows and counts. */
export interface Writer {
  readonly situation: Situation;
  readonly context: EncodeContext;
  readonly keyed: boolean;
  /** Test services that the target offers. */
  readonly hosted: readonly string[];
  takeSeq(): number;
  takeStream(): number;
  /** Frames sealed so far. */
  readonly sealed: number;
}

export interface Act {
  readonly event: TableEvent;
  readonly writes: readonly Write[];
  /** The hosted service that a request opens. */
  readonly service?: string;
}

export interface Way {
  readonly name: string;
  /** Undefined where the situation does not allow this way. */
  act(writer: Writer, draw: Draw): Promise<Act | undefined>;
}

type Message = Extract<Write, { write: "message" }>;

async function message(writer: Writer, way: string, packet: Packet, seq: number): Promise<Message> {
  const { opcode, body } = await encodePacket(packet, writer.context);
  return { write: "message", way, seq, opcode, body: toHex(body) };
}

const identityOf = (writer: Writer) => (writer.keyed ? keyed : anonymous);
const handshakeOf = (writer: Writer): Packet => ({
  packet: "handshake",
  identity: identityOf(writer),
  services: ["fuzz"],
});
const target = (draw: Draw) => Uint8Array.from({ length: 32 }, (_, i) => draw.bytes[i % draw.bytes.length] ?? 0);

function session(
  name: string,
  event: Extract<TableEvent, { machine: "session" }>["event"],
  writes: (writer: Writer, draw: Draw, way: string) => Promise<Write[]> | Write[],
): Way {
  return {
    name,
    act: async (writer, draw) => {
      const before = writer.situation.session === "awaiting-key";
      const ofKeys = event === "good-key" || event === "bad-key";
      if (before !== (ofKeys || name.startsWith("key "))) return undefined;
      return { event: { machine: "session", event }, writes: await writes(writer, draw, name) };
    },
  };
}

function sealed(
  name: string,
  event: Extract<TableEvent, { machine: "handshake" }>["event"],
  write: (writer: Writer, draw: Draw, way: string) => Promise<Write | undefined>,
): Way {
  return {
    name,
    act: async (writer, draw) => {
      if (writer.situation.session !== "established") return undefined;
      const made = await write(writer, draw, name);
      return made === undefined ? undefined : { event: { machine: "handshake", event }, writes: [made] };
    },
  };
}

function streamed(name: string, act: (writer: Writer, draw: Draw, way: string) => Promise<Act | undefined>): Way {
  return {
    name,
    act: async (writer, draw) =>
      writer.situation.session === "established" ? await act(writer, draw, name) : undefined,
  };
}

const probe = (writer: Writer, draw: Draw, way: string) =>
  writer.situation.handshake === "first"
    ? message(writer, way, handshakeOf(writer), writer.takeSeq())
    : message(writer, way, findNode(target(draw)), writer.takeSeq());
const raw = (way: string, bytes: Uint8Array): Write => ({ write: "bytes", way, bytes: toHex(bytes) });
const length = (value: number) => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
/** The body without its last bytes, one at least. */
function shortened(one: Message, draw: Draw): Message {
  const size = one.body.length / 2;
  return { ...one, body: one.body.slice(0, 2 * (draw.value % size)) };
}

const SESSION: readonly Way[] = [
  session("key", "good-key", (_, __, way) => [{ write: "key", way }]),
  session("key of low order", "bad-key", (_, draw, way) => [
    { write: "key", way, key: (draw.value % 2 === 0 ? "00" : "01").padEnd(64, "0") },
  ]),
  session("key cut short", "end-of-bytes", (_, draw, way) => [
    raw(
      way,
      Uint8Array.from({ length: 1 + (draw.value % 31) }, (_, i) => i + 9),
    ),
    { write: "end", way },
  ]),
  session("length above 4,096", "long-length", (_, draw, way) => [
    raw(way, length(draw.value % 3 === 0 ? 4097 : draw.value % 3 === 1 ? 0xffff_ffff : Math.max(draw.value, 4097))),
  ]),
  session("length below 20", "short-length", (_, draw, way) => [raw(way, length(draw.value % 20))]),
  session("bit inverted", "bad-tag", async (writer, draw, way) => {
    const one = await probe(writer, draw, way);
    return [{ ...one, flipBit: draw.value % ((one.body.length / 2 + 21) * 8) }];
  }),
  session("other frame counter", "bad-tag", async (writer, draw, way) => [
    { ...(await probe(writer, draw, way)), counter: writer.sealed + 1 + (draw.value % 5) },
  ]),
  session("noise in a frame", "bad-tag", (_, draw, way) => {
    const noise = concat(draw.bytes, new Uint8Array(20));
    return [raw(way, concat(length(noise.length), noise))];
  }),
  session("cut frame", "cut-frame", async (writer, draw, way) => {
    const one = await probe(writer, draw, way);
    return [
      { ...one, cut: 1 + (draw.value % (one.body.length / 2 + 24)) },
      { write: "end", way },
    ];
  }),
  session("end of bytes", "end-of-bytes", (_, __, way) => [{ write: "end", way }]),
];

const HANDSHAKE: readonly Way[] = [
  sealed("Handshake", "handshake-new", (writer, _, way) => message(writer, way, handshakeOf(writer), writer.takeSeq())),
  sealed("Handshake of another", "handshake-other", async (writer, _, way) => {
    // There is no other before there is a first.
    if (writer.situation.handshake !== "open") return undefined;
    const identity = writer.keyed ? anonymous : keyed;
    return message(writer, way, { packet: "handshake", identity, services: [] }, writer.takeSeq());
  }),
  sealed("Handshake cut short", "handshake-bad", async (writer, draw, way) =>
    shortened(await message(writer, way, handshakeOf(writer), writer.takeSeq()), draw),
  ),
  sealed("Handshake with number 0", "handshake-bad", (writer, _, way) => message(writer, way, handshakeOf(writer), 0)),
  sealed("Handshake with a wrong signature", "handshake-bad", (writer, _, way) =>
    message(
      writer,
      way,
      { packet: "handshake", identity: keyed, services: ["fuzz"], signature: "flipped" },
      writer.takeSeq(),
    ),
  ),
  sealed("Handshake with has-ID 2", "handshake-bad", (writer, draw, way) =>
    message(
      writer,
      way,
      { packet: "handshake", identity: keyed, services: [], hasId: 2 + (draw.value % 254) },
      writer.takeSeq(),
    ),
  ),
  sealed("Handshake with family 2", "handshake-bad", (writer, draw, way) =>
    message(
      writer,
      way,
      { packet: "handshake", identity: keyed, services: [], family: 2 + (draw.value % 254) },
      writer.takeSeq(),
    ),
  ),
  sealed("FindNodeRequest", "find-node", (writer, draw, way) =>
    message(writer, way, findNode(target(draw)), writer.takeSeq()),
  ),
  sealed("reply nobody waits for", "stray-reply", async (_, draw, way) => ({
    write: "message",
    way,
    seq: 2 + 2 * (draw.value % 1_000_000_000),
    opcode: null,
    body: toHex(draw.bytes),
  })),
  sealed("FindNodeRequest cut short", "fault", async (writer, draw, way) =>
    shortened(await message(writer, way, findNode(target(draw)), writer.takeSeq()), draw),
  ),
  sealed("FindNodeRequest with number 0", "fault", (writer, draw, way) =>
    message(writer, way, findNode(target(draw)), 0),
  ),
  sealed("unknown opcode", "fault", async (writer, draw, way) => ({
    write: "message",
    way,
    seq: draw.value % 2 === 0 ? 0 : writer.takeSeq(),
    opcode: 6 + (draw.value % 250),
    body: toHex(draw.bytes),
  })),
  sealed("message without opcode", "fault", async (_, draw, way) => ({
    write: "message",
    way,
    seq: 0,
    opcode: null,
    body: "",
    plaintext: "00".repeat(draw.value % 5),
  })),
  sealed("ServiceRequest cut short", "fault", async (writer, draw, way) =>
    shortened(
      await message(writer, way, request(["fuzz-nobody"], [["x-key", utf8("value")]], writer.takeStream()), 0),
      draw,
    ),
  ),
  sealed("Data cut short", "fault", async (writer, draw, way) =>
    shortened(await message(writer, way, data(concat(draw.bytes, new Uint8Array(1)), writer.takeStream()), 0), draw),
  ),
];

/** Services whose request body may be anything. */
const OPEN_TO_ALL = ["echo", "sink", "empty"];

const STREAM: readonly Way[] = [
  streamed("request for a hosted service", async (writer, draw, way) => {
    const services = OPEN_TO_ALL.filter((name) => writer.hosted.includes(name));
    const service = services[draw.value % Math.max(services.length, 1)];
    if (service === undefined) return undefined;
    const stream = writer.takeStream();
    const one = await message(writer, way, request([service], [], stream), 0);
    return { event: { machine: "request", event: "request-hosted", stream }, writes: [one], service };
  }),
  streamed("request for a service nobody hosts", async (writer, draw, way) => {
    const stream = writer.takeStream();
    const one = await message(writer, way, request([`fuzz-${draw.value}`], [["x", draw.bytes]], stream), 0);
    return { event: { machine: "request", event: "request-refused", stream }, writes: [one] };
  }),
  ...(["open", "refused"] as const).flatMap((state) => [
    streamed(`Data on a stream that is ${state}`, async (writer, draw, way) => {
      const stream = writer.situation.streamIn(state, draw.value);
      if (stream === undefined || draw.bytes.length === 0) return undefined;
      const one = await message(writer, way, data(draw.bytes, stream), 0);
      return { event: { machine: "request", event: "data", stream }, writes: [one] };
    }),
    streamed(`end of a stream that is ${state}`, async (writer, draw, way) => {
      const stream = writer.situation.streamIn(state, draw.value);
      if (stream === undefined) return undefined;
      return {
        event: { machine: "request", event: "end", stream },
        writes: [await message(writer, way, end(stream), 0)],
      };
    }),
    streamed(`request on a stream that is ${state}`, async (writer, draw, way) => {
      const stream = writer.situation.streamIn(state, draw.value);
      if (stream === undefined) return undefined;
      const one = await message(writer, way, request(["fuzz-nobody"], [], stream), 0);
      return { event: { machine: "request", event: "request-refused", stream }, writes: [one] };
    }),
  ]),
  streamed("Data on no stream", async (writer, draw, way) => {
    const stream = writer.takeStream();
    const one = await message(writer, way, data(concat(draw.bytes, new Uint8Array(1)), stream), 0);
    return { event: { machine: "request", event: "data", stream }, writes: [one] };
  }),
  streamed("end of no stream", async (writer, _, way) => {
    const stream = writer.takeStream();
    return {
      event: { machine: "request", event: "end", stream },
      writes: [await message(writer, way, end(stream), 0)],
    };
  }),
  streamed("Data behind the end", async (writer, draw, way) => {
    const stream = writer.situation.streamIn("ended", draw.value);
    if (stream === undefined) return undefined;
    const one = await message(writer, way, data(concat(draw.bytes, new Uint8Array(1)), stream), 0);
    return { event: { machine: "request", event: "data", stream }, writes: [one] };
  }),
];

export const WAYS: readonly Way[] = [...SESSION, ...HANDSHAKE, ...STREAM];
export const KEY = SESSION[0] as Way;
export const HANDSHAKE_NEW = HANDSHAKE[0] as Way;
/** Opcodes whose requests are answered. */
export const ANSWERED: Readonly<Record<number, "handshake" | "find-node-response">> = {
  [OPCODE.handshake]: "handshake",
  [OPCODE["find-node-request"]]: "find-node-response",
};
