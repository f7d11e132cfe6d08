/** Packets between the reference's types, which hold text, and the vectors' fields, which hold bytes. */
import {
  decodeData,
  decodeFindNodeRequest,
  decodeFindNodeResponse,
  decodeHandshake,
  decodePeerId,
  decodeServiceRequest,
  decodeServiceResponse,
  encodeData,
  encodeFindNodeRequest,
  encodeFindNodeResponse,
  encodeHandshake,
  encodeHeaderKey,
  encodePeerId,
  encodeServiceRequest,
  encodeServiceResponse,
  type Header,
  type PeerId,
} from "../../src/wire/index.ts";
import { type Fields, hex, type Json, text, unhex } from "./files.ts";

const hexText = (value: string): string => hex(Buffer.from(value, "utf8"));
const idFields = ({ publicKey, address, port }: PeerId): Fields => ({
  publicKey: hex(publicKey),
  address: hex(address),
  port,
});
const idOf = (fields: Json): PeerId => {
  const { publicKey, address, port } = fields as Fields;
  return { publicKey: unhex(publicKey), address: unhex(address), port: port as number };
};
const names = (list: readonly string[]): Json => list.map(hexText);
export const namesOf = (list: Json | undefined): string[] => (list as string[]).map(text);
const headers = (list: readonly Header[]): Json =>
  list.map(([key, value]) => [hex(encodeHeaderKey(key)), hexText(value)]);
export const headersOf = (list: Json | undefined): Header[] =>
  (list as [string, string][]).map(([key, value]) => [text(key), text(value)]);

interface Codec {
  /** Fields and what follows the packet. */
  decode(body: Uint8Array): [Fields, Uint8Array];
  encode(fields: Fields): Uint8Array;
}

export const CODECS: Readonly<Record<string, Codec>> = {
  "peer-id": {
    decode: (body) => {
      const { packet, trailing } = decodePeerId(body);
      return [idFields(packet), trailing];
    },
    encode: (fields) => encodePeerId(idOf(fields)),
  },
  handshake: {
    decode: (body) => {
      const { packet, trailing } = decodeHandshake(body);
      const { id, services, signature } = packet;
      const fields = { ...(id && { id: idFields(id) }), services: names(services) };
      return [{ ...fields, ...(signature && { signature: hex(signature) }) }, trailing];
    },
    encode: ({ id, services, signature }) =>
      encodeHandshake({
        services: namesOf(services),
        ...(id !== undefined && { id: idOf(id), signature: unhex(signature) }),
      }),
  },
  "service-request": {
    decode: (body) => {
      const { packet, trailing } = decodeServiceRequest(body);
      return [{ stream: packet.stream, services: names(packet.services), headers: headers(packet.headers) }, trailing];
    },
    encode: ({ stream, services, headers }) =>
      encodeServiceRequest({
        stream: stream as number,
        services: namesOf(services),
        headers: headersOf(headers),
      }),
  },
  "service-response": {
    decode: (body) => {
      const { packet, trailing } = decodeServiceResponse(body);
      return [{ stream: packet.stream, handled: packet.handled, headers: headers(packet.headers) }, trailing];
    },
    encode: ({ stream, handled, headers }) =>
      encodeServiceResponse({ stream: stream as number, handled: handled as boolean, headers: headersOf(headers) }),
  },
  data: {
    decode: (body) => {
      const { packet, trailing } = decodeData(body);
      return [{ stream: packet.stream, data: hex(packet.data) }, trailing];
    },
    encode: ({ stream, data }) => encodeData({ stream: stream as number, data: unhex(data) }),
  },
  "find-node-request": {
    decode: (body) => {
      const { packet, trailing } = decodeFindNodeRequest(body);
      return [{ target: hex(packet.target) }, trailing];
    },
    encode: ({ target }) => encodeFindNodeRequest({ target: unhex(target) }),
  },
  "find-node-response": {
    decode: (body) => {
      const { packet, trailing } = decodeFindNodeResponse(body);
      return [{ closest: packet.closest.map(idFields) }, trailing];
    },
    encode: ({ closest }) => encodeFindNodeResponse({ closest: (closest as Json[]).map(idOf) }),
  },
};

export function decode(packet: string, body: Uint8Array): Fields {
  const [fields, trailing] = (CODECS[packet] as Codec).decode(body);
  return { fields, trailing: hex(trailing) };
}

const lenient = (value: string): string => hexText(text(value));
const strict = (value: string): string => (lenient(value) === value ? value : "");

/**
 * The fields as far as text can hold them: the reference hands text to its users, with U+FFFD for what is none in a header,
 * and no name at all for a service name that is none (FLT-PKT-043, FLT-HDR-005).
 */
export function asText(packet: string, fields: Fields): Fields {
  if (packet !== "service-request" && packet !== "service-response") return fields;
  const list = (fields.headers as [string, string][]).map(([key, value]) => [key, lenient(value)]);
  const services = fields.services && { services: (fields.services as string[]).map(strict) };
  return { ...fields, ...services, headers: list };
}

/** Headers as a reader has them, from their bytes. */
export function readHeaders(list: Json | undefined): readonly Header[] {
  const u16 = (value: number) => [value >> 8, value & 0xff];
  const bytes = (list as [string, string][]).flatMap(([key, value]) => {
    const [k, v] = [unhex(key), unhex(value)];
    return [k.length, ...k, ...u16(v.length), ...v];
  });
  return decodeServiceResponse(Uint8Array.from([0, 0, 0, 1, 1, ...u16((list as unknown[]).length), ...bytes])).packet
    .headers;
}
