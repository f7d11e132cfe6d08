// Makes packet bodies from a case's wishes. It checks nothing: wrong lengths, counts and keys are what most cases are for.
import {
  type HandshakePacket,
  type IdWish,
  OPCODE,
  type Packet,
  type StreamWish,
  type Text,
  utf8,
} from "../steps/packets.ts";
import { concat, u8, u16, u32 } from "./bytes.ts";
import { withTorsion } from "./edwards.ts";
import { sign } from "./signature.ts";

/** What a packet needs to know of the case that is running. */
export interface EncodeContext {
  /** Seed, public key and announced address of a named identity. */
  identity(
    name: string | undefined,
  ): Promise<{ seed: Uint8Array; publicKey: Uint8Array; address: Uint8Array; port: number }>;
  targetKey(): Uint8Array;
  streamNumber(stream: StreamWish): number;
  /** Body of a message of the target that a step recorded under this name. */
  recorded(name: string): Uint8Array;
}

const bytesOf = (text: Text): Uint8Array => (typeof text === "string" ? utf8(text) : text);

function nameList(services: readonly Text[]): Uint8Array {
  return concat(u8(services.length), ...services.flatMap((name) => [u8(bytesOf(name).length), bytesOf(name)]));
}

function headerList(headers: readonly (readonly [Text, Text])[]): Uint8Array {
  const parts = headers.flatMap(([key, value]) => [
    u8(bytesOf(key).length),
    bytesOf(key),
    u16(bytesOf(value).length),
    bytesOf(value),
  ]);
  return concat(u16(headers.length), ...parts);
}

async function keyOf(
  wish: Extract<Packet, { packet: "find-node-request" }>["target"],
  context: EncodeContext,
): Promise<Uint8Array> {
  if (wish instanceof Uint8Array) return wish;
  if (wish === "target") return context.targetKey();
  if ("keyOf" in wish) return (await context.identity(wish.keyOf)).publicKey;
  const near = (await context.identity(wish.near)).publicKey.slice();
  near[wish.bit >> 3] = (near[wish.bit >> 3] ?? 0) ^ (0x80 >> (wish.bit & 7));
  return near;
}

function idBytes(publicKey: Uint8Array, family: number, address: Uint8Array, port: number): Uint8Array {
  return concat(publicKey, u8(family), address, u16(port));
}

async function keyIn(wish: HandshakePacket["publicKey"], own: Uint8Array, context: EncodeContext): Promise<Uint8Array> {
  if (wish === undefined) return own;
  return wish === "mixed-order" ? withTorsion(own) : await keyOf(wish, context);
}

async function listedId(wish: string | IdWish, context: EncodeContext): Promise<Uint8Array> {
  const { who, publicKey, address, port } = typeof wish === "string" ? { who: wish } : wish;
  const id = await context.identity(who ?? "somebody");
  const key = publicKey === undefined ? id.publicKey : await keyOf(publicKey, context);
  const where = address ?? id.address;
  return idBytes(key, where.length === 4 ? 0 : 1, where, port ?? id.port);
}

async function encodeHandshake(packet: HandshakePacket, context: EncodeContext): Promise<Uint8Array> {
  const services = nameList(packet.services);
  if (packet.identity.kind === "anonymous") {
    return concat(
      u8(packet.hasId ?? 0),
      services,
      packet.signature instanceof Uint8Array ? packet.signature : new Uint8Array(0),
    );
  }
  const own = await context.identity(packet.identity.as);
  const publicKey = await keyIn(packet.publicKey, own.publicKey, context);
  let address = packet.address ?? own.address;
  if (address === "mapped") address = concat(new Uint8Array(10), Uint8Array.of(0xff, 0xff), own.address);
  const id = idBytes(publicKey, packet.family ?? (address.length === 4 ? 0 : 1), address, packet.port ?? own.port);
  const names = concat(...packet.services.map(bytesOf));
  const signature =
    packet.signature instanceof Uint8Array
      ? packet.signature
      : sign(packet.signature ?? "valid", own.seed, publicKey, id, names);
  return concat(u8(packet.hasId ?? 1), id, services, signature);
}

/** The packet's own bytes, and the opcode that goes in front of them in a request or one-way message. */
export async function encodePacket(
  packet: Packet,
  context: EncodeContext,
): Promise<{ opcode: number | null; body: Uint8Array }> {
  switch (packet.packet) {
    case "handshake":
      return { opcode: OPCODE.handshake, body: await encodeHandshake(packet, context) };
    case "service-request":
      return {
        opcode: OPCODE["service-request"],
        body: concat(u32(context.streamNumber(packet.stream)), nameList(packet.services), headerList(packet.headers)),
      };
    case "service-response":
      return {
        opcode: OPCODE["service-response"],
        body: concat(u32(context.streamNumber(packet.stream)), u8(packet.handled), headerList(packet.headers)),
      };
    case "data":
      return {
        opcode: OPCODE.data,
        body: concat(u32(context.streamNumber(packet.stream)), u16(packet.length ?? packet.data.length), packet.data),
      };
    case "find-node-request":
      return { opcode: OPCODE["find-node-request"], body: await keyOf(packet.target, context) };
    case "find-node-response": {
      const parts = await Promise.all(packet.closest.map((wish) => listedId(wish, context)));
      // It comes only as a reply, which has no opcode.
      return { opcode: null, body: concat(u8(parts.length), ...parts) };
    }
    case "copy":
      return { opcode: packet.opcode, body: context.recorded(packet.of) };
    case "raw":
      return { opcode: packet.opcode, body: packet.body };
  }
}
