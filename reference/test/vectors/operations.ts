/** Each operation of the vectors, done by the reference. What comes back is compared with what the vector expects. */
import { ProtocolError } from "../../src/connection/index.ts";
import { type Crypto, CryptoError } from "../../src/crypto/index.ts";
import { commonPrefixLength, compareDistance, mayDial, PeerTable } from "../../src/dht/index.ts";
import { Requests } from "../../src/rpc/index.ts";
import { CipherState, FrameReader, type Role } from "../../src/session/index.ts";
import {
  addressKind,
  BUCKET_SIZE,
  decodeBody,
  decodeHandshake,
  decodeMessage,
  encodeHeaderKey,
  equalBytes,
  formatAddress,
  headerMap,
  unmapAddress,
  WireError,
} from "../../src/wire/index.ts";
import { call, choose, cutBody, greeting, offer } from "./connections.ts";
import { Fault } from "./fault.ts";
import { type Fields, hex, type Json, unhex } from "./files.ts";
import { asText, CODECS, decode, readHeaders } from "./packets.ts";
import { Peer } from "./peer.ts";

export type Operation = (input: Fields, crypto: Crypto) => Fields | undefined | Promise<Fields>;

const NEVER = Number.POSITIVE_INFINITY;
const TAG = 16;
const PREFIX = 4;

/** Names the faults of wire and session in the words of the vectors. */
function faultOf(error: unknown): unknown {
  if (error instanceof WireError) return new Fault(error.code, error.offset);
  if (error instanceof CryptoError && error.code === "LOW_ORDER_POINT") return new Fault("LOW_ORDER_KEY");
  return error;
}
function faults<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw faultOf(error);
  }
}

function sessionKey(privateKey: Uint8Array, publicKey: Uint8Array, crypto: Crypto): Fields {
  const secret = faults(() => crypto.x25519(privateKey, publicKey));
  return { secret: hex(secret), sessionKey: hex(crypto.blake2b256(secret)) };
}

function seal(state: CipherState, plaintext: Uint8Array): Uint8Array {
  const frame = new Uint8Array(PREFIX + plaintext.length + TAG);
  new DataView(frame.buffer).setUint32(0, plaintext.length + TAG);
  state.sealInto(plaintext, frame, PREFIX);
  return frame;
}

function open(key: Uint8Array, counter: number, bytes: Uint8Array, crypto: Crypto, piece: number): Fields {
  const state = new CipherState(crypto.aes256gcm(key), counter);
  const reader = new FrameReader();
  const plaintexts: string[] = [];
  try {
    for (let at = 0; at < bytes.length; at += piece) {
      reader.push(bytes.slice(at, at + piece));
      for (let sealed = reader.next(); sealed !== undefined; sealed = reader.next()) {
        plaintexts.push(hex(state.openInPlace(sealed)));
      }
    }
  } catch (error) {
    const known = error instanceof ProtocolError || error instanceof CryptoError;
    throw known ? new Fault(error.code, plaintexts.length, { plaintexts, rest: 0 }) : error;
  }
  return { plaintexts, rest: reader.pending };
}

function message({ role, pending, plaintext }: Fields, crypto: Crypto): Fields {
  const bytes = unhex(plaintext);
  const { seq, body } = decodeMessage(bytes);
  const numbers = pending as number[];
  const requests = new Requests<undefined>(role as Role, numbers.includes(seq) ? seq : numbers[0]);
  if (numbers.length > 0) requests.open(undefined, NEVER);
  const kind = requests.kindOf(seq);
  if (kind === "stray") return { kind, seq };
  if (kind === "reply") return { kind, seq, body: hex(body) };
  const peer = Peer.greeted(crypto, role as Role);
  peer.say(bytes);
  // What belongs to no stream is refused by the stream, not by the message.
  const known = ["UNKNOWN_STREAM", "UNEXPECTED_ANSWER"];
  if (peer.fault !== undefined && !known.includes(peer.fault)) throw new Fault(peer.fault);
  return { kind, seq, opcode: decodeBody(body).opcode, body: hex(body.subarray(1)) };
}

