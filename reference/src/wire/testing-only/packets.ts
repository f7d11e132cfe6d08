import fc from "fast-check";
import {
  type Data,
  decodeBody,
  decodeData,
  decodeFindNodeRequest,
  decodeFindNodeResponse,
  decodeHandshake,
  decodeMessage,
  decodePeerId,
  decodeServiceRequest,
  decodeServiceResponse,
  encodeData,
  encodeFindNodeRequest,
  encodeFindNodeResponse,
  encodeHandshake,
  encodePeerId,
  encodeServiceRequest,
  encodeServiceResponse,
  type FindNodeRequest,
  type FindNodeResponse,
  type Handshake,
  type Header,
  MAX_DATA_LENGTH,
  Opcode,
  type PeerId,
  type ServiceRequest,
  type ServiceResponse,
} from "../index.ts";

export const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
const u32 = fc.oneof(fc.nat({ max: 0xffff_ffff }), fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff));

/** Text of at most 255 bytes, half of it outside of ASCII. */
export const name: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 63 }),
  fc.constantFrom("", "~v2", "__proto__", "\ufeffbom", "x".repeat(255)),
);
const header: fc.Arbitrary<Header> = fc.tuple(name, fc.string({ unit: "binary", maxLength: 300 }));

export const peerId: fc.Arbitrary<PeerId> = fc.record({
  publicKey: bytes(32),
  address: fc.oneof(bytes(4), bytes(16)),
  port: fc.nat({ max: 0xffff }),
});

export const handshake: fc.Arbitrary<Handshake> = fc.oneof(
  fc.record({ services: fc.array(name, { maxLength: 5 }) }),
  fc.record({ id: peerId, services: fc.array(name, { maxLength: 5 }), signature: bytes(64) }),
);

export const serviceRequest: fc.Arbitrary<ServiceRequest> = fc.record({
  stream: u32,
  services: fc.array(name, { maxLength: 5 }),
  headers: fc.array(header, { maxLength: 5 }),
});

export const serviceResponse: fc.Arbitrary<ServiceResponse> = fc.record({
  stream: u32,
  handled: fc.boolean(),
  headers: fc.array(header, { maxLength: 5 }),
});

export const data: fc.Arbitrary<Data> = fc.record({
  stream: u32,
  data: fc.oneof(bytes(0, 64), bytes(MAX_DATA_LENGTH), fc.constant(new Uint8Array(0))),
});

export const findNodeRequest: fc.Arbitrary<FindNodeRequest> = fc.record({ target: bytes(32) });
export const findNodeResponse: fc.Arbitrary<FindNodeResponse> = fc.record({
  closest: fc.array(peerId, { maxLength: 20 }),
});

/** One packet's codec, with its types hidden, so that tests can go through all of them. */
export interface Codec {
  readonly name: string;
  /** A packet that can be encoded, and its bytes. */
  readonly valid: fc.Arbitrary<{ readonly packet: unknown; readonly encoded: Uint8Array }>;
  readonly decode: (bytes: Uint8Array) => { readonly packet: unknown; readonly trailing: Uint8Array };
}

function codec<T>(
  name: string,
  packets: fc.Arbitrary<T>,
  encode: (packet: T) => Uint8Array,
  decode: (bytes: Uint8Array) => { readonly packet: T; readonly trailing: Uint8Array },
): Codec {
  return { name, valid: packets.map((packet) => ({ packet, encoded: encode(packet) })), decode };
}

/** Every packet that says itself where it ends. */
export const CODECS: readonly Codec[] = [
  codec("PeerId", peerId, encodePeerId, decodePeerId),
  codec("Handshake", handshake, encodeHandshake, decodeHandshake),
  codec("ServiceRequest", serviceRequest, encodeServiceRequest, decodeServiceRequest),
  codec("ServiceResponse", serviceResponse, encodeServiceResponse, decodeServiceResponse),
  codec("Data", data, encodeData, decodeData),
  codec("FindNodeRequest", findNodeRequest, encodeFindNodeRequest, decodeFindNodeRequest),
  codec("FindNodeResponse", findNodeResponse, encodeFindNodeResponse, decodeFindNodeResponse),
];

const OPCODES: Readonly<Record<string, number>> = Opcode;

/** A request or one-way body: an opcode that need not be a known one, and what stands behind it. */
const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  bytes(0, 64),
  ...CODECS.flatMap(({ name: packet, valid }) => {
    const opcode = OPCODES[packet];
    return opcode === undefined ? [] : [valid.map(({ encoded }) => Uint8Array.of(opcode, ...encoded))];
  }),
);

/** Everything that reads bytes from the network, with inputs it accepts as a start for inputs it does not. */
export interface Decoder {
  readonly name: string;
  readonly seeds: fc.Arbitrary<Uint8Array>;
  readonly decode: (bytes: Uint8Array) => unknown;
}

export const DECODERS: readonly Decoder[] = [
  ...CODECS.map(({ name: packet, valid, decode }) => ({
    name: packet,
    seeds: valid.map(({ encoded }) => encoded),
    decode,
  })),
  { name: "Body", seeds: body, decode: decodeBody },
  {
    name: "Message",
    seeds: fc.tuple(bytes(4), body).map(([number, rest]) => Uint8Array.of(...number, ...rest)),
    decode: decodeMessage,
  },
];
