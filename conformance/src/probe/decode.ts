// Reads what a target sent by the layouts of chapter 04. On purpose it shares no code with the reference's codec, and it keeps
// the offset and name of each field, which a transcript shows.
import { concat, toHex } from "./bytes.ts";

export interface Field {
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  readonly value: string;
}

/** A message does not have the form the specification gives it. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

export class FieldReader {
  readonly fields: Field[] = [];
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#offset);
  }
  get offset(): number {
    return this.#offset;
  }
  bytes(name: string, length: number, show: (bytes: Uint8Array) => string = (bytes) => toHex(bytes, 40)): Uint8Array {
    const taken = this.#bytes.subarray(this.#offset, this.#offset + length);
    if (taken.length < length) {
      throw new Malformed(`${name} at offset ${this.#offset} needs ${length} bytes, ${taken.length} are left`);
    }
    this.fields.push({ offset: this.#offset, length, name, value: show(taken) });
    this.#offset += length;
    return taken;
  }
  number(name: string, length: 1 | 2 | 4): number {
    let value = 0;
    this.bytes(name, length, (bytes) => {
      for (const byte of bytes) value = value * 256 + byte;
      return String(value);
    });
    return value;
  }
  text(name: string, length: number): Uint8Array {
    return this.bytes(name, length, (bytes) => JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 80))));
  }
  finish(): Uint8Array {
    const rest = this.rest.slice();
    if (rest.length > 0) this.bytes("(bytes after the packet)", rest.length);
    return rest;
  }
}

export interface ReadId {
  readonly publicKey: Uint8Array;
  readonly family: number;
  readonly address: Uint8Array;
  readonly port: number;
  readonly raw: Uint8Array;
}
export interface ReadHandshake {
  readonly kind: "handshake";
  readonly id?: ReadId;
  readonly services: readonly Uint8Array[];
  readonly signature?: Uint8Array;
  readonly signed: Uint8Array;
}
export type ReadHeaders = readonly (readonly [Uint8Array, Uint8Array])[];
export type ReadPacket =
  | ReadHandshake
  | {
      readonly kind: "service-request";
      readonly stream: number;
      readonly services: readonly Uint8Array[];
      readonly headers: ReadHeaders;
    }
  | {
      readonly kind: "service-response";
      readonly stream: number;
      readonly handled: boolean;
      readonly headers: ReadHeaders;
    }
  | { readonly kind: "data"; readonly stream: number; readonly data: Uint8Array }
  | { readonly kind: "find-node-request"; readonly target: Uint8Array }
  | { readonly kind: "find-node-response"; readonly closest: readonly ReadId[] };

export function readId(reader: FieldReader, prefix = "id."): ReadId {
  const publicKey = reader.bytes(`${prefix}public key`, 32);
  const family = reader.number(`${prefix}family`, 1);
  if (family > 1) throw new Malformed(`${prefix}family is ${family}, expected 0 or 1`);
  const address = reader.bytes(`${prefix}address`, family === 0 ? 4 : 16, showAddress);
  const port = reader.number(`${prefix}port`, 2);
  const raw = concat(publicKey, Uint8Array.of(family), address, Uint8Array.of(port >> 8, port & 0xff));
  return { publicKey, family, address, port, raw };
}

function names(reader: FieldReader): Uint8Array[] {
  const count = reader.number("services", 1);
  return Array.from({ length: count }, (_, i) =>
    reader.text(`service ${i + 1}`, reader.number(`service ${i + 1} length`, 1)),
  );
}

function headers(reader: FieldReader): [Uint8Array, Uint8Array][] {
  const count = reader.number("headers", 2);
  return Array.from({ length: count }, (_, i) => {
    const key = reader.text(`header ${i + 1} key`, reader.number(`header ${i + 1} key length`, 1));
    return [key, reader.text(`header ${i + 1} value`, reader.number(`header ${i + 1} value length`, 2))];
  });
}

/** The packet at the reader's place. `kind` is what the opcode, or the request that is answered, says it is. */
export function readPacket(reader: FieldReader, kind: ReadPacket["kind"]): ReadPacket {
  switch (kind) {
    case "handshake": {
      const hasId = reader.number("has ID", 1);
      if (hasId > 1) throw new Malformed(`has-ID is ${hasId}, expected 0 or 1`);
      const id = hasId === 1 ? readId(reader) : undefined;
      const services = names(reader);
      const signed = concat(id?.raw ?? new Uint8Array(0), ...services);
      if (id === undefined) return { kind, services, signed };
      return { kind, id, services, signed, signature: reader.bytes("signature", 64) };
    }
    case "service-request":
      return { kind, stream: reader.number("stream", 4), services: names(reader), headers: headers(reader) };
    case "service-response": {
      const stream = reader.number("stream", 4);
      const handled = reader.number("handled", 1);
      if (handled > 1) throw new Malformed(`handled is ${handled}, expected 0 or 1`);
      return { kind, stream, handled: handled === 1, headers: headers(reader) };
    }
    case "data": {
      const stream = reader.number("stream", 4);
      return { kind, stream, data: reader.bytes("data", reader.number("data length", 2)) };
    }
    case "find-node-request":
      return { kind, target: reader.bytes("target", 32) };
    case "find-node-response": {
      const count = reader.number("IDs", 1);
      return { kind, closest: Array.from({ length: count }, (_, i) => readId(reader, `ID ${i + 1} `)) };
    }
  }
}

