import {
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
  encodeMessage,
  encodePeerId,
  encodeServiceRequest,
  encodeServiceResponse,
  type Header,
  Opcode,
  type PeerId,
  parseAddress,
} from "flatend/wire";
import type { Random } from "./random.ts";

/** One reader of bytes, and a maker of bytes it accepts, from which others are bred. */
export interface Target {
  readonly name: string;
  readonly decode: (bytes: Uint8Array) => unknown;
  readonly valid: (random: Random) => Uint8Array;
}

const NAMES = ["", "a", "chat", "~later", "é", "\u{1f600}", "x".repeat(255)];
const ADDRESSES = [
  "127.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "2001:db8::1:0:0:1",
  "::ffff:1.2.3.4",
  "1:2:3:4:5:6:7:8",
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T;
const several = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: random.below(most + 1) }, make);
const u32 = (random: Random): number => random.bits() >>> 0;

function peerId(random: Random): PeerId {
  const address = random.bytes(random.below(2) === 0 ? 4 : 16);
  return { publicKey: random.bytes(32), address, port: random.below(65_536) };
}

const names = (random: Random): string[] => several(random, 4, () => pick(random, NAMES));
const headers = (random: Random): Header[] =>
  several(random, 4, () => [pick(random, NAMES), pick(random, NAMES).repeat(random.below(3))]);

function handshake(random: Random): Uint8Array {
  const services = names(random);
  return random.below(3) === 0
    ? encodeHandshake({ services })
    : encodeHandshake({ id: peerId(random), services, signature: random.bytes(64) });
}

const serviceRequest = (random: Random): Uint8Array =>
  encodeServiceRequest({ stream: u32(random), services: names(random), headers: headers(random) });
const serviceResponse = (random: Random): Uint8Array =>
  encodeServiceResponse({ stream: u32(random), handled: random.below(2) === 0, headers: headers(random) });
const data = (random: Random): Uint8Array =>
  encodeData({ stream: u32(random), data: random.bytes(pick(random, [0, 1, 30, 2_048])) });
const findNodeRequest = (random: Random): Uint8Array => encodeFindNodeRequest({ target: random.bytes(32) });
const findNodeResponse = (random: Random): Uint8Array =>
  encodeFindNodeResponse({ closest: several(random, 17, () => peerId(random)) });

function body(random: Random): Uint8Array {
  const [opcode, packet] = pick(random, [
    [Opcode.Handshake, handshake],
    [Opcode.ServiceRequest, serviceRequest],
    [Opcode.ServiceResponse, serviceResponse],
    [Opcode.Data, data],
    [Opcode.FindNodeRequest, findNodeRequest],
    [5, data],
  ] as const);
  return Uint8Array.of(opcode, ...packet(random));
}

/** Text has no decoder of bytes; each byte stands for the character with its number. */
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 64));

export const TARGETS: readonly Target[] = [
  { name: "PeerId", decode: decodePeerId, valid: (random) => encodePeerId(peerId(random)) },
  { name: "Handshake", decode: decodeHandshake, valid: handshake },
  { name: "ServiceRequest", decode: decodeServiceRequest, valid: serviceRequest },
  { name: "ServiceResponse", decode: decodeServiceResponse, valid: serviceResponse },
  { name: "Data", decode: decodeData, valid: data },
  { name: "FindNodeRequest", decode: decodeFindNodeRequest, valid: findNodeRequest },
  { name: "FindNodeResponse", decode: decodeFindNodeResponse, valid: findNodeResponse },
  { name: "body", decode: decodeBody, valid: body },
  { name: "message", decode: decodeMessage, valid: (random) => encodeMessage(u32(random), body(random)) },
  {
    name: "address text",
    decode: (bytes) => parseAddress(text(bytes)),
    valid: (random) => new TextEncoder().encode(pick(random, ADDRESSES)),
  },
];
