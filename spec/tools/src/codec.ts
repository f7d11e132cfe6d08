/**
 * The reference codec as these tools see it: loaded from the build by path, so that the tools
 * themselves build before the code they generate for, and translated into the tables' terms.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LayoutRecord, LayoutValue } from "./layout.ts";

interface PeerId {
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly port: number;
}
type Header = readonly [string, string];
interface Handshake {
  readonly id?: PeerId;
  readonly services: readonly string[];
  readonly signature?: Uint8Array;
}
type Decoded<T> = { readonly packet: T; readonly trailing: Uint8Array };

/** The part of `flatend/wire` that is compared with the tables. */
export interface WireModule {
  encodePeerId(packet: PeerId): Uint8Array;
  decodePeerId(bytes: Uint8Array): Decoded<PeerId>;
  encodeHandshake(packet: Handshake): Uint8Array;
  decodeHandshake(bytes: Uint8Array): Decoded<Handshake>;
  encodeServiceRequest(packet: { stream: number; services: string[]; headers: Header[] }): Uint8Array;
  decodeServiceRequest(
    bytes: Uint8Array,
  ): Decoded<{ stream: number; services: readonly string[]; headers: readonly Header[] }>;
  encodeServiceResponse(packet: { stream: number; handled: boolean; headers: Header[] }): Uint8Array;
  decodeServiceResponse(bytes: Uint8Array): Decoded<{ stream: number; handled: boolean; headers: readonly Header[] }>;
  encodeData(packet: { stream: number; data: Uint8Array }): Uint8Array;
  decodeData(bytes: Uint8Array): Decoded<{ stream: number; data: Uint8Array }>;
  encodeFindNodeRequest(packet: { target: Uint8Array }): Uint8Array;
  decodeFindNodeRequest(bytes: Uint8Array): Decoded<{ target: Uint8Array }>;
  encodeFindNodeResponse(packet: { closest: PeerId[] }): Uint8Array;
  decodeFindNodeResponse(bytes: Uint8Array): Decoded<{ closest: readonly PeerId[] }>;
  encodeMessage(seq: number, body: Uint8Array): Uint8Array;
  decodeMessage(bytes: Uint8Array): { readonly seq: number; readonly body: Uint8Array };
}

/** A packet's codec in the terms of `tables/packets.json`. */
export interface PacketCodec {
  encode(record: LayoutRecord): Uint8Array;
  decode(bytes: Uint8Array): { readonly record: LayoutRecord; readonly trailing: Uint8Array };
}

export interface Codec {
  readonly packets: ReadonlyMap<string, PacketCodec>;
  /** The exported numeric constants. */
  readonly constants: ReadonlyMap<string, number>;
  readonly opcodes: ReadonlyMap<string, number>;
}

const BUILT = "reference/dist/wire/index.js";

/** Undefined while there is no built codec; the lint says so. */
export async function loadCodec(root: string): Promise<Codec | undefined> {
  const path = join(root, BUILT);
  if (!existsSync(path)) return undefined;
  return codecOf((await import(pathToFileURL(path).href)) as WireModule & Readonly<Record<string, unknown>>);
}