function verifyHandshake(body: Uint8Array, crypto: Crypto): Fields {
  const { packet, signedBytes } = faults(() => decodeHandshake(body));
  const { id, signature } = packet;
  if (id === undefined || signature === undefined) return {};
  if (!crypto.ed25519Verify(id.publicKey, signedBytes, signature)) throw new Fault("BAD_SIGNATURE");
  return { signed: hex(signedBytes), publicKey: hex(id.publicKey) };
}

/** The 16 closest of a list, by the table where it holds them all: a table keeps 16 of each bucket. */
function closest(target: Uint8Array, peers: readonly Uint8Array[]): Uint8Array[] {
  const table = new PeerTable(new Uint8Array(32).fill(0xa5));
  const ids = peers.map((publicKey) => ({ publicKey, address: new Uint8Array(4), port: 1 }));
  if (ids.every((id) => table.seen(id) === "added")) return table.closest(target).map(({ publicKey }) => publicKey);
  return peers
    .filter((key) => !equalBytes(key, target))
    .sort((a, b) => compareDistance(target, a, b))
    .slice(0, BUCKET_SIZE);
}

function table({ own, seen }: Fields): Fields {
  const peers = new PeerTable(unhex(own));
  const results = (seen as string[]).map((key) =>
    peers.seen({ publicKey: unhex(key), address: new Uint8Array(4), port: 1 }),
  );
  const buckets: { index: number; keys: string[] }[] = [];
  for (const { publicKey } of peers.peers()) {
    const index = commonPrefixLength(unhex(own), publicKey);
    if (buckets.at(-1)?.index !== index) buckets.push({ index, keys: [] });
    buckets.at(-1)?.keys.push(hex(publicKey));
  }
  return { results, buckets };
}

function closestMany(seed: Uint8Array, count: number, crypto: Crypto): Uint8Array {
  const key = (label: string): Uint8Array => crypto.sha256(Buffer.concat([seed, Buffer.from(label)]));
  const keys: Uint8Array[] = [];
  for (let n = 0; n < count; n++) {
    const peers = Array.from({ length: 1 + (n % 50) }, (_, i) => key(`peer ${n} ${i}`));
    keys.push(...closest(key(`target ${n}`), peers));
  }
  return crypto.sha256(Buffer.concat(keys));
}

function sealMany(key: Uint8Array, count: number, crypto: Crypto): Uint8Array {
  const state = new CipherState(crypto.aes256gcm(key));
  const frames = Array.from({ length: count }, (_, n) =>
    seal(
      state,
      Uint8Array.from({ length: 4 + (n % 200) }, (_, i) => n + i),
    ),
  );
  return crypto.sha256(Buffer.concat(frames));
}

const REQUESTS = ["handshake", "service-request", "service-response", "data", "find-node-request"];
const REPLIES: Readonly<Record<string, string>> = { handshake: "handshake", "find-node-request": "find-node-response" };

