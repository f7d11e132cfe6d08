/** A plain reader of valid packets, for the conversations. Throws on anything else. */
import { hex } from "./bytes.ts";
import type { Fields, Json } from "./types.ts";

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }
  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError("the packet is cut short");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  number(length: number): number {
    return this.take(length).readUIntBE(0, length);
  }
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}

const list = (count: number, read: () => Json): Json[] => Array.from({ length: count }, read);
const id = (cursor: Cursor): Fields => {
  const publicKey = hex(cursor.take(32));
  const address = hex(cursor.take(cursor.number(1) === 0 ? 4 : 16));
  return { publicKey, address, port: cursor.number(2) };
};
const names = (cursor: Cursor): Json[] => list(cursor.number(1), () => hex(cursor.take(cursor.number(1))));
const headers = (cursor: Cursor): Json[] =>
  list(cursor.number(2), () => [hex(cursor.take(cursor.number(1))), hex(cursor.take(cursor.number(2)))]);

const READERS: Readonly<Record<string, (cursor: Cursor) => Fields>> = {
  handshake: (cursor) => {
    if (cursor.number(1) === 0) return { services: names(cursor) };
    const peer = id(cursor);
    return { id: peer, services: names(cursor), signature: hex(cursor.take(64)) };
  },
  "service-request": (cursor) => ({ stream: cursor.number(4), services: names(cursor), headers: headers(cursor) }),
  "service-response": (cursor) => ({
    stream: cursor.number(4),
    handled: cursor.number(1) === 1,
    headers: headers(cursor),
  }),
  data: (cursor) => ({ stream: cursor.number(4), data: hex(cursor.take(cursor.number(2))) }),
  "find-node-request": (cursor) => ({ target: hex(cursor.take(32)) }),
  "find-node-response": (cursor) => ({ closest: list(cursor.number(1), () => id(cursor)) }),
};

export function readPacket(packet: string, body: Uint8Array): { fields: Fields; trailing: string } {
  const read = READERS[packet];
  if (read === undefined) throw new RangeError(`no packet "${packet}"`);
  const cursor = new Cursor(body);
  return { fields: read(cursor), trailing: hex(cursor.rest()) };
}