const KINDS: readonly ReadPacket["kind"][] = [
  "handshake",
  "service-request",
  "service-response",
  "data",
  "find-node-request",
];

export interface ReadMessage {
  readonly seq: number;
  /** Undefined when the message could not be read; `problem` says why. */
  readonly packet?: ReadPacket;
  readonly problem?: string;
  readonly isReply: boolean;
  readonly trailing: Uint8Array;
  readonly body: Uint8Array;
  readonly fields: readonly Field[];
}

/**
 * One plaintext. `replyKind` tells what a number of the probe's own parity answers; undefined for numbers that answer nothing.
 * `ownParity` is 1 when the probe dialed, 0 when it listens.
 */
export function readMessage(
  plaintext: Uint8Array,
  ownParity: 0 | 1,
  replyKind: (seq: number) => ReadPacket["kind"] | undefined,
): ReadMessage {
  const reader = new FieldReader(plaintext);
  let seq = 0;
  let isReply = false;
  let body: Uint8Array = new Uint8Array(0);
  try {
    seq = reader.number("seq", 4);
    isReply = seq !== 0 && seq % 2 === ownParity;
    let kind: ReadPacket["kind"] | undefined;
    if (isReply) {
      body = reader.rest.slice();
      kind = replyKind(seq);
      if (kind === undefined) throw new Malformed(`number ${seq} answers no request of the probe`);
    } else {
      const opcode = reader.number("opcode", 1);
      body = reader.rest.slice();
      kind = KINDS[opcode];
      if (kind === undefined) throw new Malformed(`opcode ${opcode} is never sent`);
    }
    const packet = readPacket(reader, kind);
    return { seq, packet, isReply, body, trailing: reader.finish(), fields: reader.fields };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { seq, problem: error.message, isReply, body, trailing: new Uint8Array(0), fields: reader.fields };
  }
}

export function showAddress(address: Uint8Array): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0)).toString(16),
  );
  return groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::");
}

/** An IPv4 address mapped into IPv6, as IPv4; any other unchanged. */
export function unmapped(address: Uint8Array): Uint8Array {
  const mapped =
    address.length === 16 &&
    address.subarray(0, 10).every((byte) => byte === 0) &&
    address[10] === 0xff &&
    address[11] === 0xff;
  return mapped ? address.slice(12) : address;
}