/** Opens and reads a whole conversation, from both sides at once. */
function session({ privateKey, peerPublicKey, frames }: Fields, crypto: Crypto): Fields {
  const { sessionKey: key } = sessionKey(unhex(privateKey), unhex(peerPublicKey), crypto);
  const aead = crypto.aes256gcm(unhex(key));
  const side = (role: Role) => ({
    role,
    cipher: new CipherState(aead),
    reader: new FrameReader(),
    asked: new Map<number, string>(),
  });
  const sides = { dialer: side("dialer"), listener: side("listener") };
  const messages = (frames as { from: Role; bytes: string }[]).map(({ from, bytes }): Json => {
    const writer = sides[from];
    const { asked } = sides[from === "dialer" ? "listener" : "dialer"];
    writer.reader.push(unhex(bytes));
    const { seq, body } = decodeMessage(writer.cipher.openInPlace(writer.reader.next() as Uint8Array));
    const waiting = asked.get(seq);
    const packet = waiting === undefined ? REQUESTS[body[0] as number] : REPLIES[waiting];
    if (packet === undefined) throw new Fault("UNKNOWN_OPCODE");
    if (waiting !== undefined) asked.delete(seq);
    else if (seq !== 0) writer.asked.set(seq, packet);
    const rest = waiting === undefined ? body.subarray(1) : body;
    if (packet === "handshake") verifyHandshake(rest, crypto);
    return { from, seq, kind: waiting === undefined ? "request" : "reply", packet, ...decode(packet, rest) };
  });
  return { sessionKey: key as string, messages };
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "x25519-public-key": ({ privateKey }, crypto) => ({ publicKey: hex(crypto.x25519PublicKey(unhex(privateKey))) }),
  "session-key": ({ privateKey, publicKey }, crypto) => sessionKey(unhex(privateKey), unhex(publicKey), crypto),
  seal: ({ sessionKey, counter, plaintext }, crypto) => {
    const state = new CipherState(crypto.aes256gcm(unhex(sessionKey)), Number(counter));
    return { frame: hex(seal(state, unhex(plaintext))) };
  },
  "seal-many": ({ sessionKey, count }, crypto) => ({
    sha256: hex(sealMany(unhex(sessionKey), count as number, crypto)),
  }),
  open: ({ sessionKey, counter, bytes }, crypto) => {
    const [key, data] = [unhex(sessionKey), unhex(bytes)];
    return open(key, Number(counter), data, crypto, crypto.name === "native" ? data.length : 1);
  },
  encode: ({ packet, fields }) => ({
    body: hex(faults(() => (CODECS[packet as string] as (typeof CODECS)[string]).encode(fields as Fields))),
  }),
  decode: ({ packet, body }) => faults(() => decode(packet as string, unhex(body))),
  message,
  "ed25519-sign": ({ seed, message }, crypto) => ({
    publicKey: hex(crypto.ed25519PublicKey(unhex(seed))),
    signature: hex(crypto.ed25519Sign(unhex(seed), unhex(message))),
  }),
  "ed25519-verify": ({ publicKey, message, signature }, crypto) => {
    if (!crypto.ed25519Verify(unhex(publicKey), unhex(message), unhex(signature))) throw new Fault("BAD_SIGNATURE");
    return undefined;
  },
  "verify-handshake": ({ body }, crypto) => verifyHandshake(unhex(body), crypto),
  greeting,
  call,
  offer,
  "cut-body": ({ length }, crypto) => ({ lengths: cutBody(length as number, crypto) }),
  choose: ({ hosted, services }, crypto) => choose(hosted as string[], services as string[], crypto),
  table,
  "header-values": ({ headers }) => ({
    values: Object.entries(headerMap(readHeaders(headers))).map((header) => [
      hex(encodeHeaderKey(header[0])),
      hex(Buffer.from(header[1])),
    ]),
  }),
  distance: ({ a, b }) => ({ bucket: commonPrefixLength(unhex(a), unhex(b)) }),
  closest: ({ target, peers }) => ({ closest: closest(unhex(target), (peers as string[]).map(unhex)).map(hex) }),
  "closest-many": ({ seed, count }, crypto) => ({ sha256: hex(closestMany(unhex(seed), count as number, crypto)) }),
  address: ({ address }) => {
    const bytes = unhex(address);
    return { text: formatAddress(bytes), kind: addressKind(bytes), unmapped: hex(unmapAddress(bytes)) };
  },
  "may-dial": ({ address, source }) => ({ allowed: mayDial(unhex(address), unhex(source)) }),
  session,
};

/** What the reference keeps to itself, so that only its consequences are compared. */
export const UNSEEN: Readonly<Record<string, readonly string[]>> = { seal: ["nonce"], distance: ["distance"] };

/** The expected result in the form in which the reference gives it. */
export function expectedOf(op: string, input: Fields, expected: Fields): Fields {
  if (op === "decode") return { ...expected, fields: asText(input.packet as string, expected.fields as Fields) };
  const unseen = UNSEEN[op] ?? [];
  return Object.fromEntries(Object.entries(expected).filter(([name]) => !unseen.includes(name)));
}