export function codecOf(wire: WireModule & Readonly<Record<string, unknown>>): Codec {
  const numbers = (value: unknown): Map<string, number> =>
    new Map(Object.entries(value ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
  return { packets: packetCodecs(wire), constants: numbers(wire), opcodes: numbers(wire.Opcode) };
}

function packetCodecs(wire: WireModule): Map<string, PacketCodec> {
  const codec = <T>(
    toPacket: (record: LayoutRecord) => T,
    toRecord: (packet: T) => LayoutRecord,
    encode: (packet: T) => Uint8Array,
    decode: (bytes: Uint8Array) => Decoded<T>,
  ): PacketCodec => ({
    encode: (record) => encode(toPacket(record)),
    decode: (bytes) => {
      const { packet, trailing } = decode(bytes);
      return { record: toRecord(packet), trailing };
    },
  });
  const none = new Uint8Array(0);
  return new Map([
    ["peer-id", codec(toPeerId, fromPeerId, wire.encodePeerId, wire.decodePeerId)],
    ["handshake", codec<Handshake>(toHandshake, fromHandshake, wire.encodeHandshake, wire.decodeHandshake)],
    [
      "service-request",
      codec(
        (r) => ({ stream: number(r.stream), services: toNames(r.services), headers: toHeaders(r.headers) }),
        (p) => ({ stream: p.stream, services: fromNames(p.services), headers: fromHeaders(p.headers) }),
        (p) => wire.encodeServiceRequest({ ...p, services: [...p.services], headers: [...p.headers] }),
        wire.decodeServiceRequest,
      ),
    ],
    [
      "service-response",
      codec(
        (r) => ({ stream: number(r.stream), handled: number(r.handled) === 1, headers: toHeaders(r.headers) }),
        (p) => ({ stream: p.stream, handled: p.handled ? 1 : 0, headers: fromHeaders(p.headers) }),
        (p) => wire.encodeServiceResponse({ ...p, headers: [...p.headers] }),
        wire.decodeServiceResponse,
      ),
    ],
    [
      "data",
      codec(
        (r) => ({ stream: number(r.stream), data: bytes(r.data) }),
        (p) => ({ stream: p.stream, data: p.data }),
        wire.encodeData,
        wire.decodeData,
      ),
    ],
    [
      "find-node-request",
      codec(
        (r) => ({ target: bytes(r.target) }),
        (p) => ({ target: p.target }),
        wire.encodeFindNodeRequest,
        wire.decodeFindNodeRequest,
      ),
    ],
    [
      "find-node-response",
      codec(
        (r) => ({ closest: items(r.closest).map((item) => toPeerId(record(item.ID))) }),
        (p) => ({ closest: p.closest.map((id) => ({ ID: fromPeerId(id) })) }),
        (p) => wire.encodeFindNodeResponse({ closest: [...p.closest] }),
        wire.decodeFindNodeResponse,
      ),
    ],
    [
      "message",
      codec(
        (r) => ({ seq: number(r.seq), body: bytes(r.body) }),
        (p) => ({ seq: p.seq, body: p.body }),
        (p) => wire.encodeMessage(p.seq, p.body),
        (plaintext) => ({ packet: wire.decodeMessage(plaintext), trailing: none }),
      ),
    ],
  ]);
}

function toPeerId(source: LayoutRecord): PeerId {
  return { publicKey: bytes(source["public-key"]), address: bytes(source.address), port: number(source.port) };
}

function fromPeerId(id: PeerId): LayoutRecord {
  return { "public-key": id.publicKey, family: id.address.length === 4 ? 0 : 1, address: id.address, port: id.port };
}

function toHandshake(source: LayoutRecord): Handshake {
  const services = toNames(source.services);
  if (source["has-ID"] !== 1) return { services };
  return { id: toPeerId(record(source.ID)), services, signature: bytes(source.signature) };
}

function fromHandshake(packet: Handshake): LayoutRecord {
  const services = fromNames(packet.services);
  if (!packet.id || !packet.signature) return { "has-ID": 0, services };
  return { "has-ID": 1, ID: fromPeerId(packet.id), services, signature: packet.signature };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function toNames(value: LayoutValue | undefined): string[] {
  return items(value).map((item) => decoder.decode(bytes(item.name)));
}

function fromNames(names: readonly string[]): LayoutRecord[] {
  return names.map((name) => ({ name: encoder.encode(name) }));
}

function toHeaders(value: LayoutValue | undefined): Header[] {
  return items(value).map((item) => [decoder.decode(bytes(item.key)), decoder.decode(bytes(item.value))]);
}

function fromHeaders(headers: readonly Header[]): LayoutRecord[] {
  return headers.map(([key, value]) => ({ key: encoder.encode(key), value: encoder.encode(value) }));
}

function number(value: LayoutValue | undefined): number {
  if (typeof value !== "number") throw new TypeError("expected an integer field");
  return value;
}

function bytes(value: LayoutValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError("expected a field of bytes");
  return value;
}

function items(value: LayoutValue | undefined): readonly LayoutRecord[] {
  if (!Array.isArray(value)) throw new TypeError("expected a list field");
  return value as readonly LayoutRecord[];
}

function record(value: LayoutValue | undefined): LayoutRecord {
  if (typeof value !== "object" || value instanceof Uint8Array || Array.isArray(value))
    throw new TypeError("expected a nested packet");
  return value as LayoutRecord;
}
