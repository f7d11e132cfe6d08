/** Conversations on streams, played to a connection of the reference from the side that reads them. */
import { expect } from "vitest";
import type { Stream, StreamReceiver } from "../../src/connection/index.ts";
import type { Crypto } from "../../src/crypto/index.ts";
import { type Body, decodeBody, Opcode } from "../../src/wire/index.ts";
import { Fault } from "./fault.ts";
import { type Fields, hex, unhex } from "./files.ts";
import { Peer } from "./peer.ts";

const NOW = 0;

interface Message {
  readonly from: "requester" | "responder";
  readonly bytes: Uint8Array;
  readonly body: Body;
}
/** What one side of a stream has read. */
interface Read {
  handled: boolean | null;
  bytes: Uint8Array[];
  ended: boolean;
}
type Side = (crypto: Crypto, messages: readonly Message[], reads: Map<number, Read>) => void;

const nobody = { onData: () => {}, onEnd: () => {}, onLost: () => {} };
const packetOf = ({ body }: Message): { stream: number; handled?: boolean; data?: Uint8Array } => {
  if ("unknown" in body) throw new RangeError("expected a known opcode");
  return body.packet as { stream: number };
};
const receiverOf = (read: Read): StreamReceiver => ({
  ...nobody,
  onAnswer: (_, { handled }) => {
    read.handled = handled;
    read.ended = !handled;
  },
  onData: (_, data) => read.bytes.push(data.slice()),
  onEnd: () => {
    read.ended = true;
  },
});

function say(peer: Peer, message: Message, index: number): void {
  peer.say(Uint8Array.of(0, 0, 0, 0, ...message.bytes));
  if (peer.fault !== undefined) throw new Fault(peer.fault, index);
}

/** Sends what the vector has this side send, as far as the connection has not done so by itself. */
function send(peer: Peer, streams: ReadonlyMap<number, Stream>, message: Message): void {
  const { stream: number, handled, data } = packetOf(message);
  const stream = streams.get(number);
  if (stream === undefined) throw new RangeError(`expected a stream of this side, got ${number}`);
  if (!stream.writable || handled === false) return;
  if (handled) peer.connection.respond(stream, [], NOW);
  else if (data?.length === 0) peer.connection.endData(stream, NOW);
  else peer.connection.sendData(stream, data as Uint8Array, NOW);
  peer.read();
}

/** The connection is the responder: it reads what the requester sends. */
const asResponder: Side = (crypto, messages, reads) => {
  const streams = new Map<number, Stream>();
  let index = 0;
  const peer = Peer.greeted(crypto, "listener", {
    handler: {
      onCall: (stream) => {
        // The connection answers a refusal at once; in the vector it may stand further behind.
        const rest = messages.slice(index + 1).map((message) => [message.body.opcode, packetOf(message)] as const);
        const answer = rest.find(
          ([opcode, { stream: number }]) => opcode > 0 && opcode < 3 && number === stream.number,
        );
        const refused = answer?.[0] === Opcode.ServiceResponse && answer[1].handled === false;
        const read: Read = { handled: null, bytes: [], ended: false };
        reads.set(stream.number, read);
        streams.set(stream.number, stream);
        return refused ? undefined : receiverOf(read);
      },
    },
  });
  for (const message of messages) {
    if (message.from === "requester") say(peer, message, index);
    else send(peer, streams, message);
    index++;
  }
};

/** The connection is the requester: it reads what the responder sends. */
const asRequester: Side = (crypto, messages, reads) => {
  const peer = Peer.greeted(crypto, "dialer");
  const streams = new Map<number, Stream>();
  for (const [index, message] of messages.entries()) {
    if (message.from === "responder") {
      say(peer, message, index);
    } else if (message.body.opcode === Opcode.ServiceRequest) {
      const read: Read = { handled: null, bytes: [], ended: false };
      const stream = peer.connection.openStream(["echo"], [], receiverOf(read), NOW);
      peer.read();
      streams.set(packetOf(message).stream, stream);
      reads.set(stream.number, read);
    } else {
      send(peer, streams, message);
    }
  }
};

/** Numbers the reference gives to its own streams, in the order in which they are opened. */
const OWN_NUMBERS = [0x8000_0001, 0x8000_0003];

/**
 * Plays a conversation to each side that can read it and compares what it has read with the states of the vector.
 * @param faulty whether the last message must not be accepted; throws {@link Fault} then
 */
export function runStreams(crypto: Crypto, input: Fields, states: readonly Fields[], faulty: boolean): void {
  const messages = (input.messages as { from: Message["from"]; body: string }[]).map(({ from, body }): Message => {
    const bytes = unhex(body);
    return { from, bytes, body: decodeBody(bytes) };
  });
  const [reader, writer] =
    messages.at(-1)?.from === "requester" ? [asResponder, asRequester] : [asRequester, asResponder];
  // No connection of the reference can be made to write a faulty message.
  play(writer, crypto, faulty ? messages.slice(0, -1) : messages, states);
  play(reader, crypto, messages, states);
}

function play(side: Side, crypto: Crypto, messages: readonly Message[], states: readonly Fields[]): void {
  const opened = messages.filter(({ body }) => body.opcode === Opcode.ServiceRequest).map((m) => packetOf(m).stream);
  if (side === asRequester && !opened.every((number, index) => number === OWN_NUMBERS[index])) return;
  const reads = new Map<number, Read>();
  try {
    side(crypto, messages, reads);
  } finally {
    for (const state of states) compare(side, reads.get(state.stream as number), state);
  }
}

function compare(side: Side, read: Read | undefined, state: Fields): void {
  const half = side === asRequester ? "response" : "request";
  // What a refused request still brings is discarded.
  if (half === "request" && state.handled === false) return;
  const got = read && {
    bytes: hex(Buffer.concat(read.bytes)),
    ended: read.ended,
    handled: half === "response" ? read.handled : state.handled,
  };
  expect(got).toEqual({ bytes: state[half], ended: state[`${half}Ended`], handled: state.handled });
}
